"""Reads the demo newsroom's content files into typed records."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from standfirst.demo.errors import ContentError
from standfirst.demo.markup import Body, parse_body

CONTENT = Path(__file__).resolve().parent / "content"
STAGES = ("published", "draft", "editing", "legal", "ready", "scheduled", "embargoed")
ACCESS = ("open", "registered", "members")
_MARK = "+++"


@dataclass(frozen=True)
class StoryFile:
    """One story as it stands in a file; `key` is the file's name and joins translations."""

    key: str
    language: str
    path: Path
    body: Body
    headline: str
    standfirst: str
    section: str
    bylines: list[str]
    picture: str
    caption: str = ""
    credit: str = ""
    alt: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    stage: str = "published"
    in_days: int = 0
    type: str = "news"
    kicker: str = ""
    dateline: str = ""
    slug: str = ""
    slugline: str = ""
    trail_text: str = ""
    social_headline: str = ""
    thread: str = ""
    topics: list[str] = field(default_factory=list)
    sources: list[list[str]] = field(default_factory=list)
    corrections: list[dict[str, Any]] = field(default_factory=list)
    killed: dict[str, Any] = field(default_factory=dict)
    ednote: str = ""
    needs_legal: bool = False
    access: str = "open"

    @property
    def credits(self) -> list[tuple[str, str]]:
        """Pairs of a contributor's key and a role."""
        return [(name, role) for name, _blank, role in (line.partition(" ") for line in self.bylines)]


@dataclass(frozen=True)
class PageFile:
    """A page about the newsroom; `key` is its kind and its slug."""

    key: str
    path: Path
    body: Body
    title: str
    standfirst: str = ""


@dataclass(frozen=True)
class EditionContent:
    """Everything of one edition. `words` is the edition's own file."""

    language: str
    words: dict[str, Any]
    threads: dict[str, dict[str, Any]]
    pages: list[PageFile]
    stories: list[StoryFile]


def load_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        ContentError: it is not valid TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        line = int(str(error).partition("line ")[2].split(",")[0] or 1) if "line " in str(error) else 1
        raise ContentError(path, line, str(error)) from error


def load_edition(language: str, content: Path = CONTENT) -> EditionContent:
    """Read the edition in `language`; stories come oldest first, unpublished ones last.

    Raises:
        ContentError: a file is not as the format asks, or a story names something that does not exist.
    """
    folder = content / language
    stories = [load_story(path) for path in sorted((folder / "stories").glob("*.md"))]
    stories.sort(key=lambda story: (story.published is None, story.published.timestamp() if story.published else 0.0))
    threads = {path.stem: load_toml(path) for path in sorted((folder / "threads").glob("*.toml"))}
    edition = EditionContent(
        language=language,
        words=load_toml(folder / "edition.toml"),
        threads=threads,
        pages=[_load_page(path) for path in sorted((folder / "pages").glob("*.md"))],
        stories=stories,
    )
    _check_names(edition)
    return edition


def load_story(path: Path) -> StoryFile:
    """Read one story.

    Raises:
        ContentError: the front matter or the text is not as the format asks.
    """
    matter, body = _split(path)
    known = {item.name for item in fields(StoryFile)} - {"key", "language", "path", "body"}
    needed = {item.name for item in fields(StoryFile) if item.default is MISSING and item.default_factory is MISSING}
    _check_keys(path, matter, needed & known, known)
    story = StoryFile(key=path.stem, language=path.parent.parent.name, path=path, body=body, **matter)
    if story.stage not in STAGES:
        raise ContentError(path, 1, f"“{story.stage}” is no stage; there are {', '.join(STAGES)}.")
    if story.access not in ACCESS:
        raise ContentError(path, 1, f"a story for “{story.access}” is not known; there are {', '.join(ACCESS)}.")
    if story.stage == "published" and (story.published is None or story.published.tzinfo is None):
        raise ContentError(path, 1, "a published story needs `published`, a date with time and zone.")
    return story


def _load_page(path: Path) -> PageFile:
    matter, body = _split(path)
    _check_keys(path, matter, {"title"}, {"title", "standfirst"})
    return PageFile(key=path.stem, path=path, body=body, **matter)


def _split(path: Path) -> tuple[dict[str, Any], Body]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != _MARK or _MARK not in lines[1:]:
        raise ContentError(path, 1, f"the file must begin with front matter between two lines {_MARK}.")
    end = lines.index(_MARK, 1)
    try:
        matter = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(path, 2, f"the front matter is not valid TOML: {error}.") from error
    return matter, parse_body(lines[end + 1 :], end + 2, path)


def _check_keys(path: Path, matter: dict[str, Any], needed: set[str], known: set[str]) -> None:
    if missing := needed - matter.keys():
        raise ContentError(path, 1, f"the front matter lacks {', '.join(sorted(missing))}.")
    if surplus := matter.keys() - known:
        raise ContentError(path, 1, f"the front matter has no field {', '.join(sorted(surplus))}.")


def _check_names(edition: EditionContent) -> None:
    """Every name that a story uses must exist in its edition."""
    known = {
        kind: {entry["key"] for entry in edition.words.get(kind, [])} for kind in ("sections", "topics", "contributors")
    }
    for story in edition.stories:
        asked = [
            ("section", {story.section}, known["sections"]),
            ("topic", set(story.topics), known["topics"]),
            ("contributor", {name for name, _role in story.credits}, known["contributors"]),
            ("thread", {story.thread} - {""}, set(edition.threads)),
        ]
        for kind, names, existing in asked:
            if unknown := names - existing:
                raise ContentError(story.path, 1, f"there is no {kind} {', '.join(sorted(unknown))} in this edition.")
