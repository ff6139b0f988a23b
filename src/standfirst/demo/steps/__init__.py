"""What is built, in the order in which it is built. Each step finds what is there already and adds the rest."""
