"""What stands on many pages and changes often: kept apart, so that a new pick touches one fragment and no story.

One more takes a function like these and a template; docs/reference/templates.md shows how.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest
from wagtail.models import Site

from standfirst.delivery.fragments import fragment
from standfirst.stories.cards import stories_by_key
from standfirst.stories.context import paper_of
from standfirst.stories.models import Article, Edition, Pick

PICKS_KEPT = 12
LATEST_KEPT = 12
"""As many as any page asks for, and some more for the story on whose own page they stand."""


def _edition(request: HttpRequest) -> Edition | None:
    """The edition, or `None` before there is a newsroom: an error page shows itself even then."""
    with suppress(Site.DoesNotExist):
        return paper_of(request).edition
    return None


@fragment("picks", template="theme/fragments/picks.html")
def picks(request: HttpRequest) -> dict[str, Any] | None:
    """Editor's picks, in the editors' order."""
    edition = _edition(request)
    chosen = Pick.objects.current(edition.pk)[:PICKS_KEPT] if edition else []
    cards = stories_by_key(pick.article_id for pick in chosen)
    for pick in chosen:
        pick.article = cards[pick.article_id]
    return {"picks": chosen} if chosen else None


@fragment("latest", template="theme/fragments/latest.html")
def latest(request: HttpRequest) -> dict[str, Any] | None:
    """The edition's newest stories."""
    edition = _edition(request)
    if edition is None:
        return None
    stories = list(Article.objects.listed(edition.list_key).for_cards()[:LATEST_KEPT])
    return {"stories": stories} if stories else None


@fragment("navigation", template="theme/fragments/navigation.html")
def navigation(request: HttpRequest) -> dict[str, Any]:
    """The bar of sections."""
    return {}


@fragment("footer", template="theme/fragments/footer.html")
def footer(request: HttpRequest) -> dict[str, Any]:
    """What closes every page."""
    return {}


@fragment("colours", template="theme/fragments/colours.html")
def colours(request: HttpRequest) -> dict[str, Any]:
    """The link to the newsroom's colours, whose address changes with every colour."""
    return {}
