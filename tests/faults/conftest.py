"""What the fault suite shares: one newsroom that is filled once, and a served copy of it for each module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.newsroom import Newsroom, Template
from tests.journeys.serving import ROOT

CACHE = ROOT / ".cache"
Serve = Callable[..., Newsroom]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a fault."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.fault)


@pytest.fixture(scope="session")
def template() -> Template:
    """A newsroom of 240 stories with an administrator who is signed in."""
    CACHE.mkdir(exist_ok=True)
    return Template.cached(CACHE)


@pytest.fixture(scope="module")
def serve_for_module(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Serves copies of the template until the module is over."""
    yield from _serving(template, tmp_path_factory.mktemp("served"))


@pytest.fixture
def serve(template: Template, tmp_path: Path) -> Iterator[Serve]:
    """Serves copies of the template until the test is over."""
    yield from _serving(template, tmp_path)


def _serving(template: Template, folder: Path) -> Iterator[Serve]:
    opened: list[Newsroom] = []

    def serve_one(home: Path | None = None, template: Template = template, **options: Any) -> Newsroom:
        home = home or template.copy(folder / f"newsroom-{len(opened)}")
        opened.append(Newsroom(home, template=template, **options))
        opened[-1].start()
        opened[-1].warm()
        return opened[-1]

    yield serve_one
    for newsroom in opened:
        newsroom.end()


@pytest.fixture(scope="module")
def newsroom(serve_for_module: Serve) -> Newsroom:
    """The newsroom of this module: two web workers, all pages stored."""
    return serve_for_module()
