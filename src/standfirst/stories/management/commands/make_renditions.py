"""Makes what pictures lack: after a crash, a restore, or an upgrade that offers new sizes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from standfirst.stories.actions.make_renditions import make_renditions
from standfirst.stories.models import Picture


class Command(BaseCommand):
    help = "Make the sizes of pictures that readers get, where they are missing. Safe to repeat and to interrupt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--picture", type=int, metavar="ID", help="only this picture")

    def handle(self, *args: Any, **options: Any) -> None:
        pictures = Picture.objects.order_by("-pk")
        if options["picture"] is not None:
            pictures = pictures.filter(pk=options["picture"])
            if not pictures.exists():
                raise CommandError(f"There is no picture {options['picture']}.")
        made, failed = 0, 0
        for picture in pictures.iterator(chunk_size=100):
            try:
                made += make_renditions(picture=picture)
            except (ValidationError, OSError) as error:
                # One damaged file must not keep the others waiting; the picture itself notes its problem.
                failed += 1
                self.stderr.write(f"Picture {picture.pk} “{picture.title}”: {getattr(error, 'message', error)}")
        self.stdout.write(f"{made} files made, {failed} pictures failed.")
        if failed:
            raise CommandError(f"{failed} pictures could not be encoded; replace their files in the desk.")
