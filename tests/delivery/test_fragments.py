"""A fragment is written where it stands, or kept apart and put in: the same bytes either way, and nobody forges one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory, override_settings
from django.utils import translation

from standfirst.delivery import fragments, trace
from standfirst.delivery.fragments import FragmentError, Item, Pieces
from standfirst.delivery.middleware import ENVIRON, FragmentMiddleware
from standfirst.delivery.store.entry import FragmentRef, Segment

TEMPLATES = {
    "dishes.html": "{% load fragments %}{% if dishes %}<ul>{% for dish in dishes %}"
    "{% item dish %}<li>{{ dish }}</li>{% enditem %}{% endfor %}</ul>{% endif %}",
    "tables.html": '{% load fragments %}<p>{% item "/en/a/" %}<a href="/en/a/"{% here %}>A</a>{% enditem %}</p>',
    "plain.html": "<p>{{ place }}</p>",
    "course.html": "{% load fragments %}<p>{% item course %}{{ course|default:'all' }}{% enditem %}</p>",
    "outer.html": '{% load fragments %}<div>{% fragment "plain" %}</div>',
}
LOADER = ("django.template.loaders.locmem.Loader", TEMPLATES)
ENGINE = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "OPTIONS": {"loaders": [LOADER]},
}
DISHES = ["khinkali", "lobio", "<plov>"]


def dishes(request: HttpRequest) -> Mapping[str, Any] | None:
    return {"dishes": DISHES if request.path == "/en/" else []}


@pytest.fixture(autouse=True)
def kitchen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Five fragments of our own, and no others."""
    monkeypatch.setattr(fragments, "_registered", {})
    fragments.fragment("dishes", "dishes.html")(dishes)
    fragments.fragment("tables", "tables.html")(lambda request: {})
    fragments.fragment("plain", "plain.html")(lambda request: {"place": request.path})
    fragments.fragment_of("courses", "course.html")(lambda request, of: {"course": of} if of != "none" else None)
    fragments.fragment("outer", "outer.html")(lambda request: {})
    with override_settings(TEMPLATES=[ENGINE]), translation.override("en"):
        yield


def written(source: str, **context: Any) -> str:
    return Template("{% load fragments %}" + source).render(Context(context))


def assembled(source: str, **context: Any) -> bytes:
    """The page as the edge makes it: rendered under a trace, split, each fragment asked for, parsed and placed."""
    with trace.tracing():
        body = written(source, **context).encode()
    return b"".join(_bytes(segment) for segment in fragments.split(body))


def _bytes(segment: Segment) -> bytes:
    return segment if isinstance(segment, bytes) else fragments.place(fragments.parse(asked(segment).content), segment)


def asked(ref: FragmentRef) -> HttpResponse:
    wanted = {"name": ref.name, "edition": "en", "of": ref.of}
    request = RequestFactory().get(f"/{ref.edition}/", **{ENVIRON: json.dumps(wanted)})
    answer = FragmentMiddleware(lambda request: HttpResponse("the page"))(request)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ('{% fragment "dishes" %}', "<ul><li>khinkali</li><li>lobio</li><li>&lt;plov&gt;</li></ul>"),
        ('{% fragment "dishes" limit=1 %}', "<ul><li>khinkali</li></ul>"),
        ("{% fragment 'dishes' without=left_out limit=1 %}", "<ul><li>lobio</li></ul>"),
        ('{% fragment "dishes" without="lob" %}', "<ul><li>khinkali</li><li>lobio</li><li>&lt;plov&gt;</li></ul>"),
        ('{% fragment "tables" at="/en/a/" %}', '<p><a href="/en/a/" aria-current="page">A</a></p>'),
        ('{% fragment "tables" at="/en/a/b/" %}', '<p><a href="/en/a/" aria-current="true">A</a></p>'),
        ('{% fragment "tables" at="/en/ab/" %}', '<p><a href="/en/a/">A</a></p>'),
        ('{% fragment "tables" at=missing %}', '<p><a href="/en/a/">A</a></p>'),
        ('{% fragment "plain" %}', "<p>/en/</p>"),
        ('{% fragment "courses" %}', "<p>all</p>"),
        ('{% fragment "courses" of="soup" %}{% fragment "courses" of=left_out %}', "<p>soup</p><p>khinkali</p>"),
        ('{% fragment "courses" of="none" %}', ""),
        ('{% fragment "courses" of="soup" without="soup" %}', ""),
        ('{% fragment "outer" %}', "<div><p>/en/</p></div>"),
    ],
)
def test_a_page_is_the_same_whether_written_at_once_or_put_together(tag: str, shown: str) -> None:
    page = f"<main>{tag}</main><!-- end -->"
    at_once = written(page, left_out="khinkali")
    assert at_once == f"<main>{shown}</main><!-- end -->"
    assert assembled(page, left_out="khinkali") == at_once.encode()


def test_nothing_stands_where_every_item_drops_out_or_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.delivery.test_fragments.DISHES", ["lobio"])
    assert written('[{% fragment "dishes" without="lobio" %}]') == "[]"
    assert assembled('[{% fragment "dishes" without="lobio" %}]') == b"[]"
    with translation.override("ka"):
        assert written('[{% fragment "dishes" %}]') == "[]"


