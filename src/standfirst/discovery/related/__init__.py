"""Related articles: what else there is to read on the same matter."""
