"""The desk: what each role may do in the tree, a story's way to publication, and the admin's own views."""
