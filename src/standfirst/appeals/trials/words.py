"""What a test says, in sentences for somebody who has never had statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standfirst.appeals.models import Appeal, Variant
from standfirst.appeals.trials.evidence import FALSE_ALARM, Count, joins_needed
from standfirst.appeals.trials.figures import Figures
from standfirst.appeals.trials.rule import Answer, Standing, days_to_go, total

OF = 10_000
UNEVEN = 1.25
"""A variant that is seen so many times less often than another deserves a look at it."""
ENOUGH_TO_COMPARE_VIEWS = 2000
LONGEST = timedelta(days=120)


@dataclass(frozen=True)
class Verdict:
    """`sentence` first, then what else is worth knowing; `tone` is `found`, `alike` or `waiting`."""

    sentence: str
    more: tuple[str, ...]
    tone: str


def rate_in_words(count: Count) -> str:
    """How many joined for each 10,000 times it was seen, as a number; a dash while it was not seen."""
    if not count.seen:
        return "–"
    rate = count.joins / count.seen * OF
    return f"{rate:,.0f}" if rate >= 10 or rate == 0 else f"{rate:,.1f}"


def sure_in_words(probability: float) -> str:
    """A probability as people say it; never all or nothing."""
    per_cent = round(probability * 100)
    if per_cent > 99:
        return _("more than 99 %")
    return _("less than 1 %") if per_cent < 1 else f"{per_cent} %"


def verdict_of(figures: Figures, standing: Standing) -> Verdict:
    """Say what the test says now."""
    variants = {variant.pk: variant for variant in figures.variants}
    counts = {pk: total(figures.days, pk) for pk in variants}
    others = [pk for pk in figures.numbers if pk in figures.running and pk != standing.best]
    if not others:
        sentence = _("Only %(letter)s is left. Choose it, or show another one again.")
        if figures.is_over:
            sentence = _("Only %(letter)s was left: the others had been stopped.")
        return Verdict(sentence % {"letter": variants[standing.best].letter}, (), "found")
    following = max(others, key=lambda pk: standing.likely[figures.numbers.index(pk)].rate.middle)
    ahead = {
        "best": variants[standing.best].letter,
        "next": variants[following].letter,
        "more": rate_in_words(counts[standing.best]),
        "fewer": rate_in_words(counts[following]),
        "of": f"{OF:,}",
    }
    if standing.answer is Answer.WINNER:
        more = (_how_sure(), *_how_much(figures, standing, variants))
        return Verdict(_winner(len(variants)) % ahead, more, "found")
    if standing.answer is Answer.ALIKE:
        return Verdict(_alike(len(variants)), tuple(_how_much(figures, standing, variants)), "alike")
    return _not_enough(figures, counts, ahead)


def _not_enough(figures: Figures, counts: dict[int, Count], ahead: dict[str, str]) -> Verdict:
    if figures.is_over:
        sentence = _("The test ended before it could be said which is better.")
        was = _("%(best)s was ahead: %(more)s against %(fewer)s of %(next)s for each %(of)s times it was seen.")
        joined = any(count.joins for count in counts.values())
        return Verdict(sentence, (was % ahead,) if joined else (_("Nobody had joined by it."),), "waiting")
    more = [*_who_is_ahead(counts, ahead), *_how_long(figures)]
    return Verdict(_("Not enough yet to say which is better."), tuple(more), "waiting")


def _how_sure() -> str:
    """What the rule promises for the whole test, however often it is looked at."""
    words = _(
        "How sure is that? If they were equally good, at most %(wrong)d of 100 tests would ever call one better by "
        "mistake, however often one looks."
    )
    return words % {"wrong": round(FALSE_ALARM * 100)}


def _winner(variants: int) -> str:
    if variants == 2:
        return _(
            "%(best)s brings more members than %(next)s: %(more)s against %(fewer)s for each %(of)s times it was seen."
        )
    return _(
        "%(best)s brings the most members: %(more)s for each %(of)s times it was seen, against %(fewer)s of the next, "
        "%(next)s."
    )


def _alike(variants: int) -> str:
    if variants == 2:
        return _("They do equally well: the difference is less than a quarter. Keep the one that you like better.")
    return _("They do equally well: none differs from A by more than a quarter. Keep the one that you like better.")


def _how_much(figures: Figures, standing: Standing, variants: dict[int, Variant]) -> list[str]:
    """How many times as many joins as the control's the best one brings."""
    best = variants[standing.best]
    if best.number == Variant.CONTROL:
        return []
    more = standing.likely[figures.numbers.index(best.pk)].more
    words = {"best": best.letter, "middle": _times(more.middle), "low": _times(more.low), "high": _times(more.high)}
    return [
        _(
            "Most likely %(best)s brings %(middle)s times as many as A; "
            "nine times of ten it is %(low)s to %(high)s times. What is found early tends to look larger than it is."
        )
        % words
    ]


