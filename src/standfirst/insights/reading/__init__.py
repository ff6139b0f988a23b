"""What is read, as the newsroom sees it: counted figures, by story and by whatever stories have in common."""
