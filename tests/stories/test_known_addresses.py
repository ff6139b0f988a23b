"""What is let through in a flood of unknown addresses: everything that exists, and what came to exist since."""

from __future__ import annotations

import pytest
from tests import factories
from tests.delivery.changes import changed_keys
from wagtail.contrib.redirects.models import Redirect

from standfirst.stories.known_addresses import (
    is_routed,
    keys_of_address,
    page_addresses,
    redirected_addresses,
)

pytestmark = pytest.mark.django_db


def test_pages_and_redirects_are_known() -> None:
    article = factories.story(factories.section(factories.edition()))
    Redirect.objects.create(old_path="/2019/05/old?x=1", redirect_link="/en/")
    assert article.url in set(page_addresses())
    assert "/en/" in set(page_addresses())
    assert list(redirected_addresses()) == ["/2019/05/old"]


@pytest.mark.parametrize("path", ["/en/search/", "/en/archive/2026/11/", "/en/feed.xml", "/robots.txt", "/sitemap.xml"])
def test_views_of_our_own_are_known(path: str) -> None:
    assert is_routed(path)


@pytest.mark.parametrize("path", ["/en/", "/en/georgia/nothing/", "/wp-login.php", "/xmlrpc.php"])
def test_the_tree_of_pages_is_no_view(path: str) -> None:
    assert not is_routed(path)


def test_what_comes_to_exist_changes_a_key_of_its_address() -> None:
    section = factories.section(factories.edition())
    with changed_keys() as keys:
        article = factories.story(section, "A bridge opens")
    assert keys & set(keys_of_address(article.url))
    with changed_keys() as keys:
        Redirect.objects.create(old_path="/2019/05/old", redirect_link="/en/")
    assert keys & set(keys_of_address("/2019/05/old/"))
    assert not keys & set(keys_of_address("/2019/05/other/"))
