"""`standfirst manage rebuild_search`: write every story into the search anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from standfirst.discovery.search.models import Waiting
from standfirst.discovery.search.rebuilding import gaps, note_all, recount_words, work_off_all


class Command(BaseCommand):
    help = (
        "Write every story into the search anew: after an upgrade that says so, or when `standfirst doctor` asks for "
        "it. The site may run meanwhile and goes on finding what it found. Stopped at any moment, the background "
        "worker finishes it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--waiting", action="store_true", help="Only what changed and waits, or what an earlier run left undone."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["waiting"]:
            self.stdout.write(f"{note_all():,} stories have to be written.")
        total = Waiting.objects.count()
        done = work_off_all(lambda done: self.stdout.write(f"  {done:,} of {total:,}"))
        if not options["waiting"]:
            self.stdout.write(f"{recount_words():,} words were counted anew.")
        left = Waiting.objects.count()
        self.stdout.write(f"{done:,} written; {gaps().missing} public stories are missing.")
        if left:
            self.stderr.write(f"{left} failed, and are tried again in five minutes: see the log of standfirst.search.")
