"""Ways of changing stories, what they are made of, and the lists in which they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from tests import factories
from tests.delivery.tracing.paper import Paper
from tests.delivery.tracing.ways import Ways, published, sql
from tests.delivery.tracing.whole_paper import WholePaper
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
    ListedStory,
    Pick,
    Picture,
    Section,
    Source,
    Thread,
    ThreadEvent,
    Topic,
)

ways = Ways()


@ways.change
def a_headline_is_published(made: Paper) -> None:
    published(made.first, title="First, again")


@ways.change
def a_body_is_published(made: Paper) -> None:
    published(made.first, body=[("paragraph", "<p>A railway is built.</p>")])


@ways.change
def a_headline_is_updated_past_the_model(made: Paper) -> None:
    Page.objects.filter(pk=made.first.pk).update(title="First, by update")


@ways.change
def a_standfirst_is_updated_past_the_model(made: Paper) -> None:
    Article.objects.filter(pk=made.first.pk).update(standfirst="By update.")


@ways.change
def a_headline_is_written_by_hand(made: Paper) -> None:
    sql("UPDATE wagtailcore_page SET title = 'First, by hand' WHERE id = %s", made.first.pk)


@ways.change
def many_stories_are_written_by_hand(made: Paper) -> None:
    sql("update stories_article set kicker = 'by hand'")


@ways.change
def a_byline_gets_a_role(made: Paper) -> None:
    byline = Byline.objects.get(article=made.first)
    byline.role = "photographer"
    byline.save()


@ways.change
def a_byline_is_deleted(made: Paper) -> None:
    Byline.objects.filter(article=made.second).delete()


@ways.change
def a_contributor_is_renamed(made: Paper) -> None:
    published(made.person, title="Nino Renamed")


@ways.change
def a_contributor_gets_a_link(made: Paper) -> None:
    ContributorLink.objects.create(contributor_id=made.person.pk, label="New", url="https://new.example/")


@ways.change
def a_second_contributor_comes(made: Paper) -> None:
    factories.contributor(made.edition, "Zaza Newcomer")


@ways.change
def a_picture_gets_other_words(made: Paper) -> None:
    picture = Picture.objects.get(pk=made.picture.pk)
    picture.credit, picture.description = "Somebody else", "Other words"
    picture.save()


@ways.change
def a_source_is_added(made: Paper) -> None:
    Source.objects.create(article_id=made.second.pk, text="An archive")


@ways.change
def a_correction_is_published(made: Paper) -> None:
    publish_correction(article=made.second, text="A date was wrong.", by=None)


@ways.change
def a_topic_is_renamed(made: Paper) -> None:
    published(made.topic, title="Rails")


@ways.change
def a_topic_is_given_to_a_story(made: Paper) -> None:
    story = Article.objects.get(pk=made.second.pk)
    story.topics = [made.topic]
    story.save_revision().publish()


@ways.change
def a_topic_comes(made: Paper) -> None:
    factories.topic(made.edition, "Bridges")


@ways.change
def a_topic_is_withdrawn(made: Paper) -> None:
    Topic.objects.get(slug="bridges").unpublish()


@ways.change
def a_thread_is_renamed(made: Paper) -> None:
    published(made.thread, title="A frontier")


@ways.change
def a_thread_gets_an_event(made: Paper) -> None:
    ThreadEvent.objects.create(thread_id=made.thread.pk, date=date(2025, 4, 1), text="It went on")


@ways.change
def an_event_is_rewritten_by_update(made: Paper) -> None:
    ThreadEvent.objects.filter(text="It went on").update(text="It ended")


@ways.change
def a_story_moves_its_address(made: Paper) -> None:
    published(made.first, slug="first-again")


@ways.change
def a_story_moves_to_another_section(made: Paper) -> None:
    Article.objects.get(pk=made.second.pk).move(Section.objects.get(pk=made.armenia.pk), pos="last-child")


@ways.change
def a_page_appears_where_nothing_was(made: Paper) -> None:
    factories.story(Section.objects.get(pk=made.georgia.pk), "Unknown", slug="unknown")


@ways.change
def a_redirect_is_made_where_nothing_was(made: Paper) -> None:
    Redirect.objects.create(old_path="/old-address", redirect_link="/en/about/")


@ways.change
def a_redirect_leads_elsewhere(made: Paper) -> None:
    redirect = Redirect.objects.get(old_path="/old-address")
    redirect.redirect_link = "/en/"
    redirect.save()


@ways.change
def a_pick_comes(made: Paper) -> None:
    Pick.objects.create(edition_id=made.edition.pk, article_id=made.first.pk, label="long read")


@ways.change
def picks_are_sorted(made: Paper) -> None:
    Pick.objects.filter(article_id=made.first.pk).update(sort_order=-1)


@ways.change
def a_pick_ends(made: Paper) -> None:
    Pick.objects.filter(article_id=made.first.pk).update(ends_at=timezone.now() - timedelta(hours=1))


@ways.change
def a_story_is_withdrawn(made: Paper) -> None:
    Article.objects.get(pk=made.other.pk).unpublish()


@ways.change
def a_story_comes_back(made: Paper) -> None:
    Article.objects.get(pk=made.other.pk).save_revision().publish()


@ways.change
def a_story_is_killed(made: Paper) -> None:
    kill_story(article=Article.objects.get(pk=made.other.pk), reason="false", notice="Wrong.", by=None)


@ways.change
def lists_are_made_anew(made: Paper) -> None:
    sql("DELETE FROM stories_listedstory WHERE list_key = %s", f"section:{made.georgia.pk}")


@ways.change
def lists_are_repaired(made: Paper) -> None:
    relist_below(path=made.edition.path)


@ways.change
def a_listing_gets_another_date(made: Paper) -> None:
    ListedStory.objects.filter(article_id=made.first.pk).update(published_at=datetime(2025, 5, 1, tzinfo=UTC))


@ways.change
def a_story_is_deleted(made: Paper) -> None:
    Article.objects.get(slug="unknown").delete()


@ways.change
def a_contributor_is_withdrawn(made: Paper) -> None:
    Byline.objects.all().delete()
    Contributor.objects.get(pk=made.person.pk).unpublish()


@ways.change
def a_thread_is_deleted(made: Paper) -> None:
    Thread.objects.get(pk=made.thread.pk).delete()


@ways.change
def the_section_of_a_translation_is_published(made: WholePaper) -> None:
    published(made.counterpart.get_parent())


@ways.quiet
def a_translation_is_begun(made: WholePaper) -> None:
    story = Article.objects.get(pk=made.counterpart.pk)
    story.title = "პირველი"
    story.save_revision()


@ways.change
def a_translation_is_published(made: WholePaper) -> None:
    Article.objects.get(pk=made.counterpart.pk).get_latest_revision().publish()


@ways.change
def a_translation_is_withdrawn(made: WholePaper) -> None:
    Article.objects.get(pk=made.counterpart.pk).unpublish()


@ways.change
def a_contributor_is_deleted(made: Paper) -> None:
    Contributor.objects.get(title="Zaza Newcomer").delete()


@ways.change
def an_old_story_of_a_long_list_is_withdrawn(made: WholePaper) -> None:
    Article.objects.get(slug="long-30").unpublish()


@ways.change
def a_long_list_is_deleted_by_hand(made: WholePaper) -> None:
    sql("DELETE FROM stories_listedstory WHERE list_key = %s", made.long.list_key)


@ways.quiet
def a_story_gets_what_only_the_newsroom_reads(made: Paper) -> None:
    story = Article.objects.get(pk=made.second.pk)
    story.ednote, story.slugline, story.needs_legal = "A note", "handle", True
    story.save()
    factories.draft(Section.objects.get(pk=made.georgia.pk), "A draft")


@ways.quiet
def a_draft_is_deleted(made: Paper) -> None:
    Article.objects.get(title="A draft").delete()
