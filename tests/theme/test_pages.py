"""What readers get: the order of a story, empty slots left out, budgets kept, every page type in the paper's dress."""

from __future__ import annotations

import gzip
import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from tests import factories as make
from wagtail_footnotes.models import Footnote

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import Article, Edition, Pick, Source, ThreadEvent
from standfirst.theme.catalogue import THEME

PUBLISHED = datetime(2025, 4, 28, 12, 20, tzinfo=UTC)
STATIC = THEME / "static" / "paper"
READY = [{"ratio": "16x9", "format": "jpeg", "w": 640, "h": 360, "file": "images/a.jpg"}]

pytestmark = [pytest.mark.django_db, pytest.mark.whole]


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def text(words: str) -> dict[str, Any]:
    return block("paragraph", f"<p>{words}</p>")


@pytest.fixture
def edition() -> Edition:
    edition = make.edition("en")
    edition.appeal_title, edition.appeal_button = "You rely on us.", "Become a member"
    edition.save()
    return edition


def scene(edition: Edition, **fields: Any) -> Article:
    """The story every part of the page is looked at with."""
    section = make.section(edition, "Azerbaijan", colour="#1f5fa8")
    thread = make.thread(edition, "Iran and Azerbaijan")
    thread.chronology = [ThreadEvent(date=PUBLISHED.date(), text="The visit.")]
    thread.save()
    fields.setdefault("body", json.dumps([text("One."), text("Two."), text("Three.")]))
    return make.story(
        section,
        "Iran’s president in Baku",
        published_at=PUBLISHED,
        bylines=[make.contributor(edition, "Nino Example")],
        topics=[make.topic(edition, "Railways")],
        dateline="Baku",
        thread=thread,
        lead_picture=make.picture("Two presidents", caption="Left and right.", credit="Official photo"),
        standfirst="Energy and transport.",
        **fields,
    )


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def in_order(html: str, *parts: str) -> None:
    """Assert that `parts` stand in `html`, each after the one before."""
    at = 0
    for part in parts:
        found = html.find(part, at)
        assert found >= 0, f"{part!r} is missing, or stands before what should precede it"
        at = found + len(part)


def test_a_story_is_told_in_the_papers_order(client: Client, edition: Edition) -> None:
    story = scene(edition)
    story.sources = [Source(text="Readout", url="https://president.example/")]
    story.save_revision().publish()
    publish_correction(article=story, text="It was 2024.", serious=False, by=make.user())
    in_order(
        page(client, story.url),
        'class="skip"',
        'class="kicker"',
        "<h1",
        "Iran’s president in Baku</h1>",
        "Energy and transport.</p>",
        ">Nino Example</a> in Baku",
        '<time datetime="2025-04-28T16:20+04:00">28 April 2025, 16:20</time>',
        '<span class="credit">Official photo</span>',
        "<p>Two.</p>",
        "Iran and Azerbaijan: the story so far",
        "<p>Three.</p>",
        "<h2>Sources</h2>",
        "<h2>Corrections</h2>",
        "It was 2024.",
        "<h2>Topics</h2>",
    )


def test_a_serious_correction_stands_on_top_as_well(client: Client, edition: Edition) -> None:
    story = scene(edition)
    publish_correction(article=story, text="It was 2024.", serious=True, by=make.user())
    html = page(client, story.url)
    in_order(html, "</h1>", "note--serious", "It was 2024.", "<p>One.</p>", "<h2>Corrections</h2>", "It was 2024.")


def test_an_ordinary_correction_is_not_noted_on_top(client: Client, edition: Edition) -> None:
    story = scene(edition)
    publish_correction(article=story, text="It was 2024.", serious=False, by=make.user())
    assert "note--serious" not in page(client, story.url)


def test_slots_with_nothing_in_them_are_not_shown(client: Client, edition: Edition) -> None:
    story = make.story(make.section(edition), "Alone")
    html = page(client, story.url)
    for words in (
        "Related articles",
        "Most popular",
        "Editor’s picks",
        "Sources",
        "Corrections</h2>",
        "Topics",
        "Notes",
    ):
        assert words not in html.partition("<main")[2].partition("</main>")[0], words
    assert "Read this story in" not in html


def test_picks_are_shown_once_there_are_some(client: Client, edition: Edition) -> None:
    story = scene(edition)
    picked = make.story(make.section(edition, "Georgia"), "Picked by hand")
    Pick.objects.create(edition=edition, article=picked, label="Long read")
    in_order(page(client, story.url), "Editor’s picks", "Picked by hand", "Long read")


def test_notes_stand_at_the_foot_and_lead_back(client: Client, edition: Edition) -> None:
    uid = str(uuid.uuid4())
    story = scene(edition, body=json.dumps([text(f'A claim.<footnote id="{uid}">x</footnote>')]))
    story.footnotes = [Footnote(uuid=uid, text="<p>Where it comes from.</p>")]
    story.save_revision().publish()
    in_order(
        page(client, story.url),
        '<a href="#note-1" id="note-1-1">1</a>',
        "<h2>Notes</h2>",
        '<li id="note-1">',
        "Where it comes from.",
        'href="#note-1-1"',
    )


