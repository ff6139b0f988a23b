"""What stands where the reader is asked: all candidates with their rules, of which the script chooses one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Site

from standfirst.appeals.asking import CLOSED_TOGETHER, HOUSE_SPOTS, SPOTS, Ask, Asking, asking_of
from standfirst.appeals.models import Appeal, Variant
from standfirst.appeals.progress import Progress, progress_of
from standfirst.appeals.rules import EVERYBODY, MEMBERS
from standfirst.counting.tokens import variant_token
from standfirst.delivery.fragments import fragment_of
from standfirst.kit.money import Money
from standfirst.membership.join_source import JoinSource
from standfirst.stories.context import paper_of


@dataclass(frozen=True)
class Wording:
    """One variant as a template shows it."""

    appeal: Appeal
    variant: Variant
    language: str
    is_chosen: bool = True
    """Whether a device chose it. Where no script runs everybody sees the control: such joins count for no variant."""

    @property
    def assignment(self) -> str:
        """What a device remembers of its choice; another one when it is to choose anew."""
        shuffled = self.appeal.shuffled_at
        return f"{self.variant.pk}.{shuffled.timestamp():.0f}" if shuffled else str(self.variant.pk)

    @property
    def token(self) -> str:
        """What names the variant when it is counted; "" while it is not saved."""
        return variant_token(self.variant.pk) if self.variant.pk else ""

    @property
    def url(self) -> str:
        """Where the button leads."""
        return self._join()

    @property
    def amounts(self) -> list[tuple[str, str]]:
        """Label and address of each amount's button."""
        return [(money.format(self.language), self._join(money)) for money in self.variant.sums]

    @property
    def paragraphs(self) -> list[str]:
        """The text, taken apart at empty lines."""
        parts = "\n".join(line.strip() for line in self.variant.text.splitlines()).split("\n\n")
        return [part.strip() for part in parts if part.strip()]

    @cached_property
    def progress(self) -> Progress | None:
        """How near the campaign's own goal is."""
        return progress_of(self.appeal.campaign) if self.variant.shows_goal else None

    @property
    def progress_in_money(self) -> tuple[str, str] | None:
        """What has come and what is wanted, as people write it; `None` where the goal is none of money."""
        progress = self.progress
        if progress is None or not progress.currency:
            return None
        return progress.text(progress.reached, self.language), progress.text(progress.wanted, self.language)

    def _join(self, money: Money | None = None) -> str:
        campaign = self.appeal.campaign.word
        variant = self.variant.pk if self.is_chosen else None
        source = JoinSource(place=self.appeal.place, appeal=self.appeal.pk, variant=variant, campaign=campaign)
        price = {"currency": self.variant.currency, "interval": self.variant.interval} if money else {}
        amount = {"amount": str(money.decimal)} if money else {}
        return "/join/?" + urlencode({"lang": self.language, **price, **amount, "source": str(source)})


@dataclass(frozen=True)
class Candidate:
    """One appeal as a template shows it: `rules` for the script, `wordings` of which it takes one."""

    rules: dict[str, Any]
    wordings: list[Wording]

    @classmethod
    def of(cls, ask: Ask, language: str) -> Candidate:
        """Make one of `ask` in `language`."""
        return cls(ask.rules, [Wording(ask.appeal, variant, language) for variant in ask.wordings])


@fragment_of("appeal", template="appeals/place.html")
def appeal(request: HttpRequest, of: str) -> dict[str, Any] | None:
    """What asks at the spot `of`, with "quiet" after it on quiet pages; "" is the box in the story."""
    spot, _space, quiet = of.partition(" ")
    spot = spot or "box"
    asking = _asking(request)
    if asking is None or spot not in SPOTS:
        return None
    has_house = spot in HOUSE_SPOTS and not quiet and not asking.quiet_day
    found = asking.at(spot, is_quiet=bool(quiet))
    brings_script = spot == "strip" and bool(asking.asks) and not asking.quiet_day
    if not (found or has_house or brings_script):
        return None
    language = get_language() or ""
    general = next((ask for ask in found if ask.is_general), None)
    return {
        "spot": spot,
        "closes": CLOSED_TOGETHER[spot],
        "brings_script": brings_script,
        "candidates": [Candidate.of(ask, language) for ask in found],
        "first": Wording(general.appeal, general.wordings[0], language, is_chosen=False) if general else None,
        "house": paper_of(request).appeal if has_house else None,
        "house_rules": EVERYBODY,
        "thanks_rules": MEMBERS if has_house else None,
    }


def _asking(request: HttpRequest) -> Asking | None:
    """What the request's edition asks, read once for all spots; `None` before there is a newsroom."""
    if not hasattr(request, "asking"):
        edition = None
        with suppress(Site.DoesNotExist):
            edition = paper_of(request).edition
        request.asking = asking_of(edition.pk, timezone.now()) if edition else None  # type: ignore[attr-defined]
    return request.asking  # type: ignore[attr-defined]
