"""Content becomes body blocks: nothing dangerous comes in, nothing visible is lost."""

from __future__ import annotations

import json
import re
from typing import Any

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.importers.wordpress.content import Converted, MediaFile, convert
from standfirst.importers.wordpress.content.values import split_credit
from standfirst.stories.blocks.body import BodyBlocks

REUSABLE = {"9": "<!-- wp:paragraph --><p>Shared words</p><!-- /wp:paragraph -->", "8": '<!-- wp:block {"ref":8} /-->'}
FILES = {
    "5": MediaFile("picture", 50, "A bridge"),
    "6": MediaFile("picture", 60),
    "7": MediaFile("document", 70),
}
ADDRESSES = {"/up/bridge.jpg": "5", "/up/river.jpg": "6", "/up/talk.mp3": "7", "/up/film.mp4": "7", "/up/law.pdf": "7"}


class Files:
    """What the converter may ask, answered from a few files."""

    def media(self, attachment_id: str, address: str) -> MediaFile | None:
        return FILES.get(attachment_id or ADDRESSES.get(address.removeprefix("https://old.example"), ""))

    def reusable(self, block_id: str) -> str | None:
        return REUSABLE.get(block_id)

    def attached(self) -> list[str]:
        return ["5", "6"]

    def absolute(self, address: str) -> str:
        return f"https://old.example{address}" if address.startswith("/") else address

    def is_own(self, address: str) -> bool:
        return address.startswith("https://old.example")


def converted(content: str, **options: str) -> Converted:
    return convert(content, Files(), name="story", **options)


def blocks(content: str) -> list[tuple[str, Any]]:
    return [(block["type"], block["value"]) for block in converted(content).blocks]


def paragraphs(content: str) -> list[str]:
    found = blocks(content)
    assert {kind for kind, _value in found} <= {"paragraph"}
    return [value for _kind, value in found]


def block(name: str, inner: str = "", **attributes: Any) -> str:
    said = f" {json.dumps(attributes)}" if attributes else ""
    return f"<!-- wp:{name}{said} -->{inner}<!-- /wp:{name} -->" if inner else f"<!-- wp:{name}{said} /-->"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One\n\nTwo", ["<p>One</p>", "<p>Two</p>"]),
        ("One\r\n\r\nTwo", ["<p>One</p>", "<p>Two</p>"]),
        ("One\ntwo", ["<p>One<br/>two</p>"]),
        ("One<br />\ntwo", ["<p>One<br/>two</p>"]),
        ("  \n\nOne\n\n\n\n&nbsp;\n\nTwo\n", ["<p>One</p>", "<p>Two</p>"]),
        ("<p>One</p>\n<p>Two\nlines</p>", ["<p>One</p>", "<p>Two<br/>lines</p>"]),
        ("<div>One <div>Two</div> three</div>", ["<p>One</p>", "<p>Two</p>", "<p>three</p>"]),
        ("<strong>b</strong> <em>i</em> <del>s</del> H<sub>2</sub>O<sup>+</sup>",
         ["<p><b>b</b> <i>i</i> <s>s</s> H<sub>2</sub>O<sup>+</sup></p>"]),
        ("<strong>One\n\nTwo</strong>", ["<p><b>One</b></p>", "<p><b>Two</b></p>"]),
        ("a < b & c > d", ["<p>a &lt; b &amp; c &gt; d</p>"]),
        ("<span style='color:red'>red</span> <code>x</code>", ["<p>red x</p>"]),
        ("He said <q>no</q>", ["<p>He said “no”</p>"]),
        ("A smile <img class='wp-smiley' alt=':)' src='/s.gif'> here", ["<p>A smile :) here</p>"]),
        ("[sic] and [1] and [[gallery]]", ["<p>[sic] and [1] and [gallery]</p>"]),
    ],
)  # fmt: skip
def test_classic_text_becomes_paragraphs(source: str, expected: list[str]) -> None:
    assert paragraphs(source) == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://x.example/?a=1&amp;b=2", '<a href="https://x.example/?a=1&amp;b=2">t</a>'),
        ("mailto:a@x.example", '<a href="mailto:a@x.example">t</a>'),
        ("/2020/story/", '<a href="https://old.example/2020/story/">t</a>'),
        ("javascript:alert(1)", "t"),
        ("JaVaScRiPt:alert(1)", "t"),
        (" java&#10;script:alert(1)", "t"),
        ("data:text/html;base64,PHNjcmlwdD4=", "t"),
        ("vbscript:x", "t"),
        ("#note", "t"),
        ("", "t"),
        ("http://[broken", "t"),
    ],
)
def test_links_lead_only_where_readers_may_go(href: str, expected: str) -> None:
    assert paragraphs(f'<a href="{href}" onclick="steal()" target="_blank">t</a>') == [f"<p>{expected}</p>"]


