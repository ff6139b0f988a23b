"""A CDN in front of the newsroom: what it may keep, and how it is told that a page changed."""
