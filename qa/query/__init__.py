"""The text of a question to a query."""
