"""Imports that failed, for the dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from standfirst.accounts.roles import has_role
from standfirst.accounts.signed_in import signed_in
from standfirst.importers.models import ImportRun
from standfirst.stories.desk.problems import HOOK, Problem

SHOWN_FOR = timedelta(days=7)


@hooks.register(HOOK)
def report_imports(request: HttpRequest) -> Iterator[Problem]:
    """Report imports of the last week that failed or stopped at damage, to administrators: only they can open them."""
    if not has_role(signed_in(request)):
        return
    broken = ImportRun.objects.filter(
        state__in=[ImportRun.State.FAILED, ImportRun.State.DAMAGED], seen_at__gte=timezone.now() - SHOWN_FOR
    )
    for run in broken.only("file_name", "state", "seen_at").order_by("-seen_at")[:5]:
        words = _("The import of %(file)s: %(state)s.") % {"file": run.file_name, "state": run.get_state_display()}
        yield Problem(words, run.get_absolute_url(), run.seen_at)