def test_what_could_run_is_stripped_and_listed() -> None:
    source = (
        "<script src='https://evil.example/x.js'>steal()</script><p onmouseover='steal()'>Hello "
        "<a href='javascript:steal()'>you</a></p><style>p{}</style><svg onload=steal()><script>1</script></svg>"
    )
    result = converted(source)
    assert [b["value"] for b in result.blocks if b["type"] == "paragraph"] == ["<p>Hello you</p>"]
    listed = [remark.detail for remark in result.remarks if remark.code == "stripped"]
    assert "<script> https://evil.example/x.js" in listed
    assert "onmouseover= on <p>" in listed
    assert any("javascript:steal()" in detail for detail in listed)
    readable = json.dumps([b for b in result.blocks if b["type"] != "unconverted"])
    assert "steal" not in readable


def test_headings_lists_quotes_and_dividers() -> None:
    assert blocks("<h1>A <a href='https://x.example'>b</a></h1>") == [("heading", {"text": "A b", "level": "2"})]
    assert [value["level"] for _k, value in blocks("<h2>a</h2><h3>b</h3><h6>c</h6>")] == ["2", "3", "4"]
    nested = "<ul>\n<li>One<ol><li>x</li><li>y</li></ol></li>\n<li><b>Two</b></li>\n</ul>"
    [(kind, value)] = blocks(nested)
    assert (kind, value["ordered"]) == ("list", False)
    assert [entry["value"] for entry in value["items"]] == ["<p>One<br/>1. x<br/>2. y</p>", "<p><b>Two</b></p>"]
    quotation = "<blockquote cite='https://x.example/'><p>We won.</p><p>Twice.</p><cite>— A fan</cite></blockquote>"
    assert blocks(quotation) == [
        ("quote", {"text": "<p>We won.</p><p>Twice.</p>", "attribution": "— A fan", "source_url": "https://x.example/"})
    ]
    assert blocks("a<hr>b") == [("paragraph", "<p>a</p>"), ("divider", None), ("paragraph", "<p>b</p>")]


def test_a_table_keeps_its_head_its_caption_and_its_links() -> None:
    source = (
        "<figure class='wp-block-table'><table><thead><tr><th>Year</th><th>Who</th></tr></thead><tbody>"
        "<tr><td>2020</td><td><a href='https://x.example/'>X</a></td></tr><tr><td colspan='2'>all</td></tr>"
        "</tbody></table><figcaption>Winners</figcaption></figure>"
    )
    result = converted(block("table", source))
    [table] = result.blocks
    assert table["value"]["table"]["caption"] == "Winners"
    grid = table["value"]["table"]
    assert grid["columns"] == [{"type": "text", "heading": "Year"}, {"type": "rich_text", "heading": "Who"}]
    assert grid["rows"][0]["values"] == ["2020", '<p><a href="https://x.example/">X</a></p>']
    assert grid["rows"][1]["values"] == ["all", ""]
    assert [remark.code for remark in result.remarks] == ["table_span"]


PICTURE = {"picture": 50, "caption": "", "credit": "", "alt": "", "decorative": False, "width": "text"}


@pytest.mark.parametrize(
    "source",
    [
        '<img class="wp-image-5" src="/up/x.jpg">',
        '<p><a href="/up/bridge.jpg"><img src="/up/bridge.jpg" alt="A bridge"></a></p>',
        block("image", '<figure><img src="https://elsewhere.example/bridge.jpg"/></figure>', id=5),
        '<img src="data:image/gif;base64,R0" data-src="/up/bridge.jpg"><noscript><img src="/up/bridge.jpg"></noscript>',
    ],
)
def test_a_picture_is_found_by_number_or_address(source: str) -> None:
    assert blocks(source) == [("picture", PICTURE)]


