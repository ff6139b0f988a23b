"""What stories are about: threads (ongoing stories) and topics."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from standfirst.stories import public_fields
from standfirst.stories.lists import StoryList
from standfirst.stories.models.base import IndexedText, SitePage


class ThreadIndex(SitePage):
    """The list of an edition's threads."""

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["stories.Edition"]
    subpage_types: ClassVar[list[str]] = ["stories.Thread"]
    template = "stories/thread_index.html"

    class Meta:
        verbose_name = _("list of threads")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["threads"] = (
            Thread.objects.child_of(self).live().order_by("-last_published_at", "-pk")
        )  # drafts move nothing
        return context


class Thread(SitePage, IndexedText):
    """An ongoing story that articles belong to, with its background and chronology."""

    # Without a name of its own the link's way back would be `page.thread`, which articles need for their own field.
    page_ptr = models.OneToOneField(
        "wagtailcore.Page", parent_link=True, related_name="as_thread", on_delete=models.CASCADE
    )

    background = RichTextField(_("background"), blank=True, features=["bold", "italic", "link", "h3", "ul", "ol"])

    parent_page_types: ClassVar[list[str]] = ["stories.ThreadIndex"]
    subpage_types: ClassVar[list[str]] = []
    template = "stories/thread.html"
    api_fields = public_fields.THREAD

    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("standfirst"),
        FieldPanel("background"),
        InlinePanel("chronology", heading=_("Chronology"), label=_("event")),
    ]

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")

    @property
    def list_key(self) -> str:
        return f"thread:{self.pk}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from standfirst.stories.reading import chronology

        context = super().get_context(request, *args, **kwargs)
        context["stories"] = StoryList(self.list_key).page(request)
        context["events"] = chronology(self)
        return context


class ThreadEvent(Orderable):
    """One entry of a thread's chronology."""

    thread = ParentalKey(Thread, on_delete=models.CASCADE, related_name="chronology")
    date = models.DateField(_("date"), help_text=_("Used for order; what readers see is the date as shown."))
    date_shown = models.CharField(
        _("date as shown"), max_length=60, blank=True, help_text=_("For example: January 2023")
    )
    text = models.CharField(_("what happened"), max_length=300)
    article = models.ForeignKey(
        "stories.Article", verbose_name=_("story"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("date"),
        FieldPanel("date_shown"),
        FieldPanel("text"),
        FieldPanel("article"),
    ]
    api_fields = public_fields.THREAD_EVENT

    class Meta(Orderable.Meta):
        verbose_name = _("event")

    def __str__(self) -> str:
        return self.text


class TopicIndex(SitePage):
    """The list of an edition's topics."""

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["stories.Edition"]
    subpage_types: ClassVar[list[str]] = ["stories.Topic"]
    template = "stories/topic_index.html"

    class Meta:
        verbose_name = _("list of topics")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["topics"] = Topic.objects.child_of(self).live().order_by("title")
        return context


class Topic(SitePage, IndexedText):
    """A subject that stories of any section share."""

    parent_page_types: ClassVar[list[str]] = ["stories.TopicIndex"]
    subpage_types: ClassVar[list[str]] = []
    template = "stories/topic.html"
    api_fields = public_fields.TOPIC

    content_panels: ClassVar[list[Any]] = [*SitePage.content_panels, FieldPanel("standfirst")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    @property
    def list_key(self) -> str:
        return f"topic:{self.pk}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["stories"] = StoryList(self.list_key).page(request)
        return context
