"""What a question gives: quotes, hits, answers; frozen, checked when they are made, ready for JSON."""
