"""Django's postgresql backend with dependency keys."""
