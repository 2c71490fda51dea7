"""A conversation as a web page, and its quotes read back from it."""
