"""The tab "Related" of a story's form: what staff decide, and what was worked out and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import InlinePanel, Panel

from standfirst.discovery.related.answering import computed
from standfirst.discovery.related.models import RelatedChoice, RelatedList, WaitingStory
from standfirst.discovery.related.reckoning.overlap import common_names, common_words
from standfirst.discovery.related.texts import text_of
from standfirst.stories.cards import public_keys
from standfirst.stories.models import Article


@dataclass(frozen=True)
class Computed:
    """A story that was worked out to be related, in words for staff."""

    story: Article
    reasons: list[str]
    decision: str
    """What staff decided about it here, or nothing."""


class ComputedPanel(Panel):
    """Shows what was worked out for a story; there is nothing to fill in."""

    class BoundPanel(Panel.BoundPanel):
        """The panel of one story."""

        template_name = "related/desk/computed.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """Add the computed stories to Wagtail's context."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            story = self.instance
            is_public = bool(story.pk and public_keys([story.pk]))
            context |= {"is_public": is_public, "computed": explained(story) if is_public else []}
            context["is_waiting"] = is_public and is_waiting(story.pk)
            return context


def is_waiting(story_id: int) -> bool:
    """Whether a list is still to be worked out for a public story, the first or a new one."""
    waits = WaitingStory.objects.filter(story_id=story_id).exists()
    return waits or not RelatedList.objects.filter(article_id=story_id).exists()


def explained(article: Article) -> list[Computed]:
    """What was worked out for `article`, in order, with what it has in common with each."""
    keys = computed(article.pk)
    stories = Article.objects.filter(pk__in=public_keys(keys)).select_related("thread", "section").in_bulk()
    decided = {choice.story_id: str(choice.get_kind_display()) for choice in article.related_choices.all()}
    return [
        Computed(stories[key], reasons(article, stories[key]), decided.get(key, "")) for key in keys if key in stories
    ]


def reasons(one: Article, other: Article) -> list[str]:
    """Say what two stories have in common."""
    language = one.locale.language_code
    mine, theirs = text_of(one), text_of(other)
    topics = {topic.pk: topic.title for topic in one.topics.all()}
    shared_topics = [topics[key] for key in other.topics.values_list("pk", flat=True) if key in topics]
    found = [
        _said(_("Thread"), [one.thread.title] if one.thread and one.thread_id == other.thread_id else []),
        _said(_("Topics"), shared_topics),
        _said(_("Names in both"), common_names(mine, theirs, language)),
        _said(_("Words in both"), common_words(mine, theirs, language)),
        _said(_("Section"), [one.section.title] if one.section and one.section_id == other.section_id else []),
    ]
    return [said for said in found if said] or [_("Near to stories that are near to this one")]


def _said(what: str, found: Iterable[str]) -> str:
    listed = ", ".join(found)
    return f"{what}: {listed}" if listed else ""


PANELS: list[Any] = [
    InlinePanel(
        "related_choices",
        heading=gettext_lazy("Decided by hand"),
        label=gettext_lazy("story"),
        help_text=gettext_lazy("Pinned stories come first, in this order. Readers see four in all."),
        panels=RelatedChoice.panels,
    ),
    ComputedPanel(heading=gettext_lazy("Worked out now")),
]
