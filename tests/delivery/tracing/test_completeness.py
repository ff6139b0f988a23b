"""The promise: whatever is changed, and by whatever way, every page that would look different is known to be stale."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests import factories
from tests.delivery.tracing.paper import Outcome, Paper, outcome, paper, render_all
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.list_story import relist_below
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import (
    Article,
    Byline,
    Contributor,
    ContributorLink,
    Edition,
    InformationPage,
    ListedStory,
    NewsroomSettings,
    Pick,
    Picture,
    Section,
    SocialLink,
    Source,
    Thread,
    ThreadEvent,
    Topic,
)

log = logging.getLogger(__name__)
Change = Callable[[Paper], Any]
CHANGES: list[Change] = []


def change(action: Change) -> Change:
    CHANGES.append(action)
    return action


def published(page: Any, **fields: Any) -> None:
    """Edit and publish as the editor's form does."""
    fresh = page.specific_class.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.save_revision().publish()


def sql(text: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)


@change
def a_headline_is_published(made: Paper) -> None:
    published(made.first, title="First, again")


@change
def a_body_is_published(made: Paper) -> None:
    published(made.first, body=[("paragraph", "<p>A railway is built.</p>")])


@change
def a_headline_is_updated_past_the_model(made: Paper) -> None:
    Page.objects.filter(pk=made.first.pk).update(title="First, by update")


@change
def a_standfirst_is_updated_past_the_model(made: Paper) -> None:
    Article.objects.filter(pk=made.first.pk).update(standfirst="By update.")


@change
def a_headline_is_written_by_hand(made: Paper) -> None:
    sql("UPDATE wagtailcore_page SET title = 'First, by hand' WHERE id = %s", made.first.pk)


@change
def many_stories_are_written_by_hand(made: Paper) -> None:
    sql("update stories_article set kicker = 'by hand'")


@change
def a_byline_gets_a_role(made: Paper) -> None:
    byline = Byline.objects.get(article=made.first)
    byline.role = "photographer"
    byline.save()


@change
def a_byline_is_deleted(made: Paper) -> None:
    Byline.objects.filter(article=made.second).delete()


@change
def a_contributor_is_renamed(made: Paper) -> None:
    published(made.person, title="Nino Renamed")


@change
def a_contributor_gets_a_link(made: Paper) -> None:
    ContributorLink.objects.create(contributor_id=made.person.pk, label="New", url="https://new.example/")


@change
def a_second_contributor_comes(made: Paper) -> None:
    factories.contributor(made.edition, "Zaza Newcomer")


@change
def a_picture_gets_other_words(made: Paper) -> None:
    picture = Picture.objects.get(pk=made.picture.pk)
    picture.credit, picture.description = "Somebody else", "Other words"
    picture.save()


@change
def a_source_is_added(made: Paper) -> None:
    Source.objects.create(article_id=made.second.pk, text="An archive")


@change
def a_correction_is_published(made: Paper) -> None:
    publish_correction(article=made.second, text="A date was wrong.", by=None)


@change
def a_topic_is_renamed(made: Paper) -> None:
    published(made.topic, title="Rails")


@change
def a_topic_is_given_to_a_story(made: Paper) -> None:
    story = Article.objects.get(pk=made.second.pk)
    story.topics = [made.topic]
    story.save_revision().publish()


@change
def a_topic_comes(made: Paper) -> None:
    factories.topic(made.edition, "Bridges")


@change
def a_topic_is_withdrawn(made: Paper) -> None:
    Topic.objects.get(slug="bridges").unpublish()


@change
def a_thread_is_renamed(made: Paper) -> None:
    published(made.thread, title="A frontier")


@change
def a_thread_gets_an_event(made: Paper) -> None:
    ThreadEvent.objects.create(thread_id=made.thread.pk, date=date(2025, 4, 1), text="It went on")


@change
def an_event_is_rewritten_by_update(made: Paper) -> None:
    ThreadEvent.objects.filter(text="It went on").update(text="It ended")


@change
def a_section_is_renamed(made: Paper) -> None:
    published(made.georgia, title="Georgia and the sea")


@change
def a_section_is_renamed_past_the_model(made: Paper) -> None:
    Page.objects.filter(pk=made.armenia.pk).update(title="Armenia, by update")


@change
def a_section_gets_a_colour(made: Paper) -> None:
    published(made.armenia, colour="#1f6f5c")


@change
def a_section_gets_a_lead_story(made: Paper) -> None:
    published(made.georgia, lead_story=made.first)


@change
def a_section_comes(made: Paper) -> None:
    factories.section(Edition.objects.get(pk=made.edition.pk), "Neighbours")


@change
def a_section_moves_its_address(made: Paper) -> None:
    published(made.batumi, slug="adjara")


