"""Blocks that not everybody may add: HTML is the administrators', and what an import left over nobody adds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.stories.models import Article, Section

pytestmark = pytest.mark.django_db
HTML = {"type": "html", "value": "<p>By hand</p>", "id": "11111111-1111-4111-8111-111111111111"}
DIVIDER = {"type": "divider", "value": "", "id": "44444444-4444-4444-8444-444444444444"}
LEFT_OVER = {
    "type": "unconverted",
    "value": {"name": "[poll]", "source": "[poll id=1]\n[/poll]"},
    "id": "22222222-2222-4222-8222-222222222222",
}


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition())


def form(article: Article, user: User, body: list[dict[str, Any]]) -> Any:
    """The article's form as a browser sends it back with `body`."""
    data: dict[str, Any] = {"title": article.title, "slug": article.slug, "story_type": "news", "access": "open"}
    data["body-count"] = len(body)
    for name in ("bylines", "footnotes", "sources", "comments", "related_choices"):
        data |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    for number, block in enumerate(body):
        prefix = f"body-{number}"
        data |= {f"{prefix}-{key}": block.get(key, "") for key in ("type", "id")}
        data |= {f"{prefix}-order": number, f"{prefix}-deleted": ""}
        value = block["value"]
        data |= (
            {f"{prefix}-value-{key}": part for key, part in value.items()}
            if isinstance(value, dict)
            else {f"{prefix}-value": value}
        )
    form_class = Article.get_edit_handler().get_form_class()
    stored = Article.objects.get(pk=article.pk)  # a form writes into the object it is given
    return form_class(data, instance=stored, for_user=user, parent_page=article.get_parent())


def with_body(section: Section, *blocks: dict[str, Any]) -> Article:
    return factories.draft(section, body=json.dumps(blocks))


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.PUBLISHER])
def test_only_administrators_add_html(section: Section, role: Role) -> None:
    article = with_body(section)
    refused = form(article, factories.staff(role), [HTML, DIVIDER])
    assert not refused.is_valid()
    assert "Only administrators" in str(refused.errors["body"].as_data()[0].block_errors[0])
    sent = form(article, factories.staff(Role.ADMINISTRATOR), [HTML])
    assert sent.is_valid(), sent.errors
    assert [block.block_type for block in sent.cleaned_data["body"]] == ["html"]


def test_a_second_html_block_beside_an_administrators_is_refused(section: Section) -> None:
    article = with_body(section, HTML)
    more = {**HTML, "id": "33333333-3333-4333-8333-333333333333", "value": "<p>Mine</p>"}
    refused = form(article, factories.staff(Role.EDITOR), [HTML, more])
    assert "Only administrators" in str(refused.errors["body"].as_data()[0].block_errors[1])


def test_others_keep_and_delete_an_administrators_html_but_do_not_change_it(section: Section) -> None:
    article = with_body(section, HTML)
    editor = factories.staff(Role.EDITOR)
    assert "body" not in form(article, editor, [HTML]).errors
    assert "body" not in form(article, editor, []).errors
    assert "body" in form(article, editor, [{**HTML, "value": "<p>Changed</p>"}]).errors


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR])
def test_what_an_import_left_over_is_kept_or_deleted_only(section: Section, role: Role) -> None:
    user = factories.staff(role)
    article = with_body(section, LEFT_OVER)
    as_sent = {**LEFT_OVER, "value": {"name": "[poll]", "source": "[poll id=1]\r\n[/poll]"}}
    assert "body" not in form(article, user, [as_sent]).errors
    assert "body" not in form(article, user, []).errors
    changed = {**LEFT_OVER, "value": {"name": "[poll]", "source": "else"}}
    assert "body" in form(article, user, [changed]).errors
    assert "body" in form(with_body(section), user, [LEFT_OVER]).errors


def test_the_editor_offers_limited_blocks_only_where_there_are_some(section: Section) -> None:
    def offered(article: Article, role: Role) -> Any:
        return form(article, factories.staff(role), []).fields["body"].widget.block_def

    empty, full = with_body(section), with_body(section, HTML, LEFT_OVER)
    assert {"html", "unconverted"} & set(offered(empty, Role.EDITOR).child_blocks) == set()
    assert {"html", "unconverted"} & set(offered(empty, Role.ADMINISTRATOR).child_blocks) == {"html"}
    block = offered(full, Role.EDITOR)
    assert {"html", "unconverted"} <= set(block.child_blocks)
    assert block.meta.block_counts["html"] == {"max_num": 1}
    assert block.meta.block_counts["appeal"] == {"max_num": 1}
    assert "html" in Article.body.field.stream_block.child_blocks


def test_the_editor_opens_for_every_kind_of_page(section: Section) -> None:
    client = Client()
    client.force_login(factories.administrator())
    edition = section.get_parent()
    for page in [section, edition, factories.draft(section), *edition.get_children()]:
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
