"""Django's sqlite3 backend with dependency keys."""
