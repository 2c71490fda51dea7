"""The chat page: it shows what the answerer gives, and holds no logic of its own."""
