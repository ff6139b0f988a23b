"""Work that any node may do is done once, and its result is there for all."""

from __future__ import annotations

import psycopg
import pytest

from tests.journeys.serving import wait_until
from tests.nodes.conftest import Nodes

PICTURE_TASKS = "SELECT status FROM django_tasks_database_dbtaskresult WHERE queue_name = 'pictures'"
pytestmark = [pytest.mark.journey, pytest.mark.long]


def test_a_picture_is_taken_in_on_one_node_and_shown_by_both(nodes: Nodes) -> None:
    number = nodes.first.work("picture")["picture"]
    with psycopg.connect(nodes.shared.database_url) as database:

        def sizes() -> list[dict[str, str]]:
            with database.transaction():
                found = database.execute("SELECT ready FROM stories_picture WHERE id = %s", [number])
                row = found.fetchone()
            ready: list[dict[str, str]] = row[0] if row else []
            return [one for one in ready if one["format"] == "webp"]

        files = wait_until(sizes, f"the sizes\n{nodes.first.log[-1500:]}\n{nodes.second.log[-1500:]}", 60)

        def states() -> list[str]:
            with database.transaction():
                rows = database.execute(PICTURE_TASKS).fetchall()
            return [row[0] for row in rows]

        wait_until(lambda: "RUNNING" not in states(), "the task to end", 10)
        assert states() == ["SUCCESSFUL"]
    for node in (nodes.first, nodes.second):
        page = node.page(f"/media/{files[0]['file']}", binary=True)
        assert (page.status, page.headers["content-type"]) == (200, "image/webp")


def test_two_schedules_publish_each_story_once(nodes: Nodes) -> None:
    stories = nodes.first.work("schedule")["stories"]
    with psycopg.connect(nodes.shared.database_url, autocommit=True) as database:

        def count(sql: str) -> int:
            row = database.execute(sql, [stories]).fetchone()
            assert row is not None
            return int(row[0])

        live = "SELECT count(*) FROM wagtailcore_page WHERE live AND id = ANY(%s)"
        wait_until(lambda: count(live) == len(stories), "all of them to be live", 30)
        logged = (
            "SELECT count(*) FROM wagtailcore_pagelogentry"
            " WHERE action = 'wagtail.publish.scheduled' AND page_id = ANY(%s)"
        )
        assert count(logged) == len(stories)