def test_captions_keep_their_credit_apart() -> None:
    source = (
        '[caption id="attachment_5" align="left"]<img src="/up/x.jpg" alt="Seen"> The bridge. Photo: Nino Ber[/caption]'
    )
    assert blocks(source) == [
        ("picture", PICTURE | {"caption": "The bridge.", "credit": "Nino Ber", "alt": "Seen"})
    ]  # fmt: skip
    old = '[caption id="attachment_5" caption="Old &quot;way&quot;"]<a href="#"><img src="/up/x.jpg"></a>[/caption]'
    assert blocks(old) == [("picture", PICTURE | {"caption": 'Old "way"'})]


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("The bridge. Photo: Nino/AFP", ("The bridge.", "Nino/AFP")),
        ("The bridge (Photo by Nino)", ("The bridge", "Nino")),
        ("Мост. Фото: Нино", ("Мост.", "Нино")),
        ("© Reuters", ("", "© Reuters")),
        ("A photo of a bridge", ("A photo of a bridge", "")),
        ("The source of the river", ("The source of the river", "")),
    ],
)
def test_a_credit_is_recognised(caption: str, expected: tuple[str, str]) -> None:
    assert split_credit(caption) == expected


@pytest.mark.parametrize(
    "source",
    [
        '[gallery ids="5,6"]',
        "[gallery]",
        "[gallery columns=“2”]",
        block("gallery", '<ul class="blocks-gallery-grid"><li class="blocks-gallery-item"><figure><img data-id="5"/>'
                         '</figure></li><li><figure><img data-id="6"/></figure></li></ul>', ids=[5, 6]),
        block("gallery", "<figure>" + block("image", '<figure><img class="wp-image-5"/></figure>', id=5)
              + block("image", '<figure><img class="wp-image-6"/></figure>', id=6) + "</figure>"),
        block("shortcode", '[gallery ids="5,6"]'),
    ],
)  # fmt: skip
def test_galleries_of_every_format(source: str) -> None:
    [(kind, value)] = blocks(source)
    assert kind == "gallery"
    assert [entry["value"]["picture"] for entry in value["pictures"]] == [50, 60]


def test_a_gallery_says_which_pictures_are_missing() -> None:
    result = converted('[gallery ids="5,404"]')
    assert [entry["type"] for entry in result.blocks] == ["gallery", "unconverted"]
    assert [remark.code for remark in result.remarks] == ["unconverted"]


YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "source",
    [
        f"Look:\n{YOUTUBE}\nGood?",
        f"Look:\n\n[embed width=400]{YOUTUBE}[/embed]\n\nGood?",
        f"<p>Look:</p><p>{YOUTUBE}</p><p>Good?</p>",
        '<p>Look:</p><iframe src="//www.youtube.com/embed/dQw4w9WgXcQ?rel=0"></iframe><p>Good?</p>',
        "".join([block("paragraph", "<p>Look:</p>"), block("embed", "<figure></figure>", url=YOUTUBE),
                 block("paragraph", "<p>Good?</p>")]),
        "".join([block("paragraph", "<p>Look:</p>"), block("core-embed/youtube", "<figure></figure>", url=YOUTUBE),
                 block("paragraph", "<p>Good?</p>")]),
    ],
)  # fmt: skip
def test_embeds_of_every_form(source: str) -> None:
    found = blocks(source)
    assert [kind for kind, _value in found] == ["paragraph", "embed", "paragraph"]
    assert found[1][1]["url"] == YOUTUBE


def test_an_address_that_is_no_embed_stays_text_and_an_unknown_frame_is_kept() -> None:
    assert paragraphs("https://x.example/y") == ["<p>https://x.example/y</p>"]
    result = converted('<iframe src="https://player.example/1"></iframe>')
    assert [entry["type"] for entry in result.blocks] == ["unconverted"]
    assert "https://player.example/1" in result.blocks[0]["value"]["source"]


