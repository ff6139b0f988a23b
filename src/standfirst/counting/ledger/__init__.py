"""What is counted today, in files that all processes of a node share; the copy in the database follows it."""
