"""Where Wagtail finds the search's hooks."""

from standfirst.discovery.search.desk import hooks

__all__ = ["hooks"]
