"""Staff in the admin: Wagtail's user pages with the newsroom's own forms."""
