"""Have every stored page made anew: after the database was changed by other programs than Standfirst."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from standfirst.delivery.actions.forget_pages import forget_pages


class Command(BaseCommand):
    """`standfirst manage forget_pages`."""

    help = "Have every stored page made anew, on every node and in the CDN: after changes that Standfirst did not see."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say so."""
        forget_pages()
        self.stdout.write("Every page is made anew when it is next asked for.")
