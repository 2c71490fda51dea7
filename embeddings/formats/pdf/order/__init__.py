"""Lines of a page in the order in which a person reads them: columns and tables."""
