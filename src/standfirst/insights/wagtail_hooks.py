"""Where Wagtail finds the hooks of insights: each module registers its own."""

from standfirst.insights import dashboard, delivery_health, membership_numbers, tasks_health

__all__ = ["dashboard", "delivery_health", "membership_numbers", "tasks_health"]
