"""What can be done to stories: one verb a file."""
