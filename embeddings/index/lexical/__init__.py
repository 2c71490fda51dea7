"""The words of passages: BM25, and where each term stands."""