def test_an_embed_contacts_nobody_before_the_reader_asks(client: Client, edition: Edition) -> None:
    video = {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "title": "A film", "caption": "", "poster": None}
    html = page(client, scene(edition, body=json.dumps([block("embed", video)])).url)
    assert "<iframe" not in html
    assert 'data-frame="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"' in html
    assert 'href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"' in html  # the way without JavaScript
    assert not re.search(r'\s(?:src|srcset|poster)="(?:https?:)?//', html)


def test_an_embed_of_an_unknown_site_is_a_link(client: Client, edition: Edition) -> None:
    html = page(
        client,
        scene(
            edition,
            body=json.dumps(
                [block("embed", {"url": "https://tv.example/x", "title": "", "caption": "", "poster": None})]
            ),
        ).url,
    )
    assert '<a href="https://tv.example/x" rel="noopener">tv.example</a>' in html
    assert "data-frame" not in html


def test_raw_html_is_sanitised_and_what_was_not_converted_is_hidden(client: Client, edition: Edition) -> None:
    body = [
        block("html", '<p onclick="x()">Kept</p><script>bad()</script>'),
        block("unconverted", {"name": "shortcode", "source": "[secret]"}),
    ]
    html = page(client, scene(edition, body=json.dumps(body)).url)
    assert '<div class="prose"><p>Kept</p></div>' in html
    assert "bad()" not in html
    assert "[secret]" not in html


def test_every_other_block_is_shown(client: Client, edition: Edition) -> None:
    picture = make.picture("Ridges", caption="Its own caption", description="Its own alt")
    picture.ready = READY
    picture.save()
    shown = {
        "picture": picture.pk,
        "caption": "",
        "credit": "Here only",
        "alt": "",
        "decorative": False,
        "width": "wide",
    }
    body = [
        block("heading", {"text": "A heading", "level": "3"}),
        block("picture", shown),
        block("gallery", {"title": "Gallery", "pictures": [block("item", {**shown, "decorative": True})]}),
        block("quote", {"text": "<p>Quoted</p>", "attribution": "Somebody", "source_url": "https://a.example/"}),
        block("pull_quote", {"text": "Pulled", "attribution": "Else"}),
        block("appeal", {"title": "Own words", "text": ""}),
        block("fact_box", {"title": "Facts", "text": "<p>Fact</p>"}),
        block("list", {"ordered": True, "items": [block("item", "Entry")]}),
        block(
            "table",
            {
                "table": {
                    "columns": [{"type": "text", "heading": "Country"}, {"type": "number", "heading": "2024"}],
                    "rows": [{"values": ["Georgia", "7"]}],
                    "caption": "Trade",
                },
                "source": "Customs",
            },
        ),
        block("timeline", {"title": "Times", "events": [block("item", {"date": "2023", "text": "<p>Then</p>"})]}),
        block("divider", None),
    ]
    in_order(
        page(client, scene(edition, body=json.dumps(body)).url),
        "<h3>A heading</h3>",
        'alt="Its own alt"',
        'Its own caption <span class="credit">Here only</span>',
        'class="gallery',
        'alt=""',
        '<blockquote class="quotation" cite="https://a.example/">',
        "<p>‘Pulled’</p>",
        "Own words",
        "Become a member</a>",
        "<h2>Facts</h2>",
        "<ol>",
        "<li>Entry</li>",
        "<caption>Trade</caption>",
        '<th scope="col" class="figure">2024</th>',
        '<td class="figure">7</td>',
        "Source: Customs",
        "<h2>Times</h2>",
        '<span class="events__date">2023</span>',
        '<hr class="pause">',
    )


def test_a_teaser_shows_the_story_as_it_is_now_and_vanishes_with_it(client: Client, edition: Edition) -> None:
    other = make.story(make.section(edition, "Georgia"), "Old words")
    story = scene(edition, body=json.dumps([block("teaser", {"story": other.pk})]))
    other.title = "New words"
    other.save_revision().publish()
    assert "New words</a>" in page(client, story.url)
    other.unpublish()
    html = page(client, story.url)
    assert "New words" not in html
    assert 'class="teaser' not in html


def test_persian_reads_from_the_right_and_azerbaijani_from_the_left(client: Client, edition: Edition) -> None:
    make.edition("fa")
    make.edition("az")
    assert '<html lang="fa" dir="rtl">' in page(client, "/fa/")
    assert '<html lang="az" dir="ltr">' in page(client, "/az/")
    assert '<a href="/fa/" lang="fa" hreflang="fa" dir="rtl">فارسی</a>' in " ".join(page(client, "/en/").split())


