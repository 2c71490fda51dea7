"""The same passages as components of other frameworks; each module needs the extra of its name."""
