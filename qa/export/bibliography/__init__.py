"""The quoted documents as lists of sources."""
