"""The full text of a story for feed readers: complete, plain and harmless."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from wagtail.documents import get_document_model
from wagtail_footnotes.models import Footnote

from standfirst.stories.blocks.body import BodyBlocks
from standfirst.stories.models import Section
from standfirst.syndication.addresses import SiteAddress, site_address
from standfirst.syndication.body import BLOCKS, full_text
from standfirst.syndication.feeds.build import build_entries
from standfirst.syndication.library import Library, fetch_library
from standfirst.syndication.markup import standalone
from tests import factories
from tests.syndication.pictures import ready_picture


@pytest.fixture
def site(section: Section) -> SiteAddress:
    return site_address()


def text_of(site: SiteAddress, *blocks: tuple[str, Any]) -> str:
    raw = [{"type": kind, "value": value} for kind, value in blocks]
    return full_text(raw, fetch_library(site, [raw]), {})


def document(name: str = "notes.mp3") -> Any:
    return get_document_model().objects.create(title="Notes", file=ContentFile(b"12345", name=name), file_size=5)


@pytest.mark.django_db
class TestBlocks:
    def test_paragraph_and_headings(self, site: SiteAddress) -> None:
        found = text_of(site, ("paragraph", "<p>a <b>b</b></p>"), ("heading", {"text": "H <i>", "level": "3"}))
        assert found == "<p>a <b>b</b></p>\n<h3>H &lt;i&gt;</h3>"

    def test_a_heading_has_no_level_but_ours(self, site: SiteAddress) -> None:
        assert text_of(site, ("heading", {"text": "H", "level": "1"})) == "<h2>H</h2>"

    def test_picture_with_its_words_and_with_those_of_this_place(self, site: SiteAddress) -> None:
        picture = ready_picture()
        own = text_of(site, ("picture", {"picture": picture.pk}))
        assert own == (
            '<figure><img src="http://testserver/media/images/p.jpg" alt="The palace in words" width="1200" '
            'height="800"><figcaption>What The palace shows (Ridgeline)</figcaption></figure>'
        )
        here = text_of(
            site, ("picture", {"picture": picture.pk, "caption": "C", "credit": "D", "alt": "A", "decorative": False})
        )
        assert 'alt="A"' in here
        assert "<figcaption>C (D)</figcaption>" in here
        assert 'alt=""' in text_of(site, ("picture", {"picture": picture.pk, "alt": "A", "decorative": True}))

    def test_a_picture_that_is_gone_or_not_ready_leaves_no_trace(self, site: SiteAddress) -> None:
        unready = factories.picture()
        type(unready).objects.filter(pk=unready.pk).update(ready=[])
        assert text_of(site, ("picture", {"picture": unready.pk}), ("picture", {"picture": 999})) == ""

    def test_gallery(self, site: SiteAddress) -> None:
        entry = {"type": "item", "id": "x", "value": {"picture": ready_picture().pk}}
        found = text_of(site, ("gallery", {"title": "Faces", "pictures": [entry, entry]}))
        assert found.startswith("<h3>Faces</h3><figure>")
        assert found.count("<img") == 2

    def test_quotes(self, site: SiteAddress) -> None:
        quote = {"text": "<p>Yes</p>", "attribution": "Nino", "source_url": "https://a.example/"}
        assert text_of(site, ("quote", quote)) == (
            '<blockquote><p>Yes</p><footer><cite><a href="https://a.example/">Nino</a></cite></footer></blockquote>'
        )
        assert text_of(site, ("pull_quote", {"text": "a < b", "attribution": ""})) == (
            "<blockquote><p>a &lt; b</p></blockquote>"
        )

    def test_lists_stored_in_both_forms(self, site: SiteAddress) -> None:
        new = {"ordered": True, "items": [{"type": "item", "id": "x", "value": "<p>one</p>"}]}
        assert text_of(site, ("list", new)) == "<ol><li><p>one</p></li></ol>"
        assert text_of(site, ("list", {"ordered": False, "items": ["<p>one</p>"]})) == "<ul><li><p>one</p></li></ul>"

    def test_table(self, site: SiteAddress) -> None:
        table = {
            "columns": [{"type": "text", "heading": "Town"}, {"type": "rich_text", "heading": "Note"}],
            "rows": [{"values": ["A & B", "<p>x</p>"]}],
            "caption": "Towns",
        }
        assert text_of(site, ("table", {"table": table, "source": "Census"})) == (
            '<table><caption>Towns</caption><thead><tr><th scope="col">Town</th><th scope="col">Note</th></tr></thead>'
            "<tbody><tr><td>A &amp; B</td><td><p>x</p></td></tr></tbody></table><p><small>Census</small></p>"
        )

    def test_fact_box_and_timeline(self, site: SiteAddress) -> None:
        assert text_of(site, ("fact_box", {"title": "T", "text": "<p>x</p>"})) == "<aside><h3>T</h3><p>x</p></aside>"
        event = {"type": "item", "value": {"date": "1991", "text": "<p>x</p>"}}
        assert text_of(site, ("timeline", {"title": "", "events": [event]})) == (
            "<dl><dt>1991</dt><dd><p>x</p></dd></dl>"
        )

    def test_embeds_are_links(self, site: SiteAddress) -> None:
        found = text_of(site, ("embed", {"url": "https://video.example/1?a=1&b=2", "title": "", "caption": "C"}))
        assert found == (
            '<figure><p><a href="https://video.example/1?a=1&amp;b=2">https://video.example/1?a=1&amp;b=2</a></p>'
            "<figcaption>C</figcaption></figure>"
        )

    def test_files(self, site: SiteAddress) -> None:
        file = document()
        address = f"http://testserver{file.url}"
        audio = text_of(site, ("audio", {"file": file.pk, "title": "Listen", "caption": ""}))
        assert audio == (
            f'<figure><audio controls="" preload="none" src="{address}"></audio>'
            f'<p><a href="{address}">Listen</a></p></figure>'
        )
        assert f'<video controls="" preload="none" src="{address}">' in text_of(site, ("video", {"file": file.pk}))
        assert (
            text_of(site, ("document", {"document": file.pk, "title": ""})) == f'<p><a href="{address}">Notes</a></p>'
        )
        assert text_of(site, ("audio", {"file": 999}), ("video", {"file": 999}), ("document", {"document": 999})) == ""

    def test_neither_appeal_nor_what_was_not_converted(self, site: SiteAddress) -> None:
        blocks = (("appeal", {"title": "Join", "text": "us"}), ("unconverted", {"name": "x", "source": "[x]"}))
        assert text_of(site, *blocks, ("divider", None)) == "<hr>"

    def test_every_block_is_thought_of(self) -> None:
        assert set(BodyBlocks().child_blocks) - set(BLOCKS) == {"appeal", "unconverted"}

    def test_html_is_sanitised_and_cannot_swallow_what_follows(self, site: SiteAddress) -> None:
        found = text_of(site, ("html", "<table><!-- <p onclick=x()>a<script>b</script>"), ("paragraph", "<p>after</p>"))
        assert found.endswith("<p>after</p>")
        assert "onclick" not in found
        assert "script" not in found


@pytest.mark.django_db
class TestLinks:
    def test_links_to_pages_and_documents(self, section: Section, site: SiteAddress) -> None:
        file, draft = document(), factories.draft(section)
        found = text_of(
            site,
            (
                "paragraph",
                f'<p><a linktype="page" id="{section.pk}">a</a> <a id="{file.pk}" linktype="document">b</a> '
                f'<a linktype="page" id="{draft.pk}">draft</a> <a href="/en/x/">c</a> <a href="javascript:x">d</a></p>',
            ),
        )
        links = {link.text: link.get("href") for link in html.fromstring(found).iter("a")}
        assert links == {
            "a": "http://testserver/en/azerbaijan/",
            "b": f"http://testserver{file.url}",
            "c": "http://testserver/en/x/",
            "d": None,
        }
        assert "draft</p>" not in found
        assert " draft " in found

    def test_footnotes_are_numbered_by_first_use_and_listed(self, section: Section, site: SiteAddress) -> None:
        keys = [uuid.uuid4(), uuid.uuid4()]
        marks = [f'<footnote id="{key}">[x]</footnote>' for key in keys]
        body = [{"type": "paragraph", "value": f"<p>a{marks[1]} b{marks[0]} c{marks[1]}</p>"}]
        story = factories.story(section, body=body)
        for key, text in zip(
            keys, ("<p>First</p>", f'<p><a linktype="page" id="{section.pk}">2nd</a></p>'), strict=True
        ):
            Footnote.objects.create(page=story.page_ptr, uuid=key, text=text, locale=story.locale)
        (entry,) = build_entries([story], site)
        assert entry.html.endswith(
            "<p>a<sup>[1]</sup> b<sup>[2]</sup> c<sup>[1]</sup></p>"
            '<ol><li><p><a href="http://testserver/en/azerbaijan/">2nd</a></p></li><li><p>First</p></li></ol>'
        )

    def test_a_mark_without_its_note_is_left_out(self, site: SiteAddress) -> None:
        found = standalone('<p>a<footnote id="x">[x]</footnote>b</p>', Library(site=site), {})
        assert found == "<p>ab</p>"


HOSTILE = [
    *(
        "<script>",
        "</script>",
        "<svg/onload=x()>",
        "<img src=x onerror=x()>",
        "<style>",
        "<math><mtext>",
        "<!--",
        "-->",
    ),
    *(
        '<a href="javascript:x()">',
        '<a href="&#106;avascript:x()">',
        "<iframe srcdoc='<script>'>",
        "<form>",
        "<p style=a>",
    ),
    *('<a linktype="page" id="1">', '<footnote id="x">', "<table>", "</p>", "<noscript>", "<template>", "]]>", "<?x"),
]


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5)).map("".join))
def test_nothing_hostile_comes_through(markup: str) -> None:
    site = SiteAddress(site=None, root="https://ridgeline.example", root_path="/newsroom/")
    clean = standalone(markup, Library(site=site), {})
    tree = html.fragment_fromstring(clean or " ", create_parent="div")
    assert not tree.xpath("//script | //style | //iframe | //svg | //math | //form | //template | //noscript")
    assert not tree.xpath("//@*[starts-with(name(), 'on')] | //@style | //@srcdoc")
    assert all(address.split(":")[0] in {"http", "https"} for address in tree.xpath("//@href | //@src"))
    etree.fromstring(f"<x>{escape(clean)}</x>")
