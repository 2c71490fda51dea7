"""A documents folder as every interface sees it."""
