"""Which appeal a reader sees in each place of a page, and why each other one is not shown, in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.appeals.asking import CLOSED_TOGETHER, HOUSE_SPOTS, SPOTS, Ask, Asking, asking_of
from standfirst.appeals.countries import name_of
from standfirst.appeals.models import Appeal, Device, State, Visit
from standfirst.appeals.pages import facts_of, is_quiet
from standfirst.appeals.rules import CLOSED_DAYS, Reason, reasons_against, rules_of, views_counted, zone_of
from standfirst.stories.context import Paper
from standfirst.stories.models import Article, Edition

CLOSED_NAMES = {
    "strip": gettext_lazy("the strip on top"),
    "story": gettext_lazy("an appeal in or under a story"),
    "front": gettext_lazy("the one on the front page"),
}
SPOT_NAMES = {
    "strip": gettext_lazy("Strip on top"),
    "box": gettext_lazy("Box in the text"),
    "after": gettext_lazy("After the text"),
    "end": gettext_lazy("End of the story"),
    "front": gettext_lazy("Front page"),
}


@dataclass(frozen=True)
class Imagined:
    """A reader whom staff imagine: `stories` read this month with this one, each appeal `seen` so often this month."""

    state: str = State.STRANGER
    country: str = ""
    stories: int = 1
    visit: str = Visit.RETURNING
    device: str = Device.PHONE
    seen: int = 0
    closed: tuple[str, ...] = ()
    """What the reader closed today, as `CLOSED_TOGETHER` calls it."""


@dataclass(frozen=True)
class Refused:
    """An appeal that is not shown, and why."""

    appeal: Appeal
    reasons: list[str]


@dataclass(frozen=True)
class Answer:
    """What stands at one spot: the appeal, or `instead` of one; and every other appeal of its places."""

    spot: str
    shown: Ask | None
    instead: str
    refused: list[Refused] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The spot in words."""
        return str(SPOT_NAMES[self.spot])

    @property
    def wording(self) -> str:
        """Which of the appeal's variants is shown."""
        numbers = [str(variant.number) for variant in self.shown.wordings] if self.shown else []
        if len(numbers) < 2:
            return _("Variant %(number)s.") % {"number": "".join(numbers)}
        return _("A test runs: one of the variants %(numbers)s, drawn once for each device.") % {
            "numbers": ", ".join(numbers)
        }


def explain(page: Any, paper: Paper, reader: Imagined, now: datetime) -> list[Answer]:
    """Say for each spot of `page` what `reader` sees at `now` (aware), and why nothing else."""
    edition = page.edition_page
    asking = asking_of(edition.pk, now)
    told = Explainer(asking, facts_for(page, paper, reader, now), reader, now, page_is_quiet=is_quiet(page, paper))
    appeals = Appeal.objects.filter(edition=edition).select_related("campaign").prefetch_related("variants")
    return [told.at(spot, list(appeals)) for spot in spots_of(page)]


def elsewhere(page: Any, answers: list[Answer]) -> list[Refused]:
    """Say of all appeals that `answers` leave out why they cannot stand on `page`, those of its edition first."""
    edition = page.edition_page
    told = {one.appeal.pk for answer in answers for one in answer.refused}
    told |= {answer.shown.appeal.pk for answer in answers if answer.shown}
    others = Appeal.objects.exclude(pk__in=told).select_related("campaign", "edition").prefetch_related("variants")
    return [
        Refused(appeal, [_not_of(appeal, edition)])
        for appeal in sorted(others, key=lambda one: (one.edition_id != edition.pk, one.edition.path, one.place))
    ]


def _not_of(appeal: Appeal, edition: Edition) -> str:
    if appeal.edition_id != edition.pk:
        return _("It asks in another edition: %(edition)s.") % {"edition": appeal.edition.title}
    return _("This page has no place for it: %(place)s.") % {"place": appeal.place_name}


def _told(appeal: Appeal) -> str:
    return f"{appeal}: {appeal.words}" if appeal.words else str(appeal)


def spots_of(page: Any) -> list[str]:
    """Return the spots that the templates give to `page`, from the top."""
    if isinstance(page, Edition):
        return ["strip", *(["front"] if _has_own(page.front.raw_data) else [])]
    if not isinstance(page, Article):
        return ["strip"]
    has_box = any(raw["type"] == "appeal" for raw in page.body.raw_data)
    inside = ["box"] if _has_own(page.body.raw_data) else []
    return ["strip", *inside, "end" if has_box else "after"]


def _has_own(blocks: Any) -> bool:
    """Whether a block of the kind `appeal` leaves its words to the edition and its campaigns."""
    values = [raw["value"] for raw in blocks if raw["type"] == "appeal"]
    return any(not (value.get("title") or value.get("text")) for value in values)


def facts_for(page: Any, paper: Paper, reader: Imagined, now: datetime) -> dict[str, Any]:
    """Return what the script on the reader's device would know, but for how often each appeal was seen."""
    return {
        **facts_of(page, paper, page.topics.all() if isinstance(page, Article) else []),
        "state": [reader.state],
        "zone": [zone_of(reader.country)] if reader.country else [],
        "visit": [reader.visit],
        "device": [reader.device],
        "stories": reader.stories,
        "today": int(now.timestamp()) // 86400,
    }


