"""`standfirst manage relist`: make the public lists agree with the stories again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from standfirst.stories.actions.list_story import relist_below
from standfirst.stories.drift import listing_drift
from standfirst.stories.models import site_root


class Command(BaseCommand):
    help = "List every story anew: after something wrote past Wagtail, or when `standfirst doctor` asks for it."

    def handle(self, *args: Any, **options: Any) -> None:
        newsroom = site_root()
        if newsroom is None:
            self.stderr.write("There is no newsroom yet: nothing to list.")
            return
        drift = listing_drift()
        relist_below(path=newsroom.path)
        self.stdout.write(f"Public but not listed: {drift.missing}. Listed but not public: {drift.stray}. Mended.")
