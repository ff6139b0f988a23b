"""Search: every story, in every edition's script."""
