"""Where several documents give the same value, and where they differ."""
