"""What is read, counted without knowing who reads."""
