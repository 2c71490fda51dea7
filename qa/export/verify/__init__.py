"""The quotes of an export compared with the documents as they are now."""
