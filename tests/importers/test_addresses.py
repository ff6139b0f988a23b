"""Every old address answers 301 to the right page."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from standfirst.delivery.trace import tracing
from standfirst.importers.wordpress.addresses import OldSite, normal
from standfirst.importers.wordpress.entries import Channel
from standfirst.importers.wordpress.mapping import Addresses
from standfirst.stories.models import Contributor, Edition, InformationPage, Section, Topic
from tests.importers.conftest import Importer
from tests.importers.exports import SITE, category, item
from tests.importers.test_import import GEORGIA, story


def leads_to(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 301, f"{address}: {response.status_code}"
    return str(response["Location"])


def test_addresses_of_stories_and_pages(import_items: Importer, client: Client) -> None:
    import_items(
        item(1, slug="%d0%bc%d0%be%d1%81%d1%82", link=f"{SITE}/2020/05/%d0%bc%d0%be%d1%81%d1%82/"),
        item(2, kind="page", link=f"{SITE}/about/us/"),
    )
    url = story(1).url
    for old in (
        "/?p=1",
        "/?p=1&utm_source=letter",
        "/?utm_source=letter&p=1",
        "/2020/05/мост/",
        "/2020/05/мост",
        "/2020/05/%D0%BC%D0%BE%D1%81%D1%82/",
        "/2020/05/мост/feed/",
        "/2020/05/мост/amp/",
        "/2020/05/мост/2/",
        "/2020/05/мост/comment-page-3/",
    ):
        assert leads_to(client, old) == url, old
    about = InformationPage.objects.get(slug="page-2").url
    for old in ("/?page_id=2", "/?p=2", "/about/us/"):
        assert leads_to(client, old) == about


def test_addresses_of_categories_tags_and_people(import_items: Importer, client: Client) -> None:
    import_items(
        category("world", number=6),
        category("georgia", parent="world", number=7),
        "<wp:tag><wp:term_id>9</wp:term_id><wp:tag_slug>war</wp:tag_slug><wp:tag_name>War</wp:tag_name></wp:tag>",
        item(1, terms=[GEORGIA, ("post_tag", "war", "War")]),
    )
    georgia = Section.objects.get(slug="georgia").url
    for old in ("/?cat=7", "/category/georgia/", "/category/world/georgia/", "/category/world/georgia/page/3/"):
        assert leads_to(client, old) == georgia
    for old in ("/?tag=war", "/tag/war/", "/tag/war/feed/"):
        assert leads_to(client, old) == Topic.objects.get().url
    assert leads_to(client, "/author/nino/") == Contributor.objects.get().url


def test_the_front_page_and_strange_queries_stay_what_they_are(
    import_items: Importer, client: Client, edition: Edition
) -> None:
    import_items(item(1), item(2, status="draft"))
    for address in ("/", "/?p=", "/?p=999", "/?p=2", "/?p=1%00", "/?page=2", "/?p=" + "9" * 500):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, edition.url), address
    assert client.post("/?p=1").status_code != 301
    assert client.get("/nowhere/page/2/").status_code == 404


def test_a_site_in_a_folder(import_items: Importer, client: Client) -> None:
    site = "https://old.example/news"
    import_items(item(1, link=f"{site}/a-story/"), site=site)
    for old in ("/news/a-story/", "/news/?p=1", "/news/?p=1&x=2"):
        assert leads_to(client, old) == story(1).url


def test_a_redirect_that_staff_made_stays(import_items: Importer, edition: Edition) -> None:
    Redirect.objects.create(old_path="/2020/05/post-1", redirect_link="https://elsewhere.example/")
    import_items(item(1))
    assert Redirect.objects.get(old_path="/2020/05/post-1").redirect_link == "https://elsewhere.example/"


def test_an_address_that_did_not_change_gets_no_redirect(import_items: Importer) -> None:
    import_items(category("georgia"), item(1, terms=[GEORGIA], link=f"{SITE}/en/georgia/post-1/"))
    assert story(1).url == "/en/georgia/post-1/"
    assert not Redirect.objects.filter(old_path="/en/georgia/post-1").exists()


def test_words_before_categories_can_be_mapped(import_items: Importer, client: Client) -> None:
    import_items(category("georgia"), mapping='[addresses]\ncategory_base = "rubric"')
    assert leads_to(client, "/rubric/georgia/") == Section.objects.get(slug="georgia").url


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://old.example/x", True),
        ("http://www.old.example/", True),
        ("https://old.example.evil.example/", False),
        ("https://other.example/old.example", False),
        ("http://[broken", False),
    ],
)
def test_what_belongs_to_the_old_site(address: str, own: bool) -> None:
    assert OldSite(Channel(link=SITE), Addresses()).is_own(address) is own


def test_addresses_are_stored_as_wagtail_looks_them_up() -> None:
    for address in ("/a/b/", "/a?b=2&a=1", "/", "/?p=1", "/%D0%BC/", "https://x.example/a/"):
        assert normal(address) == Redirect.normalise_path(address)


def test_parameters_that_old_addresses_are_told_apart_by_are_read_by_name(edition: Edition, client: Client) -> None:
    Redirect.objects.create(old_path=Redirect.normalise_path("/page.php?id=5&lang=ru"), redirect_link="/en/")
    with tracing() as trace:
        assert client.get("/page.php").status_code == 404
    assert {"id", "lang"} <= trace.query
    with tracing() as trace:
        assert client.get("/other.php").status_code == 404
    assert "lang" not in trace.query
    assert leads_to(client, "/page.php?id=5&lang=ru") == "/en/"
