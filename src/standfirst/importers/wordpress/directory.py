"""Finds and makes the sections, topics and contributors that imported stories stand in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.models import Page

from standfirst.importers.models import ImportedObject
from standfirst.importers.wordpress.bulk import NewPage, insert_pages
from standfirst.importers.wordpress.places import Place, Plan, clean_slug, parent_of, person_name
from standfirst.stories.models import Contributor, Edition, Section, Topic


class Directory:
    """Numbers of places by their paths. What exists is used as it is and never changed by an import."""

    def __init__(self, edition: Edition, plan: Plan, site: str, *, dry: bool, user_id: int | None) -> None:
        self.edition = edition
        self.plan = plan
        self.site = site
        self.dry = dry
        self.user_id = user_id
        self.sections: dict[tuple[str, ...], int] = {}
        self.topics: dict[str, int] = {}
        self.people: dict[str, int] = {}
        self.created: set[int] = set()
        self._parents: dict[type[Page], int] = {}
        self._pretended = 0

    def load(self) -> None:
        """Read what is there. In a dry run the lists that are missing are not made."""
        above = self.edition.url_path
        for pk, address in Section.objects.descendant_of(self.edition).values_list("pk", "url_path"):
            self.sections[tuple(address.removeprefix(above).strip("/").split("/"))] = pk
        for model, known in ((Topic, self.topics), (Contributor, self.people)):
            if not self.dry:
                self._parents[model] = parent_of(self.edition, model).pk
            pages = model.objects.descendant_of(self.edition)
            known.update(pages.values_list("slug", "pk"))
        alive = set(self.people.values())
        rows = ImportedObject.objects.filter(site=self.site, kind="author").exclude(object_pk="")
        for login, pk in rows.values_list("old_id", "object_pk"):
            if int(pk) in alive:  # found by sign-in name even after staff changed the name shown
                self.people[f"@{login}"] = int(pk)

    def ensure_sections(self, places: list[Place], in_bar: set[tuple[str, ...]]) -> None:
        """Make the sections that are missing, level by level. Inside a transaction."""
        for depth in sorted({len(place.path) for place in places}):
            level = [place for place in places if len(place.path) == depth and place.path not in self.sections]
            new = [self._new_section(place, place.path in in_bar) for place in level]
            self._insert(new)
            for place, entry in zip(level, new, strict=True):
                self.sections[place.path] = entry.page.pk

    def _new_section(self, place: Place, in_bar: bool) -> NewPage:
        parent = self.sections[place.path[:-1]] if place.path[:-1] else self.edition.pk
        page = Section(
            title=place.title[:255], slug=place.path[-1], standfirst=place.text, navigation=in_bar, live=True
        )
        return NewPage(page, parent)

    def ensure_topics(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        """Make missing topics, given as slug, title and text. Inside a transaction."""
        missing = {slug: (title, text) for slug, title, text in wanted if slug not in self.topics}
        new = [
            NewPage(Topic(title=title[:255], slug=slug, standfirst=text, live=True), self._parent(Topic))
            for slug, (title, text) in missing.items()
        ]
        self._insert(new)
        for slug, entry in zip(missing, new, strict=True):
            self.topics[slug] = entry.page.pk

    def ensure_people(self, logins: Iterable[str]) -> None:
        """Make missing contributors for sign-in names. Inside a transaction."""
        missing = [login for login in dict.fromkeys(logins) if f"@{login.lower()}" not in self.people]
        new: list[NewPage] = []
        made: list[tuple[str, NewPage]] = []
        fresh: dict[str, NewPage] = {}
        for login in missing:
            name = self.name_of(login)
            slug = clean_slug("", name)
            if slug in self.people:
                self.people[f"@{login.lower()}"] = self.people[slug]
                continue
            if slug not in fresh:
                fresh[slug] = NewPage(Contributor(title=name[:255], slug=slug, live=True), self._parent(Contributor))
                new.append(fresh[slug])
            made.append((login, fresh[slug]))
        self._insert(new)
        for login, entry in made:
            self.people[f"@{login.lower()}"] = self.people[entry.page.slug] = entry.page.pk

    def name_of(self, login: str) -> str:
        author = self.plan.survey.authors.get(login.lower())
        return person_name(author, login, self.plan.mapping.authors.get(login, ""))

    def person(self, login: str) -> int | None:
        return self.people.get(f"@{login.lower()}")

    def _parent(self, model: type[Page]) -> int:
        return self._parents.get(model, 0)

    def _insert(self, new: list[NewPage]) -> None:
        if self.dry:
            for entry in new:
                self._pretended -= 1
                entry.page.pk = self._pretended
        else:
            insert_pages(new, user_id=self.user_id)
            ImportedObject.objects.bulk_create(self._row(entry) for entry in new)
        self.created.update(entry.page.pk for entry in new)

    def _row(self, entry: NewPage) -> ImportedObject:
        """Marks a made place for the indexing that follows the import."""
        model = type(entry.page)._meta.model_name or ""
        pk = str(entry.page.pk)
        return ImportedObject(site=self.site, kind="place", old_id=pk, model=model, object_pk=pk, needs_index=True)

    def snapshot(self) -> tuple[Any, ...]:
        """What `restore` brings back when the transaction that made places was rolled back."""
        return dict(self.sections), dict(self.topics), dict(self.people), set(self.created)

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        self.sections, self.topics, self.people, self.created = snapshot
