"""The head of each kind of page says what it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from lxml import html

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.context import Paper
from standfirst.stories.models import Article, Byline, Edition, NewsroomSettings, Role, Section, StoryType
from tests import factories
from tests.syndication.pictures import ready_picture

pytestmark = pytest.mark.django_db
PUBLISHED = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
SITE = "http://testserver"


def render(shown: Any = None, path: str = "", **more: Any) -> Any:
    request = RequestFactory().get(path or shown.url)
    context = shown.get_context(request) if shown else {}
    context |= {"request": request, "paper": Paper(request), **more}
    markup = Template("{% load machines %}{% machine_head %}").render(Context(context))
    return html.fromstring(f"<html><head>{markup}</head></html>")


def meta(head: Any, name: str) -> list[str]:
    return [each.get("content") for each in head.xpath(f"//meta[@property='{name}' or @name='{name}']")]


def links(head: Any, rel: str) -> list[dict[str, str]]:
    return [dict(each.attrib) for each in head.xpath(f"//link[@rel='{rel}']")]


def nodes(head: Any) -> dict[str, Any]:
    (script,) = head.xpath("//script[@type='application/ld+json']")
    graph = json.loads(script.text)
    assert graph["@context"] == "https://schema.org"
    return {str(node["@type"]): node for node in graph["@graph"]}


def write_everything(edition: Edition, section: Section) -> Article:
    people = {role: factories.contributor(edition, role.name, job="reporter in Tbilisi") for role in Role}
    story = factories.story(
        section,
        "Headline </script><b>",
        published_at=PUBLISHED,
        standfirst="What it says",
        dateline="Baku",
        topics=[factories.topic(edition, "Railways")],
        lead_picture=ready_picture(licence_url="https://licence.example/", copyright_notice="© Ridgeline"),
        lead_credit="PHOTOGRAPHER / Ridgeline",
        body=[{"type": "paragraph", "value": "<p>one two three</p>"}],
        social_headline="For cards",
        social_text="Text for cards",
    )
    for number, (role, person) in enumerate(people.items()):
        Byline.objects.create(article=story, contributor=person, role=role, sort_order=number)
    return Article.objects.get(pk=story.pk)


def test_story_in_json_ld(edition: Edition, section: Section) -> None:
    story = write_everything(edition, section)
    correction = publish_correction(article=story, text="Two, not three.", by=factories.user(name="Staff Name"))
    node = nodes(render(story))["NewsArticle"]
    url = f"{SITE}/en/azerbaijan/{story.slug}/"
    assert node["@id"] == f"{url}#story"
    assert node["mainEntityOfPage"] == {"@type": "WebPage", "@id": url}
    assert node["headline"] == "Headline </script><b>"
    assert node["alternativeHeadline"] == "For cards"
    assert node["description"] == "What it says"
    assert node["datePublished"] == "2026-11-21T00:30:00+04:00"
    assert node["isAccessibleForFree"] is True
    assert node["inLanguage"] == "en"
    assert node["articleSection"] == "Azerbaijan"
    assert node["keywords"] == ["Railways"]
    assert node["dateline"] == "Baku"
    assert node["wordCount"] == 3
    person = {"@type": "Person", "jobTitle": "reporter in Tbilisi"}
    assert node["author"] == [{**person, "name": "REPORTER", "url": f"{SITE}/en/contributors/reporter/"}]
    assert [each["name"] for each in node["editor"]] == ["EDITOR"]
    assert [each["name"] for each in node["translator"]] == ["TRANSLATOR"]
    assert [each["name"] for each in node["contributor"]] == ["PHOTOGRAPHER", "ILLUSTRATOR"]
    assert node["publisher"] == {"@id": f"{SITE}/#newsroom"}
    assert node["correction"][0]["@type"] == "CorrectionComment"
    assert node["correction"][0]["text"] == "Two, not three."
    assert datetime.fromisoformat(node["correction"][0]["datePublished"]) == correction.published_at.replace(
        microsecond=0
    )
    assert datetime.fromisoformat(node["dateModified"]) >= correction.published_at.replace(microsecond=0)


def test_picture_in_json_ld_says_only_what_is_known(edition: Edition, section: Section) -> None:
    (image,) = nodes(render(write_everything(edition, section)))["NewsArticle"]["image"]
    assert image["url"] == f"{SITE}/media/images/p.jpg"
    assert (image["width"], image["height"]) == (1200, 800)
    assert image["creditText"] == "PHOTOGRAPHER / Ridgeline"
    assert image["creator"]["name"] == "PHOTOGRAPHER"
    assert image["copyrightNotice"] == "© Ridgeline"
    assert image["license"] == "https://licence.example/"
    bare = factories.story(section, lead_picture=ready_picture(credit="Official photo"))
    (image,) = nodes(render(bare))["NewsArticle"]["image"]
    assert image["creditText"] == "Official photo"
    assert {"creator", "license", "copyrightNotice", "acquireLicensePage"}.isdisjoint(image)


def test_the_script_cannot_be_left(edition: Edition, section: Section) -> None:
    story = write_everything(edition, section)
    request = RequestFactory().get(story.url)
    context = {**story.get_context(request), "request": request, "paper": Paper(request)}
    markup = Template("{% load machines %}{% machine_head %}").render(Context(context))
    assert markup.count("</script>") == 1
    inside = markup.partition('ld+json">')[2].partition("</script>")[0]
    assert not set("<>&") & set(inside)


def test_no_internal_word_is_in_the_head(edition: Edition, section: Section) -> None:
    story = factories.story(section, ednote="INTERNAL", slugline="HANDLE", by=factories.user(name="Staff Name"))
    publish_correction(article=story, text="x", by=factories.user(name="Staff Name"))
    text = html.tostring(render(story)).decode()
    for hidden in ("INTERNAL", "HANDLE", "Staff Name", "@ridgeline"):
        assert hidden not in text


def test_without_a_reporter_the_newsroom_is_the_author(section: Section) -> None:
    assert nodes(render(factories.story(section)))["NewsArticle"]["author"] == [{"@id": f"{SITE}/#newsroom"}]


@pytest.mark.parametrize(
    ("story_type", "expected"),
    [
        (StoryType.NEWS, "NewsArticle"),
        (StoryType.ANALYSIS, "AnalysisNewsArticle"),
        (StoryType.OPINION, "OpinionNewsArticle"),
        (StoryType.FEATURE, "ReportageNewsArticle"),
        (StoryType.INTERVIEW, "NewsArticle"),
        (StoryType.EXPLAINER, "BackgroundNewsArticle"),
        (StoryType.LIVE, "['NewsArticle', 'LiveBlogPosting']"),
    ],
)
def test_each_story_type_has_its_name(section: Section, story_type: str, expected: str) -> None:
    assert expected in nodes(render(factories.story(section, story_type=story_type)))


def test_translations_point_at_each_other(edition: Edition, section: Section) -> None:
    story = factories.story(section, "Bridge")
    russian = factories.edition("ru")
    translated = factories.story(factories.section(russian, "Грузия"), "Мост", translation_key=story.translation_key)
    person = factories.contributor(russian, "Иван")
    Byline.objects.create(article=translated, contributor=person, role=Role.TRANSLATOR)
    urls = [f"{SITE}/en/azerbaijan/bridge/", f"{SITE}/ru/gruziia/most/"]
    english, russian_head = render(story), render(Article.objects.get(pk=translated.pk))
    assert nodes(english)["NewsArticle"]["workTranslation"][0]["url"] == translated.full_url
    assert nodes(russian_head)["NewsArticle"]["translationOfWork"]["url"] == story.full_url
    expected = {("en", story.full_url), ("ru", translated.full_url), ("x-default", story.full_url)}
    for head in (english, russian_head):
        found = {(each["hreflang"], each["href"]) for each in links(head, "alternate") if "hreflang" in each}
        assert found == expected
    assert urls[0] == story.full_url
    assert meta(english, "og:locale") == ["en_GB"]
    assert meta(english, "og:locale:alternate") == ["ru_RU"]


def test_a_draft_translation_is_no_alternate(section: Section) -> None:
    story = factories.story(section)
    factories.draft(factories.section(factories.edition("ru"), "Грузия"), translation_key=story.translation_key)
    assert not [each for each in links(render(story), "alternate") if "hreflang" in each]


def test_cards_and_open_graph(edition: Edition, section: Section) -> None:
    story = write_everything(edition, section)
    head = render(story)
    assert meta(head, "og:type") == ["article"]
    assert meta(head, "og:title") == ["For cards"]
    assert meta(head, "og:description") == ["Text for cards"]
    assert meta(head, "og:image") == [f"{SITE}/media/images/p.jpg"]
    assert (meta(head, "og:image:width"), meta(head, "og:image:height")) == (["1200"], ["800"])
    assert meta(head, "og:image:alt") == ["The palace in words"]
    assert meta(head, "article:published_time") == ["2026-11-21T00:30:00+04:00"]
    assert meta(head, "article:section") == ["Azerbaijan"]
    assert meta(head, "twitter:card") == ["summary_large_image"]
    assert meta(head, "robots") == ["max-image-preview:large"]
    assert links(head, "canonical") == [{"rel": "canonical", "href": story.full_url}]
    (oembed,) = [each for each in links(head, "alternate") if each["type"] == "application/json+oembed"]
    assert oembed["href"].startswith(f"{SITE}/oembed?url=http%3A%2F%2Ftestserver%2Fen%2Fazerbaijan%2F")


def test_a_story_without_picture_has_a_plain_card(section: Section) -> None:
    head = render(factories.story(section))
    assert meta(head, "twitter:card") == ["summary"]
    assert meta(head, "og:image") == []
    assert "image" not in nodes(head)["NewsArticle"]


def test_breadcrumbs_lead_from_the_front_page(section: Section) -> None:
    story = factories.story(factories.section(section, "Nakhchivan"), "Bridge")
    trail = nodes(render(story))["BreadcrumbList"]["itemListElement"]
    assert [(each["position"], each["name"], each["item"]) for each in trail] == [
        (1, "Ridgeline", f"{SITE}/en/"),
        (2, "Azerbaijan", f"{SITE}/en/azerbaijan/"),
        (3, "Nakhchivan", f"{SITE}/en/azerbaijan/nakhchivan/"),
        (4, "Bridge", f"{SITE}/en/azerbaijan/nakhchivan/bridge/"),
    ]


def test_the_newsroom_and_its_policies(edition: Edition) -> None:
    NewsroomSettings.objects.update(legal_name="Ridgeline LLC", founded=2019)
    node = nodes(render(edition, containers=[]))["NewsMediaOrganization"]
    assert (node["name"], node["legalName"], node["foundingDate"]) == ("Ridgeline", "Ridgeline LLC", "2019")
    assert node["logo"]["url"] == f"{SITE}/icon-512.png"
    assert node["publishingPrinciples"] == node["ethicsPolicy"] == f"{SITE}/en/ethics/"
    assert node["masthead"] == f"{SITE}/en/masthead/"
    assert node["ownershipFundingInfo"] == f"{SITE}/en/funding/"
    assert node["correctionsPolicy"] == f"{SITE}/en/corrections/"


def test_lists_name_their_stories_and_feeds(edition: Edition, section: Section) -> None:
    story = factories.story(section, "Bridge")
    head = render(section)
    (entry,) = nodes(head)["CollectionPage"]["mainEntity"]["itemListElement"]
    assert (entry["name"], entry["url"]) == ("Bridge", story.full_url)
    feeds = [(each["type"], each["href"]) for each in links(head, "alternate")]
    assert feeds == [
        ("application/rss+xml", f"{SITE}/en/azerbaijan/feed.xml"),
        ("application/atom+xml", f"{SITE}/en/azerbaijan/feed.atom"),
        ("application/feed+json", f"{SITE}/en/azerbaijan/feed.json"),
        ("application/rss+xml", f"{SITE}/en/feed.xml"),
    ]


@pytest.mark.whole
def test_a_numbered_page_of_a_list_is_its_own_canonical(edition: Edition, section: Section) -> None:
    factories.edition("ru")
    for _each in range(21):
        factories.story(section)
    request = RequestFactory().get(section.url, {"page": "1", "utm_source": "x"})
    head = render(section, stories=section.get_context(request)["stories"])
    assert links(head, "canonical")[0]["href"] == f"{SITE}/en/azerbaijan/?page=1"


def test_a_contributor_is_a_profile(edition: Edition) -> None:
    person = factories.contributor(edition, "Nino", job="editor", biography="<p>Born in <b>Gori</b>.</p>")
    person.links.create(label="Mastodon", url="https://social.example/@nino")
    node = nodes(render(person))["ProfilePage"]["mainEntity"]
    assert node["name"] == "Nino"
    assert node["description"] == "Born in Gori ."
    assert node["sameAs"] == ["https://social.example/@nino"]
    assert node["worksFor"] == {"@id": f"{SITE}/#newsroom"}


def test_search_errors_previews_and_killed_stories_are_not_indexed(section: Section) -> None:
    story = factories.story(section)
    assert meta(render(None, "/en/search/", query="x"), "robots") == ["noindex"]
    missing = render(None, "/en/nothing/", request_path="/en/nothing/", exception="Resolver404")
    assert meta(missing, "robots") == ["noindex"]
    assert links(missing, "canonical") == []
    request = RequestFactory().get(story.url)
    request.is_preview = True  # type: ignore[attr-defined]
    assert meta(render(story, request=request), "robots") == ["noindex"]
    kill_story(article=story, reason="Wrong", by=None)
    killed = render(None, story.url, page=story)
    assert meta(killed, "robots") == ["noindex"]
    assert not killed.xpath("//script")


def test_pages_outside_the_tree_have_a_canonical_address(edition: Edition) -> None:
    head = render(None, "/en/archive/?utm_source=x", edition=edition)
    assert links(head, "canonical")[0]["href"] == f"{SITE}/en/archive/"


def test_the_head_of_a_story_costs_no_query_of_its_own(
    edition: Edition, section: Section, django_assert_num_queries: Any
) -> None:
    story = Article.objects.get(pk=write_everything(edition, section).pk)
    request = RequestFactory().get(story.url)
    context = {**story.get_context(request), "request": request, "paper": Paper(request)}
    paper = context["paper"]
    # What the rest of every page asks for anyway.
    _asked = [paper.settings, paper.editions, paper.pages, paper.social_links, story.section, story.lead_picture]
    template = Template("{% load machines %}{% machine_head %}")
    template.render(Context(context))
    with django_assert_num_queries(0):
        template.render(Context(context))


def test_dates_are_right_in_the_newsrooms_zone(section: Section) -> None:
    story = factories.story(section, published_at=datetime(2026, 6, 30, 21, 0, tzinfo=UTC))
    text = nodes(render(story))["NewsArticle"]["datePublished"]
    assert text == "2026-07-01T01:00:00+04:00"
    assert datetime.fromisoformat(text) - datetime(2026, 6, 30, 21, 0, tzinfo=UTC) == timedelta(0)
