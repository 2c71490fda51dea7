"""The trained reader: its files, its network, what it reads out of a passage."""