def test_posts_of_other_sites_become_embeds() -> None:
    tweet = (
        '<blockquote class="twitter-tweet"><p>Words</p>&mdash; A <a href="https://twitter.com/a/status/12?ref=x">May</a>'
        '</blockquote><script async src="https://platform.twitter.com/widgets.js"></script>'
    )
    [(kind, value)] = blocks(tweet)
    assert (kind, value["url"]) == ("embed", "https://twitter.com/a/status/12?ref=x")
    assert value["caption"].startswith("Words")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('[audio mp3="/up/talk.mp3"][/audio]', "audio"),
        ('[video width="1" mp4="/up/film.mp4"]', "video"),
        (block("audio", '<figure><audio controls src="/up/talk.mp3"></audio></figure>', id=7), "audio"),
        ('<video><source src="/up/film.mp4"></video>', "video"),
    ],
)
def test_recordings_of_ours(source: str, kind: str) -> None:
    [(found, value)] = blocks(source)
    assert (found, value["file"]) == (kind, 70)


def test_a_playlist_becomes_its_recordings_and_a_file_a_document() -> None:
    assert [kind for kind, _value in blocks('[playlist ids="7,7"]')] == ["audio", "audio"]
    html = '<div><a href="/up/law.pdf">The law</a><a href="/up/law.pdf" download>Download</a></div>'
    assert blocks(block("file", html, id=7, href="/up/law.pdf")) == [("document", {"document": 70, "title": "The law"})]


def test_layout_is_flattened_and_reusable_blocks_are_resolved() -> None:
    columns = block("columns", "<div>" + block("column", "<div>" + block("block", ref=9) + "</div>") + "</div>")
    assert blocks(columns) == [("paragraph", "<p>Shared words</p>")]
    cover = block(
        "cover", '<div><img class="wp-image-5"/><div>' + block("paragraph", "<p>Over it</p>") + "</div></div>"
    )
    assert blocks(cover) == [("picture", PICTURE), ("paragraph", "<p>Over it</p>")]
    assert [kind for kind, _v in blocks(block("block", ref=8))] == ["unconverted"]
    assert [kind for kind, _v in blocks(block("block", ref=404))] == ["unconverted"]
    foreign = converted(block("kadence/tabs", "<div>" + block("paragraph", "<p>In a tab</p>") + "</div>"))
    assert [entry["value"] for entry in foreign.blocks] == ["<p>In a tab</p>"]
    assert [(remark.code, remark.detail) for remark in foreign.remarks] == [("layout", "kadence/tabs")]


def test_unknown_things_are_kept_whole_and_listed() -> None:
    source = block("acme/poll", '<div class="poll">Who wins?</div>', id=3) + "[contact-form-7 id=\"4\" title='Write']"
    result = converted(source)
    assert [(e["type"], e["value"]["name"]) for e in result.blocks] == [
        ("unconverted", "acme/poll"), ("unconverted", "[contact-form-7]"),
    ]  # fmt: skip
    assert "Who wins?" in result.blocks[0]["value"]["source"]
    assert [remark.detail for remark in result.remarks] == ["acme/poll", "[contact-form-7]"]
    around = converted('[su_note color="red"]Mind <b>this</b>[/su_note]')
    assert [e["type"] for e in around.blocks] == ["unconverted", "paragraph"]
    assert around.blocks[1]["value"] == "<p>Mind <b>this</b></p>"
    assert paragraphs("[vc_row][vc_column width='1/2']Text[/vc_column][/vc_row]") == ["<p>Text</p>"]


def test_footnotes_of_the_block_editor() -> None:
    number = "aa484441-9ea2-470c-a0a3-218ede0c6b05"
    content = block("paragraph", f'<p>So<sup data-fn="{number}" class="fn"><a href="#x">1</a></sup></p>') + block(
        "footnotes"
    )
    result = converted(content, footnotes=json.dumps([{"id": number, "content": "As <i>said</i><sup>2</sup>"}]))
    assert [e["value"] for e in result.blocks] == [f'<p>So<footnote id="{number}">[aa4844]</footnote></p>']
    assert result.footnotes == [(number, "<p>As <i>said</i>2</p>")]


