"""Work done on one node, inside its own Django: a picture that is taken in, stories that are scheduled.

`python -m tests.nodes.working picture` and `… schedule` print one line of JSON.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import timedelta

import django

STORIES = 5
SOON = timedelta(seconds=6)


def main(what: str) -> None:
    """Do it and say what was made."""
    django.setup()
    print(json.dumps({"picture": take_in_picture, "schedule": schedule_stories}[what]()))  # noqa: T201 - a script


def take_in_picture() -> dict[str, int]:
    """Take in a picture, as the desk does; its sizes are made in the background, by any node."""
    from django.core.files.base import ContentFile
    from PIL import Image

    from standfirst.stories.models import Picture

    drawn = io.BytesIO()
    Image.new("RGB", (1400, 800), "navy").save(drawn, "JPEG")
    file = ContentFile(drawn.getvalue(), name="harbour.jpg")
    picture = Picture.objects.create(title="Harbour", description="A harbour at night", file=file)
    return {"picture": picture.pk}


def schedule_stories() -> dict[str, list[int]]:
    """Schedule some stories for the same second."""
    from django.utils import timezone

    from standfirst.stories.models import Article

    moment = timezone.now() + SOON
    made = []
    for story in Article.objects.live().order_by("-pk")[:STORIES]:
        story.unpublish()
        story.go_live_at = moment
        story.save_revision().publish()
        made.append(story.pk)
    return {"stories": made}


if __name__ == "__main__":
    main(sys.argv[1])
