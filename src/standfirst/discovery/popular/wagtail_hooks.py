"""Where Wagtail finds the hooks of Most popular: each module registers its own."""

from standfirst.discovery.popular import audit

__all__ = ["audit"]
