"""The page store."""
