"""What a text is about and what is near it: pure, without a database and without Django."""
