"""PDF: text in reading order, where each character stands, and a page as a picture."""
