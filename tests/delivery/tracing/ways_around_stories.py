"""Ways of changing what stands around stories: sections, editions, pages of information, the newsroom itself."""

from __future__ import annotations

from tests import factories
from tests.delivery.tracing.paper import Paper
from tests.delivery.tracing.ways import Ways, published, sql
from tests.delivery.tracing.whole_paper import WholePaper
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Site

from standfirst.accounts.models import User
from standfirst.stories.models import Edition, InformationPage, NewsroomSettings, Section, SocialLink

ways = Ways()


def withdraw_all(page: Page) -> None:
    """Unpublish a page and everything below it, as the desk does."""
    UnpublishPageAction(page, user=factories.administrator(), include_descendants=True).execute()


@ways.change
def a_section_is_renamed(made: Paper) -> None:
    published(made.georgia, title="Georgia and the sea")


@ways.change
def a_section_is_renamed_past_the_model(made: Paper) -> None:
    Page.objects.filter(pk=made.armenia.pk).update(title="Armenia, by update")


@ways.change
def a_section_gets_a_colour(made: Paper) -> None:
    published(made.armenia, colour="#1f6f5c")


@ways.change
def a_section_gets_a_lead_story(made: Paper) -> None:
    published(made.georgia, lead_story=made.first)


@ways.change
def a_section_comes(made: Paper) -> None:
    factories.section(Edition.objects.get(pk=made.edition.pk), "Neighbours")


@ways.change
def a_section_moves_its_address(made: Paper) -> None:
    published(made.batumi, slug="adjara")


@ways.change
def an_edition_gets_another_motto(made: Paper) -> None:
    published(made.edition, motto="Across the mountains")


@ways.change
def an_edition_gets_another_front_page(made: Paper) -> None:
    published(made.edition, front=[("lead", {"secondary": 2, "pinned": []})])


@ways.change
def an_information_page_is_rewritten(made: Paper) -> None:
    published(made.about, title="About us", standfirst="Who we are.")


@ways.change
def an_information_page_comes_into_the_footer(made: Paper) -> None:
    edition = Edition.objects.get(pk=made.edition.pk)
    edition.add_child(instance=InformationPage(title="Contact", slug="contact", locale=edition.locale, in_footer=True))


@ways.change
def the_newsroom_is_renamed(made: Paper) -> None:
    settings = NewsroomSettings.objects.get()
    settings.name, settings.accent, settings.ai_crawlers = "Ridge", "#123456", "allow"
    settings.security_contact = "mailto:safety@ridgeline.example"
    settings.save()


@ways.change
def the_newsroom_is_renamed_past_the_model(made: Paper) -> None:
    NewsroomSettings.objects.update(name="Ridge by update")


@ways.change
def a_social_link_comes(made: Paper) -> None:
    SocialLink.objects.create(settings=NewsroomSettings.objects.get(), label="Mastodon", url="https://social.example/")


@ways.change
def a_section_with_stories_moves_its_address(made: Paper) -> None:
    published(made.georgia, slug="sakartvelo")


@ways.change
def and_moves_it_back(made: Paper) -> None:
    published(made.georgia, slug="georgia")


@ways.change
def sections_change_places(made: Paper) -> None:
    Section.objects.get(pk=made.armenia.pk).move(Section.objects.get(pk=made.georgia.pk), pos="left")


@ways.change
def a_section_is_moved_below_another(made: WholePaper) -> None:
    Section.objects.get(pk=made.long.pk).move(Section.objects.get(pk=made.armenia.pk), pos="last-child")


@ways.change
def a_section_with_stories_is_withdrawn(made: WholePaper) -> None:
    by = User.objects.create_superuser("withdraws@newsroom.example")
    UnpublishPageAction(Section.objects.get(pk=made.long.pk), user=by, include_descendants=True).execute()


@ways.change
def a_section_without_stories_is_deleted(made: Paper) -> None:
    Section.objects.get(pk=made.batumi.pk).delete()


@ways.change
def the_translated_section_is_published(made: WholePaper) -> None:
    published(made.counterpart.get_parent(), title="საქართველო")


@ways.change
def the_settings_are_changed_at_the_desk(made: Paper) -> None:
    settings = NewsroomSettings.objects.get()
    settings.ai_crawlers, settings.security_contact, settings.legal_name = "refuse", "", "Ridge Ltd"
    settings.save()


@ways.change
def furniture_is_written_by_hand(made: Paper) -> None:
    """Past every signal: which part it is, nobody knows."""
    sql("UPDATE stories_newsroomsettings SET name = 'By hand'")
    sql("UPDATE wagtailcore_page SET title = 'By hand' WHERE id = %s", made.armenia.pk)


@ways.change
def a_social_link_goes(made: Paper) -> None:
    SocialLink.objects.all().delete()


@ways.change
def an_information_page_is_withdrawn(made: Paper) -> None:
    InformationPage.objects.get(slug="contact").unpublish()


@ways.quiet
def somebody_of_the_staff_is_renamed(made: Paper) -> None:
    User.objects.update(name="Somebody Else")


@ways.change
def an_edition_is_withdrawn(made: Paper) -> None:
    withdraw_all(Edition.objects.get(slug="ka"))


@ways.change
def the_site_gets_another_address(made: Paper) -> None:
    site = Site.objects.get()
    site.port = 8080
    site.save()
