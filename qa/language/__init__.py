"""What words mean in an English text: names, numbers, dates, and what a question asks for. No index is needed."""
