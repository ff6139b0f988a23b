"""The ordered log of changes, and everybody who follows it."""