def test_an_editions_furniture_speaks_its_language(client: Client, edition: Edition) -> None:
    make.edition("ka")
    html = page(client, "/ka/corrections/")
    assert '<h1 class="page__title">შესწორებები</h1>' in html
    assert "Search" not in html


@pytest.mark.parametrize(
    ("older", "newer", "number", "links"),
    [
        (3, None, None, ['href="?page=3" rel="next"']),
        (1, 3, 2, ['href="?page=3" rel="prev"', 'href="?page=1" rel="next"']),
        (None, None, 4, ['href="/en/georgia/" rel="prev"']),  # the newest numbered page leads to the list itself
        (1200, 1202, 1201, ['href="?page=1202" rel="prev"', 'href="?page=1200" rel="next"']),  # no thousands separator
        (None, None, None, []),
    ],
)
def test_lists_step_by_stable_addresses(
    rf: RequestFactory, older: int | None, newer: int | None, number: int | None, links: list[str]
) -> None:
    context = {"older": older, "newer": newer, "number": number, "request": rf.get("/en/georgia/")}
    html = render_to_string("theme/includes/pager.html", context)
    assert re.findall(r'href="[^"]*" rel="\w+"', html) == links


ADDRESSES = [
    "/en/",
    "/en/contributors/",
    "/en/threads/",
    "/en/topics/",
    "/en/masthead/",
    "/en/corrections/",
    "/en/archive/",
    "/en/archive/2025/04/",
    "/en/archive/2025/04/28/",
    "/en/search/",
    "/en/search/?q=iran",
    "/en/search/?q=nothing",
    "/en/azerbaijan/",
    "/en/contributors/nino-example/",
    "/en/threads/iran-and-azerbaijan/",
    "/en/topics/railways/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_type_wears_the_papers_dress(client: Client, edition: Edition, address: str) -> None:
    scene(edition)
    html = page(client, address)
    assert html.count("<h1") == 1
    assert html.count("<main") == 1
    assert 'class="site"' in html
    assert " style=" not in html


def test_a_missing_page_offers_the_search(client: Client, edition: Edition) -> None:
    html = page(client, "/en/nowhere/", 404)
    assert "There is no page at this address" in html
    assert 'action="/en/search/"' in html
    assert '<meta name="robots" content="noindex">' in html


def test_a_killed_story_says_so_in_the_papers_dress(client: Client, edition: Edition) -> None:
    story = make.story(make.section(edition), "Gone")
    kill_story(article=story, reason="A court asked.", notice="Withdrawn on legal grounds.", by=make.administrator())
    html = page(client, story.url, 410)
    in_order(html, "This story is no longer available", "Withdrawn on legal grounds.", 'class="site"')
    assert "A court asked." not in html
    assert "What Gone is about." not in html


def test_the_page_of_last_resort_needs_neither_context_nor_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        html = render_to_string("500.html")
    assert "Something broke on our side" in html
    assert 'href="/static/paper/paper.css"' in html


@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "theme/plain.html"])
def test_plain_pages_need_no_context_either(template: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert "<main" in render_to_string(template)


def test_a_story_without_pictures_is_at_most_30_kb_on_the_wire(client: Client, edition: Edition) -> None:
    html = page(client, scene(edition, body=json.dumps([text("A sentence of a story. " * 12)] * 25)).url)
    sent = [html.encode(), (STATIC / "paper.css").read_bytes(), (STATIC / "paper.js").read_bytes()]
    assert sum(len(gzip.compress(part)) for part in sent) <= 30_000


def test_at_most_three_files_hold_up_the_first_paint(client: Client, edition: Edition) -> None:
    head = page(client, scene(edition).url).partition("</head>")[0]
    sheets = re.findall(r'<link[^>]*rel="stylesheet"', head)
    scripts = [tag for tag in re.findall(r"<script[^>]*src=[^>]*>", head) if 'type="module"' not in tag]
    assert len(sheets) + len(scripts) <= 3


def test_every_picture_has_its_size(client: Client, edition: Edition) -> None:
    picture = make.picture()
    picture.ready = READY
    picture.save()
    section = make.section(edition)
    story = make.story(section, "Pictured", lead_picture=picture)
    for address in ("/en/", section.url, story.url):
        images = re.findall(r"<img[^>]*>", page(client, address))
        assert images, address
        assert [tag for tag in images if not (" width=" in tag and " height=" in tag)] == []


def test_the_newsrooms_own_templates_come_first(tmp_path: Any, client: Client, edition: Edition, settings: Any) -> None:
    from standfirst.config.base import templates

    (tmp_path / "theme" / "fragments").mkdir(parents=True)
    (tmp_path / "theme" / "fragments" / "footer.html").write_text("<footer class='site'>Ours</footer>")
    settings.TEMPLATES = templates(tmp_path)
    assert "<footer class='site'>Ours</footer>" in page(client, "/en/")


def test_the_content_policy_lets_the_papers_files_through() -> None:
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert policy["style-src"] == policy["script-src"] == ["'self'"]
