"""What is rendered before the workers are forked, and that nothing of it can keep them from starting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError

from standfirst.cli.serving import warming
from standfirst.config import wsgi
from standfirst.delivery import store
from standfirst.delivery.edge.application import Edge, Plan
from standfirst.delivery.edge.asked import Asked
from standfirst.delivery.edge.rendering import Rendered, Renderer
from tests import factories
from tests.connections import connection_kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """The addresses that are rendered, with their status; connections stay open, which tests share."""
    found: list[tuple[str, int]] = []
    plan = Plan("http://testserver", ["testserver"], "r", ["secret"], lock_file=tmp_path / "renderings")
    monkeypatch.setattr(wsgi, "application", Edge(get_wsgi_application(), plan, lambda: None))
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    render = Renderer.render

    def noting(self: Renderer, asked: Asked, variant: str = "", fragment: str = "") -> Rendered:
        answer = render(self, asked, variant, fragment)
        found.append((asked.path, answer.status))
        return answer

    monkeypatch.setattr(Renderer, "render", noting)
    with connection_kept():
        yield found
    store.close()


def test_a_front_page_and_a_story_are_rendered(rendered: list[tuple[str, int]]) -> None:
    edition = factories.edition()
    factories.story(factories.section(edition))
    warming.warm()
    assert [status for _path, status in rendered] == [200, 200]
    assert rendered[0][0] == "/en/"


def test_a_newsroom_without_an_edition_starts_all_the_same(rendered: list[tuple[str, int]]) -> None:
    warming.warm()
    assert rendered == []


def test_a_database_that_is_away_keeps_nobody_from_starting(
    rendered: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> list[str]:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(warming, "_paths", away)
    warming.warm()
    assert rendered == []
