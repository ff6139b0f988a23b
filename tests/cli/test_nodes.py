"""`doctor` on several nodes: what they must share, and whether they do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from standfirst.cli.examination import nodes
from standfirst.cli.examination.finding import Finding, Grade
from standfirst.cli.home import Home
from standfirst.config.options import Options
from standfirst.delivery.models import Node
from standfirst.delivery.purging.presence import media_place, report_presence, secret_fingerprint

pytestmark = pytest.mark.django_db

HOME = Home(Path("/nowhere"), Options(database_url="postgresql://db/paper"))


def _node(name: str, **values: str) -> Node:
    same = {"release": "one", "secret": "ab", "media": "https://s3.example/paper", "seen_at": timezone.now()}
    return Node.objects.create(name=name, **{**same, **values})


def _found() -> list[Finding]:
    return list(nodes.check_nodes(HOME))


def test_nodes_that_are_alike_are_good_and_one_alone_is_no_news() -> None:
    _node("a")
    assert _found() == []
    _node("b")
    assert [(finding.grade, finding.found) for finding in _found()] == [(Grade.GOOD, "a, b")]


@pytest.mark.parametrize(
    ("values", "grade", "words"),
    [
        ({"release": "two"}, Grade.PROBLEM, "release: a (one), b (two)"),
        ({"secret": "cd"}, Grade.PROBLEM, "secret key: a (ab), b (cd)"),
        ({"media": "b:/srv/media"}, Grade.NOTE, "media: a (https://s3.e), b (b:/srv/media)"),
    ],
)
def test_a_node_that_differs_is_named(values: dict[str, str], grade: Grade, words: str) -> None:
    _node("a")
    _node("b", **values)
    (finding,) = _found()
    assert finding.grade is grade
    assert words in finding.found
    assert finding.remedy


def test_a_node_that_is_gone_does_not_count() -> None:
    _node("a")
    gone = _node("b", release="old")
    Node.objects.filter(pk=gone.pk).update(seen_at=timezone.now() - timedelta(minutes=3))
    assert _found() == []


def test_a_node_reports_itself_without_its_secret(settings: Settings) -> None:
    report_presence("here:1")
    report_presence("here:1")
    node = Node.objects.get()
    assert node.secret == secret_fingerprint(settings.SECRET_KEY) != secret_fingerprint("another")
    assert settings.SECRET_KEY not in str(vars(node))
    assert node in Node.present()


def test_media_of_a_folder_belong_to_one_node_and_those_of_a_bucket_to_all(settings: Settings) -> None:
    assert media_place("a") != media_place("b")
    options = {"bucket_name": "paper", "endpoint_url": "https://s3.example", "secret_key": "hidden"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "standfirst.kit.bucket.BucketStorage", "OPTIONS": options},
    }
    assert media_place("a") == media_place("b") == "https://s3.example/paper"
