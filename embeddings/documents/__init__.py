"""A folder to documents, passages and sentences."""
