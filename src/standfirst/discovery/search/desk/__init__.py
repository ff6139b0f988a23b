"""The search of the newsroom's staff: every story of every edition, in every state, for those who may see it."""
