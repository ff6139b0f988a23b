"""Where Wagtail finds the hooks of insights: each module registers its own."""

from standfirst.insights import dashboard, delivery_health, membership_numbers, tasks_health
from standfirst.insights.reading import editor

__all__ = ["dashboard", "delivery_health", "editor", "membership_numbers", "tasks_health"]
