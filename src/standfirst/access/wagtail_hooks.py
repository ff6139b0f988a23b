"""Where Wagtail finds the hooks of access."""

from standfirst.access import listing

__all__ = ["listing"]
