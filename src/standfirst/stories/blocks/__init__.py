"""The blocks that stories and front pages are made of."""
