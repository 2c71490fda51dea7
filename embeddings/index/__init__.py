"""What is searched, in memory and on disk."""