def test_a_fragment_that_says_it_has_nothing_is_not_rendered() -> None:
    fragments.fragment("silent", "no-such-template.html")(lambda request: None)
    assert written('[{% fragment "silent" %}]') == "[]"


def test_a_traced_page_is_taken_apart_at_its_fragments_and_shows_nothing_of_them() -> None:
    with trace.tracing() as traced:
        source = '<b>{% fragment "dishes" without=7 limit=4 %}{% fragment "plain" at="/en/" %}'
        body = written(source + '{% fragment "courses" of="soup" %}').encode()
    assert b"khinkali" not in body
    assert traced.keys == set()
    assert fragments.split(body) == (
        b"<b>",
        FragmentRef("dishes", "en", without="7", limit=4),
        FragmentRef("plain", "en", at="/en/"),
        FragmentRef("courses", "en", of="soup"),
    )


def test_what_looks_like_a_marker_but_was_not_written_by_this_process_stays_text() -> None:
    body = written("{{ said|safe }}", said=fragments.marker(FragmentRef("dishes", "en")).replace(fragments._NONCE, "0"))
    assert fragments.split(body.encode()) == (body.encode(),)
    assert fragments.split(b"") == ()


def test_each_process_has_a_secret_of_its_own() -> None:
    assert len(fragments._NONCE) == 32
    assert fragments._NONCE in fragments.marker(FragmentRef("dishes", "en"))


def test_text_in_a_fragment_cannot_pass_for_an_item(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = (mark.replace(fragments._NONCE, "0") for mark in fragments.item_markers("x"))
    monkeypatch.setattr("tests.delivery.test_fragments.DISHES", [f"{before}y{after}"])
    pieces = fragments.parse(asked(FragmentRef("dishes", "en")).content)
    assert [item.key for item in pieces.items] == [f"{before}y{after}"]


def test_the_answer_to_the_edge_is_the_fragment_alone_as_json() -> None:
    answer = asked(FragmentRef("dishes", "en"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert "Vary" not in answer
    assert fragments.parse(answer.content).items[1] == Item("lobio", *[b"<li>lobio</li>"] * 3)
    assert fragments.parse(asked(FragmentRef("plain", "en")).content) == Pieces(b"<p>/en/</p>")


def test_a_fragment_that_no_longer_exists_is_not_found() -> None:
    assert asked(FragmentRef("gone", "en")).status_code == 404


def test_a_reader_cannot_ask_for_a_fragment() -> None:
    middleware = FragmentMiddleware(lambda request: HttpResponse("the page"))
    asking = {"standfirst.fragment": '{"name": "plain"}', "Standfirst.Fragment": '{"name": "plain"}'}
    for request in (RequestFactory().get("/en/", headers=asking), RequestFactory().get("/en/", asking)):
        assert middleware(request).content == b"the page"  # type: ignore[attr-defined]


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"before": "", "items": [["a", "b"]], "after": ""}', b"<p>"])
def test_what_is_no_fragment_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own errors are kinds of it
        fragments.parse(payload)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('{% fragment "gone" %}', 'There is no fragment "gone": write one of these in quotes: courses, dishes, outer'),
        ("{% fragment name %}", "There is no fragment name"),
        ("{% fragment %}", "write one of these"),
        ('{% fragment "dishes" colour=1 %}', "takes without=, limit=, at= and of=, not 'colour'"),
        ('{% fragment "dishes" of="soup" %}', "the same everywhere in its edition: leave out of="),
        ('{% fragment "dishes" 4 %}', "not '4'"),
        ("{% item %}{% enditem %}", "takes its key"),
        ("{% item 1 %}<b>{% item 2 %}{% enditem %}</b>{% enditem %}", "cannot stand in another"),
    ],
)
def test_a_wrong_tag_is_refused_while_the_template_is_loaded(source: str, says: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=says):
        Template("{% load fragments %}" + source)


def test_outside_a_fragment_items_are_only_what_stands_in_them() -> None:
    assert written("{% item 1 %}<a{% here %}>A</a>{% enditem %}") == "<a>A</a>"


def test_a_name_is_registered_once_and_is_plain() -> None:
    with pytest.raises(FragmentError, match="already"):
        fragments.fragment("dishes", "other.html")(dishes)
    with pytest.raises(FragmentError, match="already"):
        fragments.fragment_of("dishes", "other.html")(lambda request, of: None)
    for registering in (fragments.fragment, fragments.fragment_of):
        with pytest.raises(FragmentError, match="small letters"):
            registering("<b>", "other.html")
    assert fragments.names() == ["courses", "dishes", "outer", "plain", "tables"]


def test_fragments_of_one_page_share_a_request_that_tells_nothing_of_the_reader() -> None:
    reader = RequestFactory().get("/en/a/?q=1", headers={"Cookie": "sessionid=1", "Host": "testserver"})
    shared = fragments.request_for("en", reader)
    assert shared is fragments.request_for("en", reader)
    assert shared is not fragments.request_for("ka", reader)
    assert (shared.path, shared.GET.dict(), shared.COOKIES) == ("/en/", {}, {})
    assert sorted(shared.META) == ["HTTP_HOST", "SERVER_NAME", "SERVER_PORT"]
