"""The article: one story in one edition."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail.url_routing import RouteResult

from standfirst.delivery.trace import fresh_until
from standfirst.stories import public_fields
from standfirst.stories.access import AS_STRANGER, Access, public_blocks, read
from standfirst.stories.blocks.body import StoryBlocks
from standfirst.stories.desk.forms import StoryForm
from standfirst.stories.errors import EmbargoError, KilledStoryError, StoryError
from standfirst.stories.models.base import LINK_FIELDS, IndexedText, SitePage
from standfirst.stories.models.people import Role
from standfirst.stories.panels import ARTICLE_TABS
from standfirst.stories.pictures.words import require_picture_words

if TYPE_CHECKING:
    from standfirst.stories.models.edition import Edition


class StoryType(models.TextChoices):
    """What kind of journalism it is; readers and search engines are told."""

    NEWS = "news", _("news")
    ANALYSIS = "analysis", _("analysis")
    OPINION = "opinion", _("opinion")
    FEATURE = "feature", _("feature")
    INTERVIEW = "interview", _("interview")
    EXPLAINER = "explainer", _("explainer")
    LIVE = "live", _("live")


class ArticleQuerySet(PageQuerySet):
    """Reads of articles. What the public sees comes through `listed`, never through `live` alone."""

    def listed(self, list_key: str) -> ArticleQuerySet:
        """Public stories of one list, newest first; see `ListedStory` for the keys."""
        return self.filter(listings__list_key=list_key).order_by("-listings__published_at", "-pk")

    def listed_between(self, list_key: str, start: datetime, end: datetime) -> ArticleQuerySet:
        """As `listed`, published at `start` or later and before `end`."""
        within = {"listings__published_at__gte": start, "listings__published_at__lt": end}
        return self.filter(listings__list_key=list_key, **within).order_by("-listings__published_at", "-pk")

    def for_cards(self) -> ArticleQuerySet:
        """With everything a card in a list shows, and only that, in one query."""
        return self.select_related("section", "lead_picture").only(*CARD_FIELDS)


CARD_FIELDS = (
    *LINK_FIELDS,
    "first_published_at",
    "last_published_at",
    "standfirst",
    "trail_text",
    "kicker",
    "story_type",
    "access",
    "edition",
    "killed_at",
    "embargoed_until",
    *(f"section__{name}" for name in LINK_FIELDS),
    *(f"lead_picture__{name}" for name in ("title", "ready", "description", "decorative", "caption", "credit")),
    *(f"lead_picture__{name}" for name in ("file", "width", "height")),
)


class Article(SitePage, IndexedText):
    """A story. The page's title is its headline."""

    live: bool  # Wagtail's field: it ships no types, and we assign to it

    kicker = models.CharField(
        _("kicker"), max_length=60, blank=True, help_text=_("Short label over the headline. Empty: the section.")
    )
    trail_text = models.TextField(
        _("trail text"), blank=True, help_text=_("Where the story is listed. Empty: the standfirst.")
    )
    slugline = models.CharField(
        _("slugline"), max_length=80, blank=True, help_text=_("The newsroom's working handle; readers never see it.")
    )
    dateline = models.CharField(
        _("dateline"), max_length=80, blank=True, help_text=_("The place the story was written from.")
    )
    story_type = models.CharField(_("story type"), max_length=12, choices=StoryType.choices, default=StoryType.NEWS)
    lead_picture = models.ForeignKey(
        "stories.Picture",
        verbose_name=_("lead picture"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    lead_caption = models.TextField(_("caption"), blank=True, help_text=_("Empty: the picture's own."))
    lead_credit = models.CharField(_("credit"), max_length=250, blank=True, help_text=_("Empty: the picture's own."))
    lead_alt = models.CharField(_("alt text"), max_length=500, blank=True, help_text=_("Empty: the picture's own."))
    body = StreamField(StoryBlocks(), blank=True, verbose_name=_("text"))
    access = models.CharField(
        _("who may read it"),
        max_length=60,
        default=Access.OPEN,
        help_text=_(
            "Others see the headline, the standfirst, pictures in lists, and the text as far as the block "
            "“Preview ends here”; without that block, two paragraphs at most."
        ),
    )
    """A value of `Access`, or `tier:` and the slug of a tier."""
    section = models.ForeignKey(
        "stories.Section", null=True, editable=False, on_delete=models.PROTECT, related_name="articles"
    )
    edition = models.ForeignKey(
        "stories.Edition", null=True, editable=False, on_delete=models.PROTECT, related_name="articles"
    )
    thread = models.ForeignKey(
        "stories.Thread",
        verbose_name=_("thread"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="articles",
    )
    topics = ParentalManyToManyField("stories.Topic", verbose_name=_("topics"), blank=True, related_name="articles")
    social_headline = models.CharField(_("headline for cards"), max_length=150, blank=True)
    social_text = models.CharField(_("text for cards"), max_length=250, blank=True)
    social_picture = models.ForeignKey(
        "stories.Picture",
        verbose_name=_("picture for cards"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    ednote = models.TextField(_("internal note"), blank=True, help_text=_("For the newsroom only, never published."))
    embargoed_until = models.DateTimeField(
        _("embargoed until"), null=True, blank=True, help_text=_("Agreed with somebody outside: not public before.")
    )
    needs_legal = models.BooleanField(_("needs legal reading"), default=False)
    is_quiet = models.BooleanField(
        _("quiet story"), default=False, help_text=_("About a death or a grief: do not ask for support here.")
    )
    killed_at = models.DateTimeField(_("killed at"), null=True, editable=False)
    kill_notice = models.TextField(_("public notice"), blank=True, editable=False)

    parent_page_types: ClassVar[list[str]] = ["stories.Section"]
    subpage_types: ClassVar[list[str]] = []
    template = "stories/article.html"
    base_form_class = StoryForm
    api_fields = public_fields.ARTICLE
    is_withheld = False
    """Whether a part of the text was taken out of this object because its reader may not read it."""
    withheld_words = 0
    """How many words were taken out."""
    exclude_fields_in_copy: ClassVar[list[str]] = ["section", "edition", "killed_at", "kill_notice", "listings"]

    objects: ClassVar[Any] = PageManager.from_queryset(ArticleQuerySet)()

    edit_handler = TabbedInterface(
        [ObjectList(list(panels), heading=heading) for heading, panels in ARTICLE_TABS]
        + [ObjectList(SitePage.settings_panels, heading=_("Schedule"))]
    )
    search_fields: ClassVar[list[Any]] = [
        *SitePage.search_fields,
        index.SearchField("standfirst"),
        index.SearchField("trail_text"),
        index.SearchField("public_text"),
        index.FilterField("section_id"),
        index.FilterField("edition_id"),
        index.FilterField("story_type"),
        index.FilterField("access"),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.is_withheld:
            raise ValueError(f"{self.title!r} was cut for a reader and must not be saved: fetch it anew.")
        if self.path and (self.section_id is None or self.edition_id is None):
            self.place()
        self._keep_the_last_door()
        super().save(*args, **kwargs)

    def _keep_the_last_door(self) -> None:
        """Whatever writes a story, save nothing as live that may not be public; a new story becomes a draft instead."""
        if not self.live:
            return
        try:
            self.require_published_in_time()
        except StoryError:
            if not self._state.adding:
                raise
            self.live = False

    def place(self) -> None:
        """Take section and edition from where the story stands in the tree."""
        parent = self.get_parent()
        self.section_id = parent.pk if parent else None
        edition = self.edition_above()
        self.edition_id = edition.pk if edition else None

    @property
    def edition_page(self) -> Edition | None:
        return self.edition or self.edition_above()

    def clean(self) -> None:
        super().clean()
        if self.go_live_at and self.embargoed_until and self.go_live_at < self.embargoed_until:
            raise ValidationError(
                {
                    "go_live_at": _("The story is under embargo until %(time)s: schedule it for then or later.")
                    % {"time": timezone.localtime(self.embargoed_until).strftime("%d.%m.%Y %H:%M")}
                }
            )

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Publish `revision`.

        Raises:
            StoryError: it may not become public; see `require_publishable`.
        """
        revision.as_object().require_publishable()
        return super().publish(revision, *args, **kwargs)

    def require_publishable(self) -> None:
        """Refuse a story, as this object has it, that may not become public.

        Wagtail's editor publishes without `publish`; its hook asks here (`stories.desk.publishing`).

        Raises:
            EmbargoError: it is under embargo and would become public before its end.
            KilledStoryError: it was killed; it must be revived first.
            UnfinishedStoryError: a picture lacks its credit or alt text.
        """
        self.require_published_in_time()
        require_picture_words(self)

    def require_published_in_time(self) -> None:
        """Refuse a killed story, and one that would become public while it is under embargo.

        Raises:
            EmbargoError, KilledStoryError: see `require_publishable`.
        """
        if self.killed_at:
            raise KilledStoryError(self)
        public_from = max(filter(None, [self.go_live_at, timezone.now()]))
        if self.embargoed_until and self.embargoed_until > public_from:
            raise EmbargoError(self, self.embargoed_until)

    def with_content_json(self, content: dict[str, Any]) -> Article:
        """As Wagtail's, keeping what a revision must not bring back: the place in the tree and the kill."""
        story: Article = super().with_content_json(content)
        for name in ("section_id", "edition_id", "killed_at", "kill_notice"):
            setattr(story, name, getattr(self, name))
        return story

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        if self.killed_at and not path_components:
            return RouteResult(self)
        if not path_components and self.live and not self.is_public:
            if self.embargoed_until:
                fresh_until(self.embargoed_until)  # no statement shows that the answer changes then
            raise Http404
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.killed_at:
            return render(request, "410.html", {"page": self, "notice": self.kill_notice}, status=410)
        return super().serve(request, *args, **kwargs)

    @property
    def is_public(self) -> bool:
        """Whether readers may find the story now."""
        if not self.live or self.killed_at:
            return False
        return self.embargoed_until is None or self.embargoed_until <= timezone.now()

    @property
    def headline(self) -> str:
        """The title, under the name the newsroom and the REST API use."""
        return str(self.title)

    @property
    def lead_image(self) -> dict[str, Any] | None:
        """The lead picture as the REST API shows it: path, size in pixels and words; `None` while no size is ready."""
        picture = self.lead_picture
        entry = picture.nearest(width=1200) if picture else None
        if picture is None or entry is None:
            return None
        return {
            "url": picture.nearest_url(width=1200),
            "width": entry["w"],
            "height": entry["h"],
            "caption": self.lead_caption or picture.caption,
            "credit": self.lead_credit or picture.credit,
            "alt": self.lead_alt or picture.alt_text,
        }

    @property
    def teaser_text(self) -> str:
        """What stands under the headline where the story is listed."""
        return self.trail_text or self.standfirst

    @property
    def kicker_text(self) -> str:
        return self.kicker or (self.section.title if self.section else "")

    @property
    def updated_at(self) -> Any:
        """When the story was last changed for readers, or `None` within a quarter of an hour of publication."""
        first, last = self.first_published_at, self.last_published_at
        return last if first and last and (last - first).total_seconds() > 900 else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from standfirst.stories.reading import article_context

        reading = read(self, request)  # before anything else looks at the text
        return {**super().get_context(request, *args, **kwargs), **article_context(self), "reading": reading}

    def public_text(self) -> list[str]:
        """The words of the text that everybody may read, for the search index."""
        block = self.body.stream_block
        found: list[str] = block.get_searchable_content(block.to_python(public_blocks(self)))
        return found

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The whole story, and what is left of it for a reader who may not read it."""
        return [("", _("The whole story")), (AS_STRANGER, _("As somebody sees it who is not signed in"))]


class Byline(Orderable):
    """One contributor of an article and what they did for it."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="bylines")
    contributor = models.ForeignKey(
        "stories.Contributor", verbose_name=_("contributor"), on_delete=models.PROTECT, related_name="bylines"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.REPORTER)

    api_fields = public_fields.BYLINE

    class Meta(Orderable.Meta):
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")

    def __str__(self) -> str:
        return f"{self.contributor.title} ({self.get_role_display()})"

    @property
    def name(self) -> str:
        return str(self.contributor.title)


class Source(Orderable):
    """Where a statement of the story comes from, as shown at its foot."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="sources")
    text = models.CharField(_("source"), max_length=300)
    url = models.URLField(_("address"), max_length=500, blank=True)

    api_fields = public_fields.SOURCE

    class Meta(Orderable.Meta):
        verbose_name = _("source")

    def __str__(self) -> str:
        return self.text
