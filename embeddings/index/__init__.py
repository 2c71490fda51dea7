"""The index that is searched, in memory and on disk."""