def test_markers_code_verse_and_boxes() -> None:
    assert paragraphs("One<!--more-->Two") == ["<p>One</p>", "<p>Two</p>"]
    assert [kind for kind, _v in blocks("One<!--nextpage-->Two")] == ["paragraph", "divider", "paragraph"]
    assert blocks("<pre>a <b>&lt;</b>\n  c</pre>") == [("html", "<pre>a &lt;\n  c</pre>")]
    verse = block("verse", '<pre class="wp-block-verse">One\nTwo</pre>')
    assert blocks(verse) == [("paragraph", "<p>One<br/>Two</p>")]
    box = block("details", "<details><summary>Who</summary>" + block("paragraph", "<p>Them</p>") + "</details>")
    assert blocks(box) == [("fact_box", {"title": "Who", "text": "<p>Them</p>"})]
    quote = block("pullquote", "<figure><blockquote><p>Big</p><cite>She</cite></blockquote></figure>")
    assert blocks(quote) == [("pull_quote", {"text": "Big", "attribution": "She"})]
    buttons = block("buttons", "<div>" + block("button", '<div><a href="https://x.example/">Join</a></div>') + "</div>")
    assert blocks(buttons) == [("paragraph", '<p><a href="https://x.example/">Join</a></p>')]


def test_html_blocks_stay_when_they_are_harmless_and_are_kept_when_not() -> None:
    assert blocks(block("html", "<b>Hi</b>")) == [("html", "<b>Hi</b>")]
    assert [kind for kind, _v in blocks(block("html", "<b>Hi</b><script>x()</script>"))] == ["unconverted"]


def test_links_to_the_old_site_are_remembered() -> None:
    assert converted('<a href="/2020/x/">x</a>').own_links
    assert not converted('<a href="https://else.example/">x</a>').own_links


def test_the_same_content_gives_the_same_blocks() -> None:
    source = "One\n\n<ul><li>a</li></ul>"
    assert converted(source) == converted(source)


TAGS = """
p div b i a span ul ol li table tr td th blockquote cite figure figcaption h2 pre em center dl dd q section details
summary sup video font fb:like custom-tag
"""
MARKUP = st.recursive(
    st.text(max_size=20)
    | st.sampled_from(["\n\n", "[gallery]", "[x y=1]", "<br>", "<hr>", "<!--more-->", "&nbsp;", "[/x]"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS.split()),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)


def words_of(value: Any) -> str:
    """All text that stands in stored blocks."""
    if isinstance(value, dict):
        return " ".join(words_of(item) for key, item in value.items() if key not in ("type", "id"))
    if isinstance(value, list):
        return " ".join(words_of(item) for item in value)
    return re.sub(r"<[^>]*>", " ", value) if isinstance(value, str) else ""


@settings(max_examples=120, deadline=None)
@given(st.lists(MARKUP | st.text(max_size=60), max_size=6).map("".join))
def test_arbitrary_markup_never_raises_and_gives_storable_blocks(source: str) -> None:
    result = converted(source)
    stored = json.loads(json.dumps(result.blocks))
    value = BodyBlocks().to_python(stored)
    assert BodyBlocks().get_prep_value(value) is not None


@settings(max_examples=120, deadline=None)
@given(st.lists(MARKUP, max_size=5), st.lists(st.integers(0, 10_000), min_size=1, max_size=5))
def test_no_visible_word_is_lost(parts: list[str], numbers: list[int]) -> None:
    """Marked words between and inside arbitrary well-formed markup all come out again."""
    marked = [f"<div>Wort{number}x</div>" for number in numbers]
    source = "".join(f"{part}{mark}" for part, mark in zip([*parts, *[""] * 5], marked, strict=False))
    visible = re.findall(r"Wort\d+x", nh3.clean(source, tags=set(), clean_content_tags={"script", "style"}))
    found = re.findall(r"Wort\d+x", words_of(converted(source).blocks))
    assert sorted(set(visible)) == sorted(set(found))


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 3000 + "deep" + "</div>" * 3000,
        "<b>" * 3000 + "deep",
        "<ul><li>" * 500 + "deep",
        "<blockquote>" * 500 + "deep",
        "<!-- wp:group --><div>" * 500 + "deep",
        "[a_b]" * 5000 + "deep",
        '[a "' * 5000 + "deep",
        "<!-- wp:x {" * 2000 + "-->deep",
        "\x00\x01\ud800deep",
    ],
)
def test_nesting_and_repetition_without_end_keep_the_text(source: str) -> None:
    assert "deep" in words_of(converted(source).blocks)
