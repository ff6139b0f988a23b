"""The dependency keys of stories and of everything around them; the reference is docs/reference/delivery.md."""

from __future__ import annotations

from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import Page
from wagtail.search.models import IndexEntry
from wagtail_footnotes.models import Footnote

from standfirst.delivery.tracing.declare import declare, leave_out
from standfirst.stories import models

UNSEEN_OF_A_PAGE = (
    "draft_title",
    "latest_revision_id",
    "latest_revision_created_at",
    "live_revision_id",
    "has_unpublished_changes",
    "locked",
    "locked_at",
    "locked_by_id",
    "owner_id",
    "go_live_at",
    "expire_at",
    "expired",
)
"""What changes while editors work, and readers never see: autosave, locks and schedules make no page stale."""
LEFT_OUT = (
    "stories_desk",
    "stories_desk_members",
    "stories_desk_sections",
    "wagtailadmin_editingsession",
    "wagtailadmin_formstate",
    "wagtailcore_apitoken",
    "wagtailcore_comment",
    "wagtailcore_commentreply",
    "wagtailcore_modellogentry",
    "wagtailcore_pagelogentry",
    "wagtailcore_pagesubscription",
    "wagtailcore_referenceindex",
    "wagtailcore_revision",
    "wagtailcore_taskstate",
    "wagtailcore_uploadedfile",
    "wagtailcore_workflowstate",
    "wagtailusers_userprofile",
)
"""What Wagtail writes for editors only."""


def connect() -> None:
    """Declare everything; called once when the app is ready."""
    _declare_pages()
    _declare_parts()
    _declare_files()
    declare(Redirect, row="redirect", columns={"old_path": "redirected"})
    declare(IndexEntry, row="indexed")
    leave_out(*LEFT_OUT)


def _declare_pages() -> None:
    # Which rows a page finds by path is known from the places that it names: its own, and those above it.
    places = {"slug": "slug", "path": "path", "url_path": "address", "translation_key": "translations"}
    declare(
        Page,
        row="page",
        columns=places,
        unseen=UNSEEN_OF_A_PAGE,
        coarse={"numchild": bool},  # treebeard asks for no children where there are none
        kind="content_type_id",
    )
    declare(models.Article, row="story", unseen=("slugline", "ednote", "needs_legal"))
    declare(models.Section, row="section")
    declare(models.Contributor, row="contributor")
    declare(models.Thread, row="thread")
    declare(models.Topic, row="topic")
    declare(models.Edition, row="edition")
    declare(models.InformationPage, row="information")


def _declare_parts() -> None:
    """Rows that are a part of another: changing them changes their owner."""
    for part in (models.Byline, models.Source, models.Correction, models.Article.topics.through):
        declare(part, owner={"article_id": "story"})
    declare(models.ListedStory, owner={"article_id": "story"}, columns={"list_key": "list"})
    declare(models.ContributorLink, owner={"contributor_id": "contributor"})
    declare(models.ThreadEvent, owner={"thread_id": "thread"})
    declare(models.Pick, owner={"edition_id": "picks"})
    declare(Footnote, owner={"page_id": "page"})


def _declare_files() -> None:
    declare(models.Picture, row="picture", unseen=("uploaded_by_user_id", "rendition_problem"))
    declare(models.Rendition, owner={"image_id": "picture"})
    declare(Document, row="document", unseen=("uploaded_by_user_id",))
