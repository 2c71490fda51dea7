"""What other programs, and the page itself, ask by HTTP, and how a refusal says why."""
