"""Tables: each row with its heads."""
