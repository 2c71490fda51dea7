"""A conversation as Markdown, and its quotes read back from it."""
