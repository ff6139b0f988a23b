"""The option `search_url`."""

from __future__ import annotations

import pytest

from standfirst.config import search
from standfirst.config.search import checked_search_url, search_backends


def test_without_it_the_database_searches() -> None:
    assert checked_search_url("") == ""
    assert search_backends("") == {"default": {"BACKEND": "wagtail.search.backends.database"}}


def test_a_server_is_named_to_wagtail_with_a_prefix_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "find_spec", lambda name: name == "opensearchpy")
    url = checked_search_url("opensearch3+https://us:pw@search.example:9200/ridgeline")

    assert search_backends(url)["default"] == {
        "BACKEND": "wagtail.search.backends.opensearch3",
        "URLS": ["https://us:pw@search.example:9200"],
        "INDEX_PREFIX": "ridgeline_",
        "TIMEOUT": 5,
    }
    assert search_backends("opensearch3+http://search.example")["default"]["INDEX_PREFIX"] == "standfirst_"


@pytest.mark.parametrize("value", ["https://search.example", "solr+https://search.example", "opensearch3+https://"])
def test_what_is_no_server_is_refused_with_what_to_write(value: str) -> None:
    with pytest.raises(ValueError, match=r"opensearch3\+https://user:password@host:9200"):
        checked_search_url(value)


def test_a_client_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "find_spec", lambda _name: None)

    with pytest.raises(ValueError, match=r"pip install 'elasticsearch>=8,<9'"):
        checked_search_url("elasticsearch8+https://search.example")


@pytest.mark.parametrize("kind", search.CLIENTS)
def test_wagtail_has_each_backend(kind: str) -> None:
    assert search.find_spec(f"wagtail.search.backends.{kind}") is not None
