"""Reading the file: every version, every damage, nothing expanded."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.importers.wordpress.entries import Author, Entry, Item, Term
from standfirst.importers.wordpress.errors import DamagedExport, NotAnExport, UnsafeExport
from standfirst.importers.wordpress.source import CleanBytes
from standfirst.importers.wordpress.wxr import Export
from tests.importers import exports


def read(path: Path) -> tuple[list[Entry], Export]:
    export = Export(path)
    return list(export.entries()), export


def test_entries_come_in_their_order_with_their_fields(tmp_path: Path) -> None:
    path = exports.write(
        tmp_path,
        exports.category("georgia", number=7),
        exports.item(4, title="One & two", terms=[("category", "georgia", "Georgia"), ("post_tag", "war", "War")]),
    )
    entries, export = read(path)
    author, term, story = entries
    assert isinstance(author, Author)
    assert (author.login, author.display_name) == ("nino", "Nino Beridze")
    assert isinstance(term, Term)
    assert (term.slug, term.term_id, term.taxonomy) == ("georgia", "7", "category")
    assert isinstance(story, Item)
    assert (story.title, story.post_id, story.post_type) == ("One & two", "4", "post")
    assert [(use.taxonomy, use.slug) for use in story.terms] == [("category", "georgia"), ("post_tag", "war")]
    assert export.channel.address == exports.SITE
    assert export.channel.version == "1.2"


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "9.9", "abc", ""])
def test_every_version_and_none_is_read(tmp_path: Path, version: str) -> None:
    text = exports.wxr(exports.item(1), version=version).replace("export/1.2/", f"export/{version or '1.0'}/")
    path = tmp_path / "export.xml"
    path.write_text(text, encoding="utf-8")
    entries, export = read(path)
    assert [entry.title for entry in entries if isinstance(entry, Item)] == ["Post 1"]
    assert export.channel.version == version


def read_damaged(path: Path) -> tuple[list[str], DamagedExport]:
    """Titles of the items before the damage, and the damage."""
    titles: list[str] = []
    entries = Export(path).entries()
    try:
        for entry in entries:
            titles += [entry.title] if isinstance(entry, Item) else []
    except DamagedExport as damage:
        return titles, damage
    raise AssertionError("the damage was not noticed")


def test_good_items_before_damage_come_and_the_place_is_named(tmp_path: Path) -> None:
    path = exports.write(tmp_path, exports.item(1), exports.item(2), "<item><title>Broken & bare</title></item>\n")
    titles, damage = read_damaged(path)
    assert titles == ["Post 1", "Post 2"]
    lines = path.read_text().splitlines()
    assert "Broken" in lines[damage.line - 1]
    assert damage.column > lines[damage.line - 1].index("&")
    assert f"line {damage.line}, column {damage.column}" in str(damage)


def test_a_cut_off_file_gives_what_was_whole(tmp_path: Path) -> None:
    path = exports.write(tmp_path, *(exports.item(number) for number in range(50)))
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"<item>") + 300])
    titles, _damage = read_damaged(path)
    assert titles == [f"Post {number}" for number in range(49)]


BOMB = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
<rss version="2.0"><channel><title>&c;</title></channel></rss>"""
EXTERNAL = """<?xml version="1.0"?><!-- <rss> -->
<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>&file;</title></channel></rss>"""


@pytest.mark.parametrize("text", [BOMB, EXTERNAL])
def test_declared_entities_are_refused_before_anything_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text(text)
    with pytest.raises(UnsafeExport, match="document type declaration"):
        read(path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_encodings_that_could_hide_a_declaration_are_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(exports.wxr().encode(encoding))
    with pytest.raises(UnsafeExport, match="UTF-8"):
        read(path)
    path.write_text(exports.wxr().replace("UTF-8", "UTF-7"))
    with pytest.raises(UnsafeExport, match="UTF-7"):
        read(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no XML"), ("plain words", "no XML"), ("<html><body/></html>", "<html>"), ("<!-- never", "comment")],
)
def test_what_is_no_export_is_refused_with_the_remedy(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "export.xml"
    path.write_text(text)
    with pytest.raises(NotAnExport, match=says):
        read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAnExport, match=r"nowhere\.xml"):
        read(tmp_path / "nowhere.xml")


def test_forbidden_characters_become_spaces_and_are_counted(tmp_path: Path) -> None:
    path = exports.write(tmp_path, exports.item(1, title="a\x0bb", content="c\x08d\x1fe &#x2;f\ufffe"))
    entries, export = read(path)
    story = next(entry for entry in entries if isinstance(entry, Item))
    assert story.title == "a b"
    assert story.content.split() == ["c", "d", "e", "f"]
    assert export.blanked == 5


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """What was read is freed: no more stays in the tree than one piece of the file (32 KB) holds."""
    path = exports.write(tmp_path, *(exports.item(number, content="word " * 200) for number in range(300)))
    export = Export(path)
    sizes = set()
    release = export._release

    def spy(element: object) -> None:
        release(element)
        sizes.add(len(element.getparent()))  # type: ignore[attr-defined]

    export._release = spy  # type: ignore[method-assign]
    assert len(list(export.entries())) == 301
    assert max(sizes) <= 40


@given(st.lists(st.binary(max_size=40), max_size=12), st.integers(1, 9))
def test_blanking_does_not_depend_on_how_the_file_is_cut(parts: list[bytes], size: int) -> None:
    import io

    data = b"&#x1;\xef\xbf\xbe".join(parts)

    class Slow(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            return super().read(size)

    def everything(source: CleanBytes) -> bytes:
        return b"".join(iter(source.read, b""))

    whole = everything(CleanBytes(io.BytesIO(data)))
    assert everything(CleanBytes(Slow(data))) == whole
    assert len(whole) == len(data)