class Explainer:
    """Tries the appeals of an edition for one reader, as the script does, and says why."""

    def __init__(
        self, asking: Asking, facts: dict[str, Any], reader: Imagined, now: datetime, *, page_is_quiet: bool
    ) -> None:
        self.asking = asking
        self.facts = facts
        self.reader = reader
        self.now = now
        self.page_is_quiet = page_is_quiet

    def at(self, spot: str, appeals: list[Appeal]) -> Answer:
        """Say what stands at `spot`. `appeals`: all of the edition."""
        in_turn = [ask.appeal.pk for ask in self.asking.at(spot, is_quiet=self.page_is_quiet)]
        by_key = {ask.appeal.pk: ask for ask in self.asking.asks}
        shown: Ask | None = None
        refused = []
        mine = [appeal for appeal in appeals if appeal.place in SPOTS[spot]]
        mine.sort(key=lambda one: in_turn.index(one.pk) if one.pk in in_turn else len(in_turn))
        for appeal in mine:
            reasons = self.reasons_against(appeal, spot)
            if not reasons and shown is None:
                shown = by_key[appeal.pk]
            else:
                first = (
                    [_("It would fit, but “%(first)s” comes first.") % {"first": _told(shown.appeal)}] if shown else []
                )
                refused.append(Refused(appeal, reasons or first))
        return Answer(spot, shown, "" if shown else self.instead(spot), refused)

    def instead(self, spot: str) -> str:
        """What stands at `spot` where no appeal does."""
        if CLOSED_TOGETHER[spot] in self.reader.closed:
            return _("Nothing: the reader has closed what stood here.")
        if self.asking.quiet_day:
            return _("Nothing: it is a quiet day, %(day)s.") % {"day": self.asking.quiet_day}
        if spot not in HOUSE_SPOTS or self.page_is_quiet:
            return _("Nothing.")
        return _("Thanks.") if self.reader.state == State.MEMBER else _("The edition's own appeal.")

    def reasons_against(self, appeal: Appeal, spot: str) -> list[str]:
        """Every reason why `appeal` does not stand at `spot`, whether or not another comes first."""
        rules = rules_of(appeal)
        facts = {**self.facts, "seen": {str(appeal.pk): [self.facts["today"]] * self.reader.seen}}
        found = [*self._of_the_campaign(appeal), *self._of_the_place(appeal, spot)]
        return found + [sentence(reason, appeal, rules, facts) for reason in reasons_against(rules, facts)]

    def _of_the_campaign(self, appeal: Appeal) -> list[str]:
        campaign = appeal.campaign
        found = []
        if not campaign.is_running:
            found.append(_("Its campaign is switched off."))
        if campaign.begins > self.now:
            found.append(_("Its campaign begins on %(time)s.") % {"time": _clock(campaign.begins)})
        if campaign.ends and campaign.ends <= self.now:
            found.append(_("Its campaign ended on %(time)s.") % {"time": _clock(campaign.ends)})
        if not appeal.wordings():
            found.append(_("It has no words to show: give it a variant with the number 1."))
        return found

    def _of_the_place(self, appeal: Appeal, spot: str) -> list[str]:
        found = []
        if self.asking.quiet_day:
            found.append(_("Nothing is asked on this day: %(day)s.") % {"day": self.asking.quiet_day})
        if self.page_is_quiet and not appeal.asks_in_quiet:
            found.append(_("The page is quiet, and this appeal does not ask where it is quiet."))
        if CLOSED_TOGETHER[spot] in self.reader.closed:
            found.append(
                _("The reader closed what stood here; for %(days)d days nothing stands here again.")
                % {"days": CLOSED_DAYS}
            )
        return found


def sentence(reason: Reason, appeal: Appeal, rules: dict[str, Any], facts: dict[str, Any]) -> str:
    """Return `reason` as a sentence about `appeal`."""
    if reason == Reason.CAP:
        seen = {"seen": views_counted(rules, facts), "most": appeal.cap_views, "days": appeal.cap_days}
        return _("The reader has seen it %(seen)d times; it is shown %(most)d times in %(days)d days at most.") % seen
    if reason == Reason.STORIES:
        return _stories(appeal, facts["stories"])
    return SENTENCES[reason]() % {"these": ", ".join(_named(reason, appeal))}


SENTENCES = {
    Reason.STATE: lambda: _("It asks only these readers: %(these)s."),
    Reason.SECTION: lambda: _("It asks only in these sections: %(these)s."),
    Reason.THREAD: lambda: _("It asks only in these threads: %(these)s."),
    Reason.TOPIC: lambda: _("It asks only under these topics: %(these)s."),
    Reason.ZONE: lambda: _("It asks only in these countries: %(these)s."),
    Reason.VISIT: lambda: _("It is only for: %(these)s."),
    Reason.DEVICE: lambda: _("It asks only on: %(these)s."),
}


def _named(reason: Reason, appeal: Appeal) -> list[str]:
    """What the rule of `reason` allows, in words."""
    names: dict[Reason, Any] = {
        Reason.STATE: [State(state).label for state in appeal.readers],
        Reason.SECTION: appeal.sections.all(),
        Reason.THREAD: appeal.threads.all(),
        Reason.TOPIC: appeal.topics.all(),
        Reason.ZONE: map(name_of, appeal.countries),
        Reason.VISIT: [Visit(appeal.visit).label],
        Reason.DEVICE: [Device(device).label for device in appeal.devices],
    }
    return [str(name) for name in names[reason]]


def _stories(appeal: Appeal, number: int) -> str:
    given = {"number": number, "from": appeal.stories_from or 0, "to": appeal.stories_to or 0}
    if appeal.stories_from and number < appeal.stories_from:
        return _("This is story %(number)d of the month; it asks from story %(from)d on.") % given
    return _("This is story %(number)d of the month; it asks up to story %(to)d.") % given


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i")
