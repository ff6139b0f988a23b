"""Where things go: sections for categories, topics for tags, contributors for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import Page

from standfirst.importers.wordpress.entries import Author, Item, Term
from standfirst.importers.wordpress.survey import Survey
from standfirst.stories.models import Contributor, ContributorIndex, Edition, Section, Topic, TopicIndex
from standfirst.stories.models.base import transliterated_slug

BAR_SIZE = 7
"""How many imported sections stand in the section bar: the ones with most stories."""
_DEFAULT_SLUGS = frozenset({"uncategorized", "uncategorised"})


@dataclass(frozen=True, slots=True)
class Place:
    """A page that categories, tags or people become; `path` are slugs below the edition or its list."""

    model: type[Page]
    path: tuple[str, ...]
    title: str
    text: str = ""
    kind: str = ""
    old_id: str = ""


def clean_slug(text: str, fallback: str) -> str:
    """A slug in Latin letters for `text` in any script; WordPress stores others percent-encoded."""
    return transliterated_slug(unquote(text)) or transliterated_slug(fallback) or "x"


class Plan:
    """Which places the export needs. Built from the survey, before anything is written."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.mapping = survey.mapping
        self.categories = self._categories()
        self.by_number = {term.term_id: slug for slug, term in self.categories.items() if term.term_id}
        self.order = {slug: number for number, slug in enumerate(self.mapping.sections)}

    def _categories(self) -> dict[str, Term]:
        found = {slug: term for (taxonomy, slug), term in self.survey.terms.items() if taxonomy == "category"}
        for slug in self.survey.category_use:
            found.setdefault(slug, Term("category", -1, "category", slug, slug))
        return found

    def is_default(self, slug: str) -> bool:
        """Whether `slug` is the category WordPress puts everything into that has none."""
        term = self.categories.get(slug)
        return slug in _DEFAULT_SLUGS or (term is not None and term.term_id == "1")

    def section_path(self, slug: str) -> tuple[str, ...]:
        """The section that category `slug` becomes: mapped, else its own place in the tree of categories."""
        mapped = self.mapping.sections.get(slug)
        if mapped:
            return tuple(clean_slug(part, part) for part in mapped.split("/"))
        path: list[str] = []
        seen: set[str] = set()
        at = slug
        while at and at not in seen and len(path) < 8:
            seen.add(at)
            term = self.categories.get(at)
            path.insert(0, clean_slug(at, term.name if term else at))
            mapped = self.mapping.sections.get(at)
            if mapped:
                return (*(clean_slug(part, part) for part in mapped.split("/")), *path[1:])
            at = term.parent if term else ""
        return tuple(path)

    def is_section(self, slug: str) -> bool:
        return slug not in self.mapping.categories_as_topics

    def ancestors(self, slug: str) -> set[str]:
        found: set[str] = set()
        term = self.categories.get(slug)
        while term and term.parent and term.parent not in found:
            found.add(term.parent)
            term = self.categories.get(term.parent)
        return found

    def default_path(self) -> tuple[str, ...]:
        """Where stories without a category go."""
        if self.mapping.default_section:
            return tuple(clean_slug(part, part) for part in self.mapping.default_section.strip("/").split("/"))
        default = next((slug for slug in self.categories if self.is_default(slug) and self.is_section(slug)), None)
        return self.section_path(default) if default else ("news",)

    def choose(self, item: Item) -> tuple[tuple[str, ...], list[str]]:
        """Return the path of the story's section and the slugs of the categories that become topics.

        The primary category (Yoast, Rank Math) decides; else the first one in the mapping file's order; else the first
        one of the post, or the most special one below it. WordPress' default category comes last.
        """
        slugs = list(dict.fromkeys(use.slug for use in item.terms if use.taxonomy == "category"))
        candidates = [slug for slug in slugs if self.is_section(slug)]
        chosen = self._primary(item, candidates) or self._first(candidates)
        if chosen is None:
            return self.default_path(), [slug for slug in slugs if not self.is_section(slug)]
        above = self.ancestors(chosen) | {chosen}
        return self.section_path(chosen), [slug for slug in slugs if slug not in above and not self.is_default(slug)]

    def _primary(self, item: Item, candidates: list[str]) -> str | None:
        number = item.custom("_yoast_wpseo_primary_category") or item.custom("rank_math_primary_category")
        slug = self.by_number.get(number, "")
        return slug if slug in candidates else None

    def _first(self, candidates: list[str]) -> str | None:
        if not candidates:
            return None
        mapped = [slug for slug in candidates if slug in self.order]
        if mapped:
            return min(mapped, key=lambda slug: self.order[slug])
        rest = [slug for slug in candidates if not self.is_default(slug)] or candidates
        below = [slug for slug in rest if rest[0] in self.ancestors(slug)]
        return max(below, key=lambda slug: len(self.ancestors(slug))) if below else rest[0]

    def sections(self) -> list[Place]:
        """Every section the export needs, parents first."""
        places: dict[tuple[str, ...], Place] = {}
        for slug, term in self.categories.items():
            if self.is_section(slug):
                path = self.section_path(slug)
                self._add_above(places, path)
                named = slug not in self.mapping.sections
                title = term.name if named else capfirst(path[-1].replace("-", " "))
                if path not in places or (named and not places[path].old_id):
                    places[path] = Place(Section, path, title or path[-1], term.description, "category", slug)
        default = self.default_path()
        self._add_above(places, default)
        places.setdefault(default, Place(Section, default, _("News") if default == ("news",) else self._named(default)))
        return sorted(places.values(), key=lambda place: len(place.path))

    def _add_above(self, places: dict[tuple[str, ...], Place], path: tuple[str, ...]) -> None:
        for depth in range(1, len(path)):
            above = path[:depth]
            places.setdefault(above, Place(Section, above, self._named(above)))

    @staticmethod
    def _named(path: tuple[str, ...]) -> str:
        return capfirst(path[-1].replace("-", " "))

    def topic_slug(self, taxonomy: str, slug: str, name: str) -> str:
        """The slug of the topic that a tag or a category becomes, or nothing for one that is left out."""
        if taxonomy == "post_tag" and slug in self.mapping.topics:
            wanted = self.mapping.topics[slug]
            return clean_slug(wanted, wanted) if isinstance(wanted, str) else ""
        return clean_slug(slug, name)

    def topics(self) -> list[Place]:
        """The topics of the export's tags. Those of categories are made when the first story needs them."""
        places: dict[str, Place] = {}
        for (taxonomy, old_slug), term in self.survey.terms.items():
            if taxonomy == "post_tag":
                slug = self.topic_slug(taxonomy, old_slug, term.name)
                if slug:
                    title = term.name or old_slug
                    place = Place(Topic, (slug,), title, term.description, "post_tag", old_slug)
                    places.setdefault(slug, place)
        return list(places.values())

    def in_bar(self) -> set[tuple[str, ...]]:
        """Top sections for the section bar."""
        counts: dict[tuple[str, ...], int] = {}
        for slug, count in self.survey.category_use.items():
            if self.is_section(slug) and not self.is_default(slug):
                top = self.section_path(slug)[:1]
                counts[top] = counts.get(top, 0) + count
        return set(sorted(counts, key=lambda path: -counts[path])[:BAR_SIZE])


def person_name(author: Author | None, login: str, mapping_name: str = "") -> str:
    """The name readers see; a sign-in name or an e-mail address is never shown as it is when there is another."""
    full = f"{author.first_name} {author.last_name}".strip() if author else ""
    shown = author.display_name if author else ""
    if mapping_name:
        return mapping_name
    if shown and shown.lower() != login.lower() and "@" not in shown:
        return shown
    local = (shown or login).partition("@")[0]
    return full or (capfirst(local.replace(".", " ").replace("_", " ")) if "@" in (shown or login) else local) or "?"


def parent_of(edition: Edition, model: type[Page]) -> Any:
    """The list below the edition that holds pages of `model`; made when somebody removed it."""
    if model is Section:
        return edition
    index, slug, title = (
        (ContributorIndex, "contributors", _("Contributors"))
        if model is Contributor
        else (TopicIndex, "topics", _("Topics"))
    )
    found = index.objects.child_of(edition).first()
    if found is None:
        found = index(title=title, slug=slug, locale=edition.locale)
        edition.add_child(instance=found)
    return found
