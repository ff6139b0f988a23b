"""Where Wagtail finds the hooks of Most popular: each module registers its own."""

from standfirst.discovery.popular import audit
from standfirst.discovery.popular.desk import hooks

__all__ = ["audit", "hooks"]
