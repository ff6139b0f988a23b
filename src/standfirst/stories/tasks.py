"""What stories have done in the background."""

from __future__ import annotations

from django_tasks import task

from standfirst.stories.models import Picture


@task(queue_name="pictures")
def make_renditions_of(picture_id: int) -> int:
    """Make the sizes of the picture with this key; returns how many files were made. Safe to repeat."""
    from standfirst.stories.actions.make_renditions import make_renditions

    picture = Picture.objects.filter(pk=picture_id).first()
    return make_renditions(picture=picture) if picture else 0
