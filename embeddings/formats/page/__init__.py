"""Web pages: what of them is seen, and which part is the main one."""
