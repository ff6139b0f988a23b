"""What can be decided about a test, one verb a file."""
