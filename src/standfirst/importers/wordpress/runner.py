"""Runs an import from beginning to end, in phases that each can be taken up again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from django.db import DatabaseError, transaction
from django.utils import timezone
from wagtail.models import Site

from standfirst.importers.models import ImportedObject, ImportRun
from standfirst.importers.wordpress.addresses import OldSite
from standfirst.importers.wordpress.bringing import Bringer, redirect_attachments
from standfirst.importers.wordpress.directory import Directory
from standfirst.importers.wordpress.entries import Author, Item, Term
from standfirst.importers.wordpress.errors import BadMapping, DamagedExport, ImportProblem
from standfirst.importers.wordpress.links import rewrite_links
from standfirst.importers.wordpress.mapping import Mapping, read_mapping
from standfirst.importers.wordpress.media import Download, Folder, Library, MediaSource
from standfirst.importers.wordpress.others import Others
from standfirst.importers.wordpress.places import Plan
from standfirst.importers.wordpress.prepare import Prepared, Preparer
from standfirst.importers.wordpress.record import Recorder
from standfirst.importers.wordpress.report import summarise
from standfirst.importers.wordpress.survey import STORY_STATES_UNSEEN, Survey, survey
from standfirst.importers.wordpress.writer import Writer
from standfirst.importers.wordpress.wxr import Export
from standfirst.stories.models import Edition, site_root

Progress = Callable[[str, int, int], None]
"""Called with the phase, what is done and what there is to do."""
LONGEST_WRITE = 0.12
"""Seconds a write transaction aims at, so that staff who save meanwhile hardly wait."""
SMALLEST, LARGEST = 30, 100


def choose_edition(mapping: Mapping, asked: str, language: str) -> Edition:
    """The edition to import into: the asked one, the mapping's, that of the export's language, else the first.

    Raises:
        ImportProblem: there is no such edition, or none at all.
    """
    root = site_root()
    editions = {edition.slug: edition for edition in Edition.objects.child_of(root)} if root else {}
    if not editions or root is None:
        raise ImportProblem("The newsroom has no edition yet. Make one first (standfirst init).")
    wanted = asked or mapping.edition
    if wanted and wanted not in editions:
        raise ImportProblem(f"There is no edition {wanted!r}; there are {', '.join(sorted(editions))}.")
    spoken = language.lower().replace("_", "-").partition("-")[0]
    default = root.default_edition() or next(iter(editions.values()))
    return editions.get(wanted) or editions.get(spoken) or default


class Import:
    """One import of one file; `run` tells its options and takes its progress."""

    def __init__(self, run: ImportRun, path: Path, *, edition: str = "", progress: Progress | None = None) -> None:
        self.run = run
        self.path = path
        self.progress = progress or (lambda phase, done, total: None)
        self.mapping = read_mapping(run.mapping)
        self.found: Survey = survey(path, self.mapping)
        asked = edition or (run.edition.slug if run.edition else "")
        run.edition = choose_edition(self.mapping, asked, self.found.channel.language)
        run.site = self.found.site
        run.expected = {**self.found.counts, "comment": self.found.comments}
        run.total = self.found.entries
        self.recorder = Recorder(run, dry=run.dry_run)
        self.size = 50
        self._used: set[tuple[str, str]] = set()

    def execute(self) -> None:
        """Do everything. Afterwards the run is finished and holds the report."""
        run, dry = self.run, self.run.dry_run
        run.state, run.message, run.done = run.State.WORKING, "", 0 if dry else run.items.count()
        self._save_run()
        self._set_up()
        self._phase("places")
        self._structure()
        self._phase("media")
        self.bringer.run(self._source(), self._advance)
        self._phase("stories")
        pages, people = self._entries()
        self._phase("pages")
        self._pages(pages)
        for author in people:
            self.others.author(author)
        self.others.flush()
        if not dry:
            self._phase("links")
            rewrite_links(self.found.site, self.old_site, self.library, self._advance)
            self._phase("addresses")
            redirect_attachments(self.found, self.library, self.old_site, self.site)
        self._finish()

    def _set_up(self) -> None:
        edition = self.run.edition
        if edition is None:
            raise BadMapping("The edition to import into was deleted.")
        user_id = self.run.started_by_id
        self.site = Site.objects.filter(is_default_site=True).first()
        self.old_site = OldSite(self.found.channel, self.mapping.addresses)
        self.plan = Plan(self.found)
        self.library = Library(self.found, pretend=self.run.dry_run and self.run.media != ImportRun.Media.NONE)
        self.library.load()
        self.directory = Directory(edition, self.plan, self.found.site, dry=self.run.dry_run, user_id=user_id)
        self.directory.load()
        self.bringer = Bringer(self.found, self.library, self.recorder, self.run.started_by)
        self.others = Others(self.plan, self.directory, self.recorder, self.old_site, self.site)
        self.preparer = Preparer(self.found, self.plan, self.library, self.old_site)
        self.writer = Writer(edition, self.found.site, self.directory, self.recorder, self.found.clock)
        pages = ImportedObject.objects.filter(site=self.found.site, kind="page").exclude(object_pk="")
        self.writer.pages.update((old_id, int(pk)) for old_id, pk in pages.values_list("old_id", "object_pk"))

    def _structure(self) -> None:
        with transaction.atomic():
            self.directory.ensure_sections(self.plan.sections(), self.plan.in_bar())
            self.directory.ensure_people(self._writers())
        topics = [(place.path[0], place.title, place.text) for place in self.plan.topics()]
        for start in range(0, len(topics), LARGEST):
            with transaction.atomic():
                self.directory.ensure_topics(topics[start : start + LARGEST])

    def _writers(self) -> list[str]:
        """Sign-in names of everybody whom a post names; nobody else gets a page."""
        logins = {login: author.login for login, author in self.found.authors.items()}
        return [logins.get(login, login) for login in self.found.writers if login]

    def _source(self) -> MediaSource | None:
        if self.run.media == ImportRun.Media.NONE:
            return None
        return Folder(Path(self.run.media_folder)) if self.run.media == ImportRun.Media.FOLDER else Download()

    def _entries(self) -> tuple[list[tuple[Item, str]], list[Author]]:
        """Go through the file and write stories; return pages and people, which come after."""
        pages: list[tuple[Item, str]] = []
        people: list[Author] = []
        batch: list[Prepared] = []
        try:
            for entry in Export(self.path).entries():
                if isinstance(entry, Author):
                    people.append(entry)
                elif isinstance(entry, Term):
                    if not self.recorder.has(entry.element, entry.position):
                        self.others.term(entry)
                else:
                    self._item(entry, batch, pages)
                self.others.flush(full=False)
                if len(batch) >= self.size:
                    self._write(batch)
        except DamagedExport:
            pass  # the survey met the same damage and `_finish` reports it
        self._write(batch)
        self.others.flush()
        return pages, people

    def _item(self, item: Item, batch: list[Prepared], pages: list[tuple[Item, str]]) -> None:
        kind = self.found.kind(item)
        old_id = self._old_id(item, kind)
        if kind not in ("post", "page") or item.status in STORY_STATES_UNSEEN:
            self.others.comments(item, old_id)
        if self.recorder.has("item", item.position):
            return
        if kind not in ("post", "page", "attachment") or item.status in STORY_STATES_UNSEEN:
            self.others.item(item, old_id)
        elif kind == "attachment":
            self.others.item(item, old_id, reason="an attachment of this number came before")
        elif kind == "page":
            pages.append((item, old_id))
        else:
            self._prepare(item, kind, old_id, batch)

    def _old_id(self, item: Item, kind: str) -> str:
        """What names the item in its old site; broken exports repeat numbers or have none."""
        base = item.post_id or item.link or item.guid or item.slug or f"#{item.position}"
        for name in (base, f"{base}#{item.slug}", f"{base}#{item.position}"):
            if (kind, name[:190]) not in self._used:
                break
        self._used.add((kind, name[:190]))
        return name[:190]

    def _prepare(self, item: Item, kind: str, old_id: str, batch: list[Prepared]) -> None:
        try:
            batch.append(self.preparer.prepare(item, kind, old_id))
        except Exception as error:  # noqa: BLE001 - one odd item must not stop ten thousand good ones; it is listed
            self.others.item(item, old_id, reason=f"could not be converted ({type(error).__name__}: {error})")

    def _pages(self, pages: list[tuple[Item, str]]) -> None:
        """Write information pages, parents before children."""
        numbers = {item.post_id for item, _old_id in pages}
        waiting = pages
        while waiting:
            ready = [one for one in waiting if one[0].parent not in numbers or one[0].parent == one[0].post_id]
            ready = ready or waiting  # pages that are each other's parents
            numbers -= {item.post_id for item, _old_id in ready}
            written = {old_id for _item, old_id in ready}
            waiting = [one for one in waiting if one[1] not in written]
            batch: list[Prepared] = []
            for item, old_id in ready:
                self._prepare(item, "page", old_id, batch)
                if len(batch) >= self.size:
                    self._write(batch)
            self._write(batch)

    def _write(self, batch: list[Prepared]) -> None:
        """Write `batch` and empty it; when the database refuses it, one by one, so that only the odd one stays out."""
        started = monotonic()
        try:
            self.writer.write(batch)
        except (DatabaseError, ValueError):
            for prepared in batch:
                self._write_alone(prepared)
        took = monotonic() - started
        if batch and not self.run.dry_run:
            self.size = round(min(max(self.size * LONGEST_WRITE / max(took, 0.001), SMALLEST), LARGEST))
        batch.clear()
        self._advance(0)

    def _write_alone(self, prepared: Prepared) -> None:
        try:
            self.writer.write([prepared])
        except (DatabaseError, ValueError) as error:
            reason = f"could not be written ({type(error).__name__}: {error})"
            self.others.item(prepared.item, prepared.old_id, reason=reason)

    def _phase(self, name: str) -> None:
        self.run.phase = name
        self._save_run()
        self._advance(0)

    def _advance(self, _count: int) -> None:
        done = len(self.recorder.kept) if self.recorder.dry else self.run.done
        self.progress(self.run.phase, done, self.run.total)

    def _save_run(self) -> None:
        if self.run.pk:
            self.run.save()

    def _finish(self) -> None:
        run = self.run
        notes = [str(self.found.damage)] if self.found.damage else []
        if self.found.blanked:
            notes.append(f"{self.found.blanked} characters that XML forbids were replaced by spaces.")
        if self.found.channel.version not in ("1.0", "1.1", "1.2"):
            said = self.found.channel.version or "none"
            notes.append(f"The export's version is {said}; it was read as 1.2.")
        run.state = run.State.DAMAGED if self.found.damage else run.State.FINISHED
        run.message = " ".join(notes)
        run.phase = ""
        run.finished_at = timezone.now()
        run.report = summarise(run, self.recorder)
        self._save_run()
