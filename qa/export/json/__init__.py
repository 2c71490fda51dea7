"""A conversation as JSON, and read back from it."""
