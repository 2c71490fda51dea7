"""Word documents: what their pages show, with notes, comments, numbers and forms."""
