"""Numbers, dates and names that a question asks for: read out of sentences, and compared. See `qa.agreement`."""
