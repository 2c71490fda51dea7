"""The one pipeline from a question to an answer: retrieve, read, check against the files, cite or abstain."""
