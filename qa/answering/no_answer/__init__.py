"""Why no passage answers."""