@change
def a_story_moves_its_address(made: Paper) -> None:
    published(made.first, slug="first-again")


@change
def a_story_moves_to_another_section(made: Paper) -> None:
    Article.objects.get(pk=made.second.pk).move(Section.objects.get(pk=made.armenia.pk), pos="last-child")


@change
def a_page_appears_where_nothing_was(made: Paper) -> None:
    factories.story(Section.objects.get(pk=made.georgia.pk), "Unknown", slug="unknown")


@change
def a_redirect_is_made_where_nothing_was(made: Paper) -> None:
    Redirect.objects.create(old_path="/old-address", redirect_link="/en/about/")


@change
def a_redirect_leads_elsewhere(made: Paper) -> None:
    redirect = Redirect.objects.get(old_path="/old-address")
    redirect.redirect_link = "/en/"
    redirect.save()


@change
def an_edition_gets_another_motto(made: Paper) -> None:
    published(made.edition, motto="Across the mountains")


@change
def an_edition_gets_another_front_page(made: Paper) -> None:
    published(made.edition, front=[("lead", {"secondary": 2, "pinned": []})])


@change
def an_information_page_is_rewritten(made: Paper) -> None:
    published(made.about, title="About us", standfirst="Who we are.")


@change
def an_information_page_comes_into_the_footer(made: Paper) -> None:
    edition = Edition.objects.get(pk=made.edition.pk)
    edition.add_child(instance=InformationPage(title="Contact", slug="contact", locale=edition.locale, in_footer=True))


@change
def the_newsroom_is_renamed(made: Paper) -> None:
    settings = NewsroomSettings.objects.get()
    settings.name, settings.accent, settings.ai_crawlers = "Ridge", "#123456", "allow"
    settings.security_contact = "mailto:security@ridgeline.example"
    settings.save()


@change
def the_newsroom_is_renamed_past_the_model(made: Paper) -> None:
    NewsroomSettings.objects.update(name="Ridge by update")


@change
def a_social_link_comes(made: Paper) -> None:
    SocialLink.objects.create(settings=NewsroomSettings.objects.get(), label="Mastodon", url="https://social.example/")


@change
def a_pick_comes(made: Paper) -> None:
    Pick.objects.create(edition_id=made.edition.pk, article_id=made.first.pk, label="long read")


@change
def picks_are_sorted(made: Paper) -> None:
    Pick.objects.filter(article_id=made.first.pk).update(sort_order=-1)


@change
def a_pick_ends(made: Paper) -> None:
    Pick.objects.filter(article_id=made.first.pk).update(ends_at=timezone.now() - timedelta(hours=1))


@change
def a_story_is_withdrawn(made: Paper) -> None:
    Article.objects.get(pk=made.other.pk).unpublish()


@change
def a_story_comes_back(made: Paper) -> None:
    Article.objects.get(pk=made.other.pk).save_revision().publish()


@change
def a_story_is_killed(made: Paper) -> None:
    kill_story(article=Article.objects.get(pk=made.other.pk), reason="false", notice="Wrong.", by=None)


@change
def lists_are_made_anew(made: Paper) -> None:
    sql("DELETE FROM stories_listedstory WHERE list_key = %s", f"section:{made.georgia.pk}")


@change
def lists_are_repaired(made: Paper) -> None:
    relist_below(path=made.edition.path)


@change
def a_listing_gets_another_date(made: Paper) -> None:
    ListedStory.objects.filter(article_id=made.first.pk).update(published_at=datetime(2025, 5, 1, tzinfo=UTC))


@change
def a_story_is_deleted(made: Paper) -> None:
    Article.objects.get(slug="unknown").delete()


@change
def a_contributor_is_withdrawn(made: Paper) -> None:
    Byline.objects.all().delete()
    Contributor.objects.get(pk=made.person.pk).unpublish()


@change
def a_thread_is_deleted(made: Paper) -> None:
    Thread.objects.get(pk=made.thread.pk).delete()


@pytest.mark.whole
@pytest.mark.django_db
def test_no_change_is_forgotten_by_any_page() -> None:
    """How much is stale without need is shown by `pytest -m whole --log-cli-level=INFO` with this file."""
    made = paper()
    pages = render_all()
    results: dict[str, Outcome] = {}
    for action in CHANGES:
        result = results[action.__name__] = outcome(lambda action=action: action(made), pages)  # type: ignore[misc]
        log.info(
            "%s: %d changed, stale without need: %s", action.__name__, len(result.changed), sorted(result.needless)
        )
        pages = result.after

    assert {name: result.forgotten for name, result in results.items() if result.forgotten} == {}
    assert [name for name, result in results.items() if not result.changed] == []
