"""The way from texts to vectors."""
