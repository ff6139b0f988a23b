"""Which parts of the furniture a change touches: a new footer page changes the footer, and no story."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from wagtail.models import Page, Site

from standfirst.stories.models import Edition, InformationPage, NewsroomSettings, Section, SocialLink

SITE = "furniture:site"
SETTINGS = "furniture:settings"
SOCIAL = "furniture:social"
COLOURS = "furniture:colours"
EDITIONS = "furniture:editions"
APPEAL = "furniture:appeal"
SECTIONS = "furniture:sections"
PAGES = "furniture:pages"
OFFICIAL_PAGES = "furniture:official_pages"

Parts = tuple[str, ...]
TREE: Parts = (EDITIONS, SECTIONS, PAGES, OFFICIAL_PAGES)
SHOWN: dict[type[Model], dict[str, Parts]] = {
    Site: dict.fromkeys(("hostname", "port", "site_name", "root_page_id", "is_default_site"), (SITE, SETTINGS, *TREE)),
    NewsroomSettings: {
        **dict.fromkeys(("name", "nameplate", "nameplate_dark", "legal_name", "founded"), (SETTINGS,)),
        **dict.fromkeys(("security_contact", "ai_crawlers", "ai_licence_url"), (SETTINGS,)),
        **dict.fromkeys(("accent", "accent_dark"), (COLOURS,)),
    },
    SocialLink: dict.fromkeys(("label", "url", "sort_order", "settings_id"), (SOCIAL,)),
    Edition: {
        **dict.fromkeys(("live", "slug", "url_path", "locale_id"), (*TREE, APPEAL)),
        **dict.fromkeys(("title", "motto", "footer_text", "contact_email", "postal_address"), (EDITIONS,)),
        **dict.fromkeys(("appeal_title", "appeal_text", "appeal_button"), (APPEAL,)),
    },
    Section: {
        **dict.fromkeys(("title", "slug", "url_path", "navigation"), (SECTIONS,)),
        "live": (SECTIONS, COLOURS),
        "colour": (COLOURS,),
        "is_quiet": (),  # changes what stands below the section itself, and nothing around other pages
    },
    InformationPage: {
        **dict.fromkeys(("title", "in_footer"), (PAGES,)),
        **dict.fromkeys(("live", "slug", "url_path", "kind"), (PAGES, OFFICIAL_PAGES)),
    },
}
"""The columns that are shown around pages, by model, and the parts in which they are."""
ADDRESS = frozenset({"slug", "url_path"})


def section_key(pk: int) -> str:
    """The dependency key of one section."""
    return f"section:{pk}"


def changed_by_saving(instance: Model, update_fields: Iterable[str] | None) -> set[str]:
    """Return the keys that saving `instance` changes: compares it with what is stored, so ask before it is saved."""
    shown = SHOWN[type(instance)]
    written = set(shown) if update_fields is None else _columns(instance, update_fields) & set(shown)
    if not written:
        return set()
    stored = type(instance)._default_manager.filter(pk=instance.pk).values(*shown).first()
    if stored is None:
        return set()  # nothing was there to compare with: `changed_by_coming_or_going` says it once it has a key
    changed = {name for name in written if getattr(instance, name) != stored[name]}
    if not (stored.get("live", True) or ("live" in changed)):
        return set()  # a draft that stays one
    keys = {key for name in changed for key in shown[name]}
    keys = _of_its_kind(instance, keys, stored)
    if changed and isinstance(instance, Section):
        keys.add(section_key(instance.pk))
    if changed & ADDRESS and isinstance(instance, (Edition, Section)):
        keys |= _sections_at(instance.path)
    return keys


def changed_by_coming_or_going(instance: Model) -> set[str]:
    """Return the keys that change when `instance` is made or deleted."""
    if not getattr(instance, "live", True):
        return set()
    keys = {key for parts in SHOWN[type(instance)].values() for key in parts}
    keys = _of_its_kind(instance, keys, {"colour": "", "kind": InformationPage.Kind.OTHER})
    return keys | ({section_key(instance.pk)} if isinstance(instance, Section) and instance.pk else set())


def changed_by_moving(page: Page) -> set[str]:
    """Return the keys that change when `page` stands at another place of the tree, as it does now."""
    return {*TREE, *_sections_at(page.path)}


def _of_its_kind(instance: Model, keys: set[str], stored: dict[str, Any]) -> set[str]:
    """Leave out the parts in which only some sections and pages stand, when this one stood and stands not there."""
    if isinstance(instance, Section) and not (instance.colour or stored["colour"]):
        return keys - {COLOURS}
    other = InformationPage.Kind.OTHER
    if isinstance(instance, InformationPage) and instance.kind == stored["kind"] == other:
        return keys - {OFFICIAL_PAGES}
    return keys


def _columns(instance: Model, names: Iterable[str]) -> set[str]:
    """Column names of the fields `names`, which Django takes in either form."""
    return {instance._meta.get_field(name).attname for name in names}  # type: ignore[union-attr]


def _sections_at(path: str) -> set[str]:
    """Keys of all sections at and below `path`: their addresses follow from where they stand."""
    return {section_key(pk) for pk in Section.objects.filter(path__startswith=path).values_list("pk", flat=True)}
