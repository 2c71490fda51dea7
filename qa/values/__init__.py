"""What sentences give for what a question asks for."""
