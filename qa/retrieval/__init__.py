"""A query to hits, best first."""
