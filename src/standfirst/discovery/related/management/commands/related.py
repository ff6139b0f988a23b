"""`standfirst manage related rebuild`: relate every story to the others anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from standfirst.discovery.related.actions.rebuild_related import rebuild_related
from standfirst.discovery.related.models import StoryProfile
from standfirst.discovery.related.waiting import work_off
from standfirst.stories.models import Edition


class Command(BaseCommand):
    help = "Relate stories to each other: `rebuild` does it for all of them, `catch_up` for those that changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["rebuild", "catch_up"])
        parser.add_argument("--from-scratch", action="store_true", help="also what an earlier rebuild has done")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "catch_up":
            self.stdout.write(f"Stories looked at: {work_off()}.")
            return
        editions = list(Edition.objects.order_by("path").values_list("pk", flat=True))
        if not editions:
            self.stderr.write("There is no newsroom yet: nothing to relate.")
            return
        said = self._say if options["verbosity"] > 1 else lambda _what, _count: None
        changed = rebuild_related(editions=editions, from_scratch=options["from_scratch"], say=said)
        self.stdout.write(f"Stories: {StoryProfile.objects.count()}. Lists that changed: {changed}.")

    def _say(self, what: str, count: int) -> None:
        self.stdout.write(f"{what}: {count}")
