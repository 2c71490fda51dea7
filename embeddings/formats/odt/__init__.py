"""OpenDocument texts: what their pages show, with notes, comments and numbers."""
