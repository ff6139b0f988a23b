"""Database statements become dependency keys: what was read, what was changed."""