def _times(factor: float) -> str:
    return f"{factor:.1f}" if factor < 10 else f"{factor:.0f}"


def _who_is_ahead(counts: dict[int, Count], ahead: dict[str, str]) -> list[str]:
    """Who is ahead, and that it may be chance."""
    if not any(count.seen for count in counts.values()):
        return [_("Nobody has seen it yet, as far as is counted. The hour in which a test begins is left out.")]
    if not any(count.joins for count in counts.values()):
        return [_("Nobody has joined by it yet.")]
    return [
        _(
            "So far %(best)s is ahead: %(more)s against %(fewer)s of %(next)s for each %(of)s times it was seen. "
            "That may still be chance."
        )
        % ahead
    ]


def _how_long(figures: Figures) -> list[str]:
    twice, half = (days_to_go(figures.days, figures.numbers, ratio) for ratio in (2.0, 1.5))
    if twice is None or half is None:
        return []
    if half == 0:
        return [_("By now a difference of a half would most likely have shown. If there is one, it is smaller.")]
    if twice == 0:
        words = _(
            "One that brings twice as many would most likely have shown by now. As fast as people join, one that "
            "brings half as many again shows after %(half)s."
        )
        return [words % {"half": length(half)}]
    return [
        _(
            "As fast as people join now, one that brings twice as many shows after %(twice)s, "
            "one that brings half as many again after %(half)s."
        )
        % {"twice": length(twice), "half": length(half)}
    ]


def length(days: int) -> str:
    """A length of time that is an estimate; a day at least."""
    if timedelta(days=days) > LONGEST:
        return _("more than four months")
    days = max(days, 1)
    if days < 14:
        return ngettext("about %(n)d more day", "about %(n)d more days", days) % {"n": days}
    return _("about %(n)d more weeks") % {"n": round(days / 7)}


def before_it_begins(variants: int, joins_of_four_weeks: int) -> str:
    """How long a test would take, from how many joined by the appeal in the last 28 days."""
    needed = joins_needed(variants, 2.0) * variants // 2
    words = {"needed": needed, "joins": joins_of_four_weeks}
    if not joins_of_four_weeks:
        return (
            _("To show that one brings twice as many takes about %(needed)d joins. None came in the last four weeks.")
            % words
        )
    weeks = max(1, round(needed / joins_of_four_weeks * 4))
    return _(
        "To show that one brings twice as many takes about %(needed)d joins. %(joins)d came by this appeal in the last "
        "four weeks: reckon with about %(weeks)d weeks."
    ) % {**words, "weeks": weeks}


def asleep(appeal: Appeal, now: datetime) -> str:
    """Why no reader sees the appeal at `now` (aware), whatever its rules; "" when readers do."""
    campaign = appeal.campaign
    words = {"campaign": campaign.name}
    if not campaign.is_running:
        return _("No reader sees it now: its campaign “%(campaign)s” is switched off.") % words
    if campaign.begins > now:
        return _("No reader sees it yet: its campaign “%(campaign)s” has not begun.") % words
    if campaign.ends and campaign.ends <= now:
        return _("No reader sees it any more: its campaign “%(campaign)s” is over.") % words
    return ""


def doubts(figures: Figures, counts: Sequence[Count]) -> list[str]:
    """What speaks against trusting the counts."""
    fair = [(variant, count) for variant, count in zip(figures.variants, _counted_together(figures), strict=True)]
    running = [(variant, count) for variant, count in fair if variant.pk in figures.running]
    found = []
    if running and max(count.seen for _variant, count in running) >= ENOUGH_TO_COMPARE_VIEWS:
        most = max(count.seen for _variant, count in running)
        rare = [variant.letter for variant, count in running if count.seen * UNEVEN < most]
        if rare:
            found.append(
                _(
                    "%(rare)s was seen much less often than the others. It may be closed more often, or not fit on "
                    "some screens: look at it there before you trust the test."
                )
                % {"rare": ", ".join(rare)}
            )
    if any(count.joins > count.seen for count in counts):
        found.append(
            _("More joined than saw it, as far as is counted: readers who do not want to be counted join, too.")
        )
    return found


def _counted_together(figures: Figures) -> list[Count]:
    """The counts of the days on which all that run were seen: a variant that was stopped for a time is no surprise."""
    days = [day for day in figures.days if all(day.get(pk, Count()).seen for pk in figures.running)]
    return [total(days, pk) for pk in figures.numbers]
