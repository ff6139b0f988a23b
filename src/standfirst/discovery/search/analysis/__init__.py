"""From written text to what is looked up: words, their stems in six languages, and their sound in any script."""
