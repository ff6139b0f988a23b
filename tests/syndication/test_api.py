"""The REST API: readers' programs read what readers find, and nothing else; a token gives what its owner may do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import APIToken
from wagtail.search.index import insert_or_update_object

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.list_story import list_story
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import Article, Edition, Section
from tests import factories
from tests.syndication.pictures import ready_picture

pytestmark = pytest.mark.django_db
PAGES = "/api/v3/pages/"


def token(user: User) -> dict[str, str]:
    _instance, plaintext = APIToken.create_token(user=user, name="test")
    return {"Authorization": f"Bearer {plaintext}"}


def listed(client: Client, **parameters: Any) -> set[str]:
    response = client.get(PAGES, {"type": "stories.Article", **parameters})
    assert response.status_code == 200, response.content
    return {item["title"] for item in response.json()["items"]}


def detail(client: Client, story: Article, **parameters: Any) -> Any:
    response = client.get(f"{PAGES}{story.pk}/", parameters)
    assert response.status_code == 200, response.content
    return response.json()


def hidden_stories(section: Section) -> list[Article]:
    later = datetime.now(UTC) + timedelta(days=1)
    killed, embargoed, unpublished = (factories.story(section, title) for title in ("Killed", "Under", "Withdrawn"))
    kill_story(article=killed, reason="Wrong", by=None)
    Article.objects.filter(pk=embargoed.pk).update(embargoed_until=later)
    list_story(article=Article.objects.get(pk=embargoed.pk))
    unpublished.unpublish()
    return [factories.draft(section, "Draft"), killed, embargoed, unpublished]


def test_a_story_in_our_words(client: Client, edition: Edition, section: Section) -> None:
    person, topic = factories.contributor(edition, "Nino"), factories.topic(edition, "Railways")
    body = [
        {"type": "paragraph", "value": f'<p><a linktype="page" id="{section.pk}">there</a></p>'},
        {"type": "html", "value": "<p onclick='x()'>kept</p><script>gone()</script>"},
        {"type": "unconverted", "value": {"name": "shortcode", "source": "[secret]"}},
    ]
    story = factories.story(
        section, "Bridge", standfirst="S", bylines=[person], topics=[topic], body=body, lead_picture=ready_picture()
    )
    publish_correction(article=story, text="Two.", by=factories.user(name="Staff Name"))
    answer = detail(client, story)
    assert (answer["headline"], answer["standfirst"], answer["story_type"]) == ("Bridge", "S", "news")
    assert answer["meta"]["html_url"] == story.full_url
    assert answer["meta"]["locale"] == "en"
    assert [(byline["name"], byline["role"]) for byline in answer["bylines"]] == [("Nino", "reporter")]
    assert answer["topics"] == [topic.pk]
    assert answer["section"]["id"] == section.pk
    assert answer["lead_image"]["credit"] == "Ridgeline"
    assert answer["lead_image"]["url"] == "/media/images/p.jpg"
    assert set(answer["corrections"][0]) == {"id", "meta", "text", "serious", "published_at"}
    assert [block["type"] for block in answer["body"]] == ["paragraph", "html"]
    assert answer["body"][0]["value"] == '<p><a href="/en/azerbaijan/">there</a></p>'
    assert answer["body"][1]["value"] == "<p>kept</p>"


def test_nothing_of_the_newsrooms_own_is_shown(client: Client, section: Section) -> None:
    owner = factories.user("reporter@ridgeline.example", name="Staff Name")
    story = factories.story(
        section, "Bridge", ednote="INTERNAL", slugline="HANDLE", needs_legal=True, by=owner,
        embargoed_until=datetime(2020, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    publish_correction(article=story, text="Two.", by=owner)
    text = json.dumps(detail(client, story)) + client.get(PAGES).content.decode()
    forbidden = (
        "INTERNAL",
        "HANDLE",
        "ednote",
        "slugline",
        "embargo",
        "Staff Name",
        "reporter@",
        "owner",
        "published_by",
    )
    for word in (*forbidden, "kill", "needs_legal", "latest_revision", "draft_title", "locked"):
        assert word not in text, word


def test_what_is_not_public_is_nowhere(client: Client, section: Section) -> None:
    hidden = hidden_stories(section)
    public = factories.story(section, "Public")
    for story in (*hidden, public):
        insert_or_update_object(story)
    assert listed(client) == {"Public"}
    assert listed(client, child_of=section.pk) == {"Public"}
    assert listed(client, search="Public") == {"Public"}
    assert listed(client, search="Under") == set()
    every_title = {item["title"] for item in client.get(PAGES, {"limit": 20}).json()["items"]}
    assert "Public" in every_title
    for story in hidden:
        assert story.title not in every_title
        for parameters in ({}, {"version": "draft"}):
            assert client.get(f"{PAGES}{story.pk}/", parameters).status_code == 404, story.title
        assert client.get(f"{PAGES}find/", {"id": story.pk}).status_code == 404
        assert client.get(f"{PAGES}find/", {"html_path": story.url}).status_code == 404
        assert client.get(PAGES, {"translation_of": story.pk}).status_code == 422
    assert client.get(f"{PAGES}{public.pk}/").status_code == 200


def test_a_draft_of_a_published_story_stays_inside(client: Client, section: Section) -> None:
    story = factories.story(section, "Public", standfirst="As printed")
    story.standfirst = "NOT YET"
    story.save_revision()
    insert_or_update_object(Article.objects.get(pk=story.pk))
    assert listed(client, search="printed") == {"Public"}
    assert detail(client, story, version="draft")["standfirst"] == "As printed"
    assert listed(client, search="YET") == set()


@pytest.mark.parametrize("name", ["ednote", "slugline", "embargoed_until", "owner", "killed_at", "kill_notice"])
def test_hidden_fields_can_not_be_guessed_by_filter_or_order(client: Client, section: Section, name: str) -> None:
    factories.story(section, "One", ednote="a", slugline="a")
    factories.story(section, "Two", ednote="b", slugline="b")
    assert listed(client, **{name: "a"}) == {"One", "Two"}
    assert client.get(PAGES, {"type": "stories.Article", "order": name}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("get", path) for path in ("whoami/", "sites/", "schema/", "schema/stories.Article/", "pages/{}/revisions/")),
        *(("post", path) for path in ("pages/", "pages/{}/actions/publish/", "pages/{}/actions/unpublish/")),
        *(("post", path) for path in ("pages/{}/actions/copy/", "pages/{}/actions/move/", "pages/{}/actions/revert/")),
        ("patch", "pages/{}/"),
        ("delete", "pages/{}/"),
    ],
)
def test_without_a_token_nothing_else_is_open(client: Client, section: Section, method: str, path: str) -> None:
    story = factories.story(section)
    address = "/api/v3/" + path.format(story.pk)
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        body = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
        response = getattr(client, method)(address, headers=headers, **body)
        assert response.status_code == 401, response.content
    assert Article.objects.get(pk=story.pk).live


def test_a_signed_in_browser_is_no_token(client: Client, section: Section) -> None:
    story = factories.draft(section)
    client.force_login(factories.administrator())
    assert client.get(f"{PAGES}{story.pk}/").status_code == 404
    assert client.get("/api/v3/whoami/").status_code == 401


def test_documents_of_the_api_are_closed(client: Client, section: Section) -> None:
    for path in ("openapi.json", "docs/"):
        assert client.get(f"/api/v3/{path}").status_code == 404


def test_a_revoked_token_opens_nothing(client: Client, section: Section) -> None:
    story = factories.draft(section)
    headers = token(factories.administrator())
    assert client.get(f"{PAGES}{story.pk}/", headers=headers).status_code == 200
    APIToken.objects.update(revoked_at=datetime.now(UTC))
    assert client.get(f"{PAGES}{story.pk}/", headers=headers).status_code == 404


def test_a_reporters_token_reads_no_draft_of_others(client: Client, section: Section) -> None:
    reporter = factories.user(is_staff=True)
    reporter.groups.add(Group.objects.get(name="Reporters"))
    headers = token(reporter)
    own, other = factories.draft(section, "Own", by=reporter), factories.draft(section, "Other")
    assert client.get(f"{PAGES}{own.pk}/", headers=headers).status_code == 200
    assert client.get(f"{PAGES}{other.pk}/", headers=headers).status_code == 404
    response = client.post(f"{PAGES}{own.pk}/actions/publish/", headers=headers)
    assert response.status_code == 403
    assert not Article.objects.get(pk=own.pk).live


def test_writing_and_publishing_with_a_token(client: Client, section: Section) -> None:
    headers = token(factories.administrator())
    data = {
        "meta": {"type": "stories.Article", "parent_id": section.pk},
        "title": "Written elsewhere",
        "standfirst": "S",
        "story_type": "news",
        "topics": [],
        "body": [{"type": "paragraph", "value": "<p>Hello</p><script>x</script>"}],
    }
    created = client.post(PAGES, data, content_type="application/json", headers=headers)
    assert created.status_code == 201, created.content
    story = Article.objects.get(title="Written elsewhere")
    assert not story.live
    assert "script" not in str(story.body.raw_data[0]["value"])
    assert client.get(f"{PAGES}{story.pk}/").status_code == 404
    assert client.post(f"{PAGES}{story.pk}/actions/publish/", headers=headers).status_code == 200
    assert detail(client, story)["headline"] == "Written elsewhere"


def test_publishing_keeps_the_embargo(client: Client, section: Section) -> None:
    headers = token(factories.administrator())
    story = factories.draft(section, embargoed_until=datetime.now(UTC) + timedelta(days=1))
    for address, method, data in (
        (f"{PAGES}{story.pk}/actions/publish/", client.post, {}),
        (f"{PAGES}{story.pk}/", client.patch, {"meta": {"action": "publish"}, "standfirst": "New"}),
    ):
        response = method(address, data, content_type="application/json", headers=headers)
        assert response.status_code == 422, response.content
        assert "embargo" in response.content.decode()
        assert not Article.objects.get(pk=story.pk).live
    assert client.get(f"{PAGES}{story.pk}/").status_code == 404


def test_a_killed_story_is_not_published_again(client: Client, section: Section) -> None:
    story = factories.story(section)
    kill_story(article=story, reason="Wrong", by=None)
    response = client.post(f"{PAGES}{story.pk}/actions/publish/", headers=token(factories.administrator()))
    assert response.status_code == 422
    assert not Article.objects.get(pk=story.pk).live


def test_staff_get_back_what_they_must_not_lose(client: Client, section: Section) -> None:
    raw = "<p onclick='x()'>kept</p>"
    body = [{"type": "html", "value": raw}, {"type": "unconverted", "value": {"name": "x", "source": "[x]"}}]
    story = factories.story(section, body=body)
    answer = client.get(f"{PAGES}{story.pk}/", headers=token(factories.administrator())).json()
    assert [(block["type"], block["value"]) for block in answer["body"]] == [
        ("html", raw),
        ("unconverted", {"name": "x", "source": "[x]"}),
    ]


HTML = {"type": "html", "value": "<p>Raw</p>"}
TEXT = {"type": "paragraph", "value": "<p>Hello</p>"}


def written(client: Client, user: User, section: Section, *body: dict[str, Any]) -> Any:
    data = {
        "meta": {"type": "stories.Article", "parent_id": section.pk},
        "title": "Written elsewhere",
        "standfirst": "S",
        "story_type": "news",
        "topics": [],
        "body": list(body),
    }
    return client.post(PAGES, data, content_type="application/json", headers=token(user))


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.PUBLISHER])
def test_only_administrators_write_html_with_a_token(client: Client, section: Section, role: Role) -> None:
    response = written(client, factories.staff(role), section, TEXT, HTML)

    assert response.status_code == 422, response.content
    assert "Only administrators add or change HTML" in response.content.decode()
    assert not Article.objects.exists()
    assert written(client, factories.administrator(), section, TEXT, HTML).status_code == 201


def test_html_with_a_token_is_kept_but_not_changed(client: Client, section: Section) -> None:
    story = factories.story(section, body=[HTML])
    address, headers = f"{PAGES}{story.pk}/", token(factories.staff(Role.PUBLISHER))

    changed = client.patch(
        address, {"body": [{**HTML, "value": "<p>Other</p>"}]}, content_type="application/json", headers=headers
    )
    kept = client.patch(address, {"body": [TEXT, HTML]}, content_type="application/json", headers=headers)

    assert changed.status_code == 422, changed.content
    assert kept.status_code == 200, kept.content
    body = Article.objects.get(pk=story.pk).get_latest_revision_as_object().body
    assert [(block.block_type, str(block.value)) for block in body] == [
        ("paragraph", str(body[0].value)),
        ("html", "<p>Raw</p>"),
    ]


@pytest.mark.parametrize(("role", "status"), [(Role.EDITOR, 403), (Role.PUBLISHER, 201)])
def test_a_token_makes_the_kinds_of_page_its_owner_makes(
    client: Client, section: Section, role: Role, status: int
) -> None:
    data = {"meta": {"type": "stories.Section", "parent_id": section.pk}, "title": "A section below"}

    response = client.post(PAGES, data, content_type="application/json", headers=token(factories.staff(role)))

    assert response.status_code == status, response.content
    assert Section.objects.filter(title="A section below").exists() == (status == 201)
