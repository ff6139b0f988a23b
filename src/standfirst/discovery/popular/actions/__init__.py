"""What staff do to the lists of what is read most."""
