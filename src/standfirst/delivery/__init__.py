"""The page store, the edge in front of Django, and the truth of what is kept there."""
