"""What stands around every page: settings, editions, sections, footer. Read once a version, kept by the process.

Every page asks the database for one short token; only when that has changed are the furniture's own five queries asked
again. Tokens are random and written in the transaction of the change, so that no process can take old for new.

None of these reads is traced: pages depend on the parts they use (`Paper`), and each change names the parts it touches
(`furniture_parts`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.models import Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from standfirst.delivery import trace
from standfirst.delivery.tracing.changes import change
from standfirst.stories.furniture_parts import (
    SHOWN,
    changed_by_coming_or_going,
    changed_by_moving,
    changed_by_saving,
)
from standfirst.stories.models import Edition, InformationPage, NewsroomSettings, Section, SocialLink
from standfirst.stories.models.base import LINK_FIELDS
from standfirst.stories.models.furniture import FurnitureVersion

EDITION_WORDS: tuple[str, ...] = ("motto", "footer_text", "contact_email", "postal_address")
EDITION_WORDS += ("appeal_title", "appeal_text", "appeal_button")
PAGES = (Edition, Section, InformationPage)


@dataclass(frozen=True)
class Furniture:
    """Shared by all requests of a process: read it, never change it."""

    site: Site
    settings: NewsroomSettings
    social_links: list[SocialLink]
    editions: list[Edition]
    sections: list[Section]
    pages: list[InformationPage]


_kept: dict[str, tuple[str, Furniture]] = {}


def furniture() -> Furniture:
    """Return the furniture in force.

    Raises:
        Site.DoesNotExist: there is no newsroom yet.
    """
    with trace.untraced():
        token = FurnitureVersion.current()
        kept_token, kept = _kept.get(connection.alias, (None, None))
        if kept is not None and token is not None and kept_token == token:
            return kept
        fresh = _read()
    if token is not None:
        _kept[connection.alias] = (token, fresh)
    return fresh


def _read() -> Furniture:
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    settings = NewsroomSettings.for_site(site)
    fields = (*LINK_FIELDS, *EDITION_WORDS, "locale__language_code")
    editions = Edition.objects.live().select_related("locale").only(*fields)
    pages = InformationPage.objects.live().only(*LINK_FIELDS, "kind", "in_footer")
    return Furniture(
        site=site,
        settings=settings,
        social_links=list(settings.social_links.all()),
        editions=list(editions.order_by("path")),
        sections=list(Section.objects.live().only(*LINK_FIELDS, "colour", "navigation", "is_quiet").order_by("path")),
        pages=list(pages.order_by("path")),
    )


def connect() -> None:
    """Renew the version whenever a piece changes; called once when the app is ready."""
    for model in SHOWN:
        pre_save.connect(_compare, sender=model, dispatch_uid=f"stories.furniture.compare.{model.__name__}")
        post_save.connect(_saved, sender=model, dispatch_uid=f"stories.furniture.save.{model.__name__}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"stories.furniture.delete.{model.__name__}")
    for model in PAGES:
        page_published.connect(_renew, sender=model, dispatch_uid=f"stories.furniture.publish.{model.__name__}")
        page_unpublished.connect(_renew, sender=model, dispatch_uid=f"stories.furniture.unpublish.{model.__name__}")
    post_page_move.connect(_moved, dispatch_uid="stories.furniture.move")


def _compare(instance: Model, update_fields: Any = None, **kwargs: Any) -> None:
    """Note what saving is going to change, while the database still knows what was there."""
    instance._furniture_changes = changed_by_saving(instance, update_fields)  # type: ignore[attr-defined]


def _saved(instance: Model, created: bool, **kwargs: Any) -> None:
    keys = instance.__dict__.pop("_furniture_changes", set())
    _renew(keys=keys | (changed_by_coming_or_going(instance) if created else set()))


def _deleted(instance: Model, **kwargs: Any) -> None:
    _renew(keys=changed_by_coming_or_going(instance))


def _moved(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    if issubclass(sender, PAGES):  # the instance itself is a plain `Page`
        _renew(keys=changed_by_moving(instance))


def _renew(keys: Iterable[str] = (), **kwargs: Any) -> None:
    """Let every process read the furniture anew, and the pages be made anew that show the parts named by `keys`."""
    FurnitureVersion.renew()
    change(*keys)
