"""The way from a folder to documents, passages and sentences."""
