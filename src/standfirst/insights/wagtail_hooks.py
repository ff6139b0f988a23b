"""Where Wagtail finds the hooks of insights: each module registers its own."""

from standfirst.insights import dashboard, tasks_health

__all__ = ["dashboard", "tasks_health"]
