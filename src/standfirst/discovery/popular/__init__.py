"""Most popular: what is read most, lately."""
