"""What a reader finds next: the most popular, related articles, search."""
