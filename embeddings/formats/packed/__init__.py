"""Files that pack several parts into one: presentations, books, saved pages."""
