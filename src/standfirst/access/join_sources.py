"""Tells membership which stories led readers to join."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest
from django.urls import reverse

from standfirst.membership.join_names import Named
from standfirst.stories.context import paper_of
from standfirst.stories.models import Article


def stories_by_number(numbers: Collection[int]) -> dict[int, Named]:
    """Return the headline of each story that exists, and where staff see it."""
    found = Article.objects.filter(pk__in=numbers).values_list("pk", "title")
    return {pk: Named(title, reverse("wagtailadmin_pages:edit", args=[pk])) for pk, title in found}


def story_at(request: HttpRequest, path: str) -> int | None:
    """Return the public story at `path` of this site, without slashes around it."""
    if path.count("/") < 2:
        return None
    where = {"slug": path.rpartition("/")[2], "url_path": f"{paper_of(request).root_path}{path}/"}
    return Article.objects.filter(live=True, killed_at=None, **where).values_list("pk", flat=True).first()
