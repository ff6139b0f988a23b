"""What fails, for the dashboard. Any app tells it by the Wagtail hook `register_dashboard_problem`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from wagtail import hooks

HOOK = "register_dashboard_problem"


@dataclass(frozen=True)
class Problem:
    """One thing that does not work and that somebody should look at.

    Args:
        text: one sentence: what failed.
        url: where more is said about it, or where it can be put right.
        at: when it happened, or `None` if it lasts.
    """

    text: str
    url: str
    at: datetime | None = None


Reporter = Callable[[HttpRequest], Iterable[Problem]]


def current_problems(request: HttpRequest) -> list[Problem]:
    """Return what every registered function reports, the latest first and what lasts before it.

    A function is registered with `@hooks.register("register_dashboard_problem")`, gets the request, and returns
    problems that the request's user may know about. It runs whenever a publisher, a membership manager or an
    administrator opens the dashboard, so it asks the database for little.
    """
    reporters: list[Reporter] = hooks.get_hooks(HOOK)
    found = [problem for report in reporters for problem in report(request)]
    lasting = [problem for problem in found if problem.at is None]
    dated = sorted((problem for problem in found if problem.at), key=lambda problem: problem.at, reverse=True)  # type: ignore[arg-type,return-value]
    return lasting + dated
