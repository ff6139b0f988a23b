"""Where Wagtail finds our hooks: each subject registers its own in the module named here."""

from standfirst.appeals.desk import viewsets

__all__ = ["viewsets"]
