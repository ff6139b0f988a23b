"""Standfirst: the publishing and membership platform for small independent newsrooms."""

__version__ = "0.1.0"
