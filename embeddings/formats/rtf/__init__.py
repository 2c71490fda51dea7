"""Rich Text Format: what its pages show, with notes and comments."""
