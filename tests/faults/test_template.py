"""A template of the newsroom's own breaks every story."""

from __future__ import annotations

import pytest
from tests.faults.conftest import Serve
from tests.faults.test_deploy import deploy
from tests.journeys.serving import wait_until


@pytest.mark.long
def test_a_template_that_raises(serve: Serve) -> None:
    """Stories are served as they were, and say so; the other pages are made anew; mending it is enough."""
    newsroom = serve()
    override = newsroom.home / "theme/templates/stories/article.html"
    stories = [path for path in newsroom.stored if "story-" in path]
    with newsroom.reader() as reader:
        override.parent.mkdir(parents=True, exist_ok=True)
        override.write_text('{% include "theme/no_such_file.html" %}')
        deploy(newsroom)
        wait_until(lambda: newsroom.ask(stories[0]).warning, "a story to be marked as out of date", 20)
        wait_until(lambda: not newsroom.ask("/en/georgia/").warning, "a section to be made anew", 20)
        during = reader.go_on(2.0)
        assert {bool(answer.warning) for answer in during if answer.path in stories} == {True}
        assert "TemplateDoesNotExist" in newsroom.log
        override.unlink()
        deploy(newsroom)
        newsroom.heals(within=20)
    reader.check(within=10)
