"""Appeals: where an ask stands, and who sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import PreviewableMixin

from standfirst.appeals.models.campaign import Campaign

if TYPE_CHECKING:
    from standfirst.appeals.models.variant import Variant


class Place(models.TextChoices):
    """Where on a page an appeal stands."""

    BOX = "box", _("box in the story")
    STRIP = "strip", _("strip on top")
    END = "end", _("at the end of the story")
    FRONT = "front", _("front page")


class State(models.TextChoices):
    """What a reader is to the newsroom; the same words as in the answer of `/account/me`."""

    STRANGER = "stranger", _("strangers")
    REGISTERED = "registered", _("signed in, never a member")
    LAPSED = "lapsed", _("former members")
    MEMBER = "member", _("members")


class Visit(models.TextChoices):
    """Whether the reader's device has been here before this day."""

    ANY = "", _("any visit")
    FIRST = "first", _("first visit")
    RETURNING = "returning", _("returning readers")


class Device(models.TextChoices):
    """What the page is read on; the same words as in the counted reads."""

    PHONE = "phone", _("phone")
    TABLET = "tablet", _("tablet")
    DESKTOP = "desktop", _("desktop")


def asked_readers() -> list[str]:
    """Whom an appeal asks when nobody says otherwise: everybody but members."""
    return [State.STRANGER.value, State.REGISTERED.value, State.LAPSED.value]


class Appeal(PreviewableMixin, ClusterableModel):
    """One ask in one place of one edition. Empty lists and empty numbers exclude nobody.

    Its words are its variants'; number 1 is the control. `cap_views` views in `cap_days` days are the most that one
    device shows; 0 views: no cap. The trial's dates and `winner` belong to the test of its words.
    """

    campaign = models.ForeignKey(Campaign, verbose_name=_("campaign"), on_delete=models.CASCADE, related_name="appeals")
    edition = models.ForeignKey(
        "stories.Edition", verbose_name=_("edition"), on_delete=models.CASCADE, related_name="appeals"
    )
    place = models.CharField(_("place"), max_length=8, choices=Place, default=Place.BOX)
    position = models.PositiveIntegerField(
        _("order"), default=0, help_text=_("Of this campaign's appeals in one place, the smallest number asks first.")
    )
    readers = models.JSONField(_("readers"), default=asked_readers)
    """Values of `State`."""
    sections = ParentalManyToManyField("stories.Section", verbose_name=_("sections"), blank=True, related_name="+")
    threads = ParentalManyToManyField("stories.Thread", verbose_name=_("threads"), blank=True, related_name="+")
    topics = ParentalManyToManyField("stories.Topic", verbose_name=_("topics"), blank=True, related_name="+")
    countries = models.JSONField(_("countries"), default=list, blank=True)
    """Codes of ISO 3166-1: AM, GE."""
    stories_from = models.PositiveSmallIntegerField(
        _("from the … story of the month"), null=True, blank=True, help_text=_("3: not before the third story.")
    )
    stories_to = models.PositiveSmallIntegerField(_("to the … story of the month"), null=True, blank=True)
    visit = models.CharField(_("visit"), max_length=10, choices=Visit, blank=True, default=Visit.ANY)
    devices = models.JSONField(_("devices"), default=list, blank=True)
    """Values of `Device`."""
    cap_views = models.PositiveSmallIntegerField(
        _("shown at most"),
        default=4,
        validators=[MaxValueValidator(30)],
        help_text=_("Times to one reader in these days; 0: as often as it fits."),
    )
    cap_days = models.PositiveSmallIntegerField(_("in days"), default=30, validators=[MaxValueValidator(366)])
    asks_in_quiet = models.BooleanField(
        _("also where it is quiet"),
        default=False,
        help_text=_("In quiet sections and under stories about a death or a grief, where nothing is asked otherwise."),
    )
    trial_begun = models.DateTimeField(null=True, blank=True, editable=False)
    trial_ended = models.DateTimeField(null=True, blank=True, editable=False)
    shuffled_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Since when readers keep the variant that their device chose: devices choose anew when this changes."""
    winner = models.ForeignKey(
        "appeals.Variant", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering: ClassVar[list[str]] = ["campaign__position", "campaign_id", "position", "pk"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["edition", "place"], name="appeal_of_a_place")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(stories_to__isnull=True)
                | models.Q(stories_from__isnull=True)
                | models.Q(stories_to__gte=models.F("stories_from")),
                name="appeal_stories_in_order",
            ),
            models.CheckConstraint(condition=models.Q(cap_days__gte=1), name="appeal_cap_days"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.get_place_display()}, {self.edition.title}"

    def clean(self) -> None:
        """Refuse what no reader could ever fit."""
        if self.stories_from and self.stories_to and self.stories_to < self.stories_from:
            raise ValidationError({"stories_to": _("This is before the first number: no reader would see the appeal.")})
        if not self.readers:
            raise ValidationError({"readers": _("Choose at least one kind of reader.")})

    @property
    def place_name(self) -> str:
        """The place in words."""
        return str(Place(self.place).label)

    @property
    def words(self) -> str:
        """How what readers see begins, the control while a test runs: what tells two appeals in one place apart."""
        first = next(iter(self.wordings()), None)
        return (first.headline or Truncator(first.text).chars(60)) if first else ""

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """One for each variant that there may be."""
        return [(str(number), _("Variant %(number)d") % {"number": number}) for number in range(1, 5)]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show one wording in its place, as readers of the edition would see it."""
        from standfirst.appeals.desk.preview import preview

        return preview(self, request, int(mode_name or 1))

    @property
    def is_on_trial(self) -> bool:
        """Whether its words are being tested now."""
        return self.trial_begun is not None and self.trial_ended is None

    def wordings(self) -> list[Variant]:
        """The variants that readers see now: those on trial, else the winner, else the control."""
        variants = list(self.variants.all())
        if self.is_on_trial:
            return [variant for variant in variants if variant.stopped_at is None]
        chosen = [variant for variant in variants if variant.pk == self.winner_id]
        return chosen or [variant for variant in variants if variant.number == 1]
