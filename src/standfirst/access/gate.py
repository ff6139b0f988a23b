"""The gate of closed stories: whom membership lets in, and what the wall says to everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from standfirst.access.freshness import depend_on_the_offer
from standfirst.access.offer import Offer, cheapest
from standfirst.membership.entitlements import rank_of
from standfirst.membership.join_source import JoinSource
from standfirst.membership.models import Tier
from standfirst.stories.access import Access
from standfirst.stories.context import paper_of
from standfirst.stories.models import Article

TIER = "tier:"
JOIN, SIGN_IN, ACCOUNT = "/join/", "/account/sign-in/", "/account/"


@dataclass(frozen=True)
class Wall:
    """What `theme/includes/wall.html` shows.

    `access` is `registered`, `members` or `tier`; `tier` the tier's name in the reader's language; `join_url` is ""
    where joining would not help. `sign_in_url` is "" for who has signed in, `account_url` "" for who is no member.
    `variant` is what this reader's token allowed: a script loads the page again when it has become another one.
    """

    access: str
    tier: str = ""
    offer: Offer | None = None
    join_url: str = ""
    sign_in_url: str = ""
    account_url: str = ""
    variant: str = ""


class MembershipGate:
    """Admits by the variant that membership wrote into the reader's token (`membership.entitlements`)."""

    def choices(self) -> list[tuple[str, str]]:
        """One choice for each tier, the lowest first."""
        tiers = Tier.objects.order_by("rank", "position", "pk")
        return [(f"{TIER}{tier.slug}", _("members: “%s” and higher") % tier.name) for tier in tiers]

    def admits(self, access: str, variant: str) -> bool:
        """Whether a reader of `variant` may read what is for `access`. What is for a tier that is gone is shut."""
        if access == Access.OPEN:
            return True
        if access == Access.REGISTERED:
            return rank_of(variant) >= 0
        if not _is_member(variant):
            return False
        if access == Access.MEMBERS:
            return True
        tier = _tier(access)
        return tier is not None and rank_of(variant) >= tier.rank

    def wall(self, story: Article, request: HttpRequest, variant: str) -> Wall:
        """What a reader of `variant` is told instead of the rest of `story`."""
        paper = paper_of(request)
        here = {"lang": paper.lang}
        sign_in = "" if variant else f"{SIGN_IN}?{urlencode({**here, 'next': story.url})}"
        if story.access == Access.REGISTERED:
            return Wall(Access.REGISTERED, sign_in_url=sign_in, variant=variant)
        depend_on_the_offer()
        tier = _tier(story.access)
        if tier is None and story.access != Access.MEMBERS:
            return Wall(Access.MEMBERS, sign_in_url=sign_in, variant=variant)
        asked = {**here, "source": str(JoinSource("wall", story=story.pk)), **({"tier": tier.slug} if tier else {})}
        is_member = _is_member(variant)
        return Wall(
            "tier" if tier else Access.MEMBERS,
            tier=tier.text(paper.lang).name if tier else "",
            offer=cheapest(rank=tier.rank if tier else 0, language=paper.lang),
            join_url="" if is_member else f"{JOIN}?{urlencode(asked)}",
            sign_in_url=sign_in,
            account_url=f"{ACCOUNT}?{urlencode(here)}" if is_member else "",
            variant=variant,
        )


def _is_member(variant: str) -> bool:
    return variant.startswith("tier-") and rank_of(variant) >= 0


def _tier(access: str) -> Tier | None:
    """The tier that `access` names; the page that renders now depends on it."""
    if not access.startswith(TIER):
        return None
    depend_on_the_offer()
    return Tier.objects.filter(slug=access.removeprefix(TIER)).first()
