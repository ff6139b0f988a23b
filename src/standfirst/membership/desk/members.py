"""The list of members: found, filtered, and taken away as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from django import forms
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.answers import csv_answer
from standfirst.membership.desk.finding import matching
from standfirst.membership.join_names import Part, in_words
from standfirst.membership.models import Member, Pledge, Price, Tier
from standfirst.membership.spans import month

A_PAGE = 50
COUNTING, NEVER = "counting", "none"
COLUMNS = ("number", "name", "email", "language", "source", "joined", "tier", "state", "amount", "currency", "interval")


class MemberFilter(forms.Form):
    """What the list can be narrowed to. Nothing of it is required; what is wrong is said and left out."""

    q = forms.CharField(label=gettext_lazy("Name, e-mail, code or provider's id"), required=False, max_length=255)
    state = forms.ChoiceField(
        label=gettext_lazy("Pledge"),
        required=False,
        choices=[
            ("", gettext_lazy("any")),
            (COUNTING, gettext_lazy("members now")),
            *Pledge.State.choices,
            (NEVER, gettext_lazy("no pledge")),
        ],
    )
    tier = forms.ModelChoiceField(
        Tier.objects.all(), label=gettext_lazy("Tier"), required=False, empty_label=gettext_lazy("any")
    )
    interval = forms.ChoiceField(
        label=gettext_lazy("Paid"), required=False, choices=[("", gettext_lazy("any")), *Price.Interval.choices]
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), required=False, max_length=3)
    source = forms.CharField(label=gettext_lazy("Came by"), required=False, max_length=120)
    joined = forms.DateField(
        label=gettext_lazy("Joined in the month"),
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )

    def members(self) -> QuerySet[Member]:
        """The members that fit, those who joined last first."""
        self.is_valid()
        given = self.cleaned_data
        found = matching(given.get("q", ""))
        pledges = self._pledges(given)
        if given.get("state") == NEVER:
            found = found.filter(~Exists(Pledge.objects.filter(member=OuterRef("pk"))))
        elif pledges is not None:
            found = found.filter(Exists(pledges.filter(member=OuterRef("pk"))))
        if given.get("source"):
            found = found.filter(source__startswith=given["source"])
        if given.get("joined"):
            span = month(given["joined"])
            found = found.filter(joined_at__gte=span.begin, joined_at__lt=span.end)
        return found.order_by("-joined_at", "-pk")

    def _pledges(self, given: dict[str, Any]) -> QuerySet[Pledge] | None:
        """One pledge has to fit everything that is asked of pledges; `None` when nothing is."""
        wanted: dict[str, Any] = {}
        state = given.get("state")
        if state == COUNTING:
            wanted["state__in"] = Pledge.COUNTING
        elif state and state != NEVER:
            wanted["state"] = state
        wanted |= {name: given[name] for name in ("tier", "interval") if given.get(name)}
        if given.get("currency"):
            wanted["currency"] = given["currency"].upper()
        return Pledge.objects.filter(**wanted) if wanted else None


class FoundMembers(Sequence[Member]):
    """The first thousand of `found`, searched for once: nobody reads further, and counting all would cost more."""

    MOST = 1000

    def __init__(self, found: QuerySet[Member]) -> None:
        self._found = found

    @cached_property
    def _keys(self) -> list[int]:
        return list(self._found.values_list("pk", flat=True)[: self.MOST])

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, at: int) -> Member: ...
    @overload
    def __getitem__(self, at: slice) -> list[Member]: ...
    def __getitem__(self, at: int | slice) -> Member | list[Member]:
        """Read a page's members by their keys, in the order in which they were found."""
        if isinstance(at, int):
            return self[at : at + 1][0]
        keys = self._keys[at]
        members = Member.objects.select_related("user").in_bulk(keys)
        return [members[key] for key in keys if key in members]


@managers_only
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The list; `?format=csv` gives all that fit as a file."""
    form = MemberFilter(request.GET)
    found = form.members().select_related("user")
    if request.GET.get("format") == "csv":
        return csv_answer("members.csv", COLUMNS, _rows(found))
    page = Paginator(FoundMembers(found), A_PAGE).get_page(request.GET.get("p"))
    query = request.GET.copy()
    query.pop("p", None)
    context = {
        "form": form,
        "page": page,
        "members": _rows_of(page.object_list),
        "is_cut": page.paginator.count == FoundMembers.MOST,
        "query": query.urlencode(),
        "page_title": _("Members"),
        "header_icon": "user",
    }
    return TemplateResponse(request, "membership/desk/members.html", context)


def _rows_of(members: Iterable[Member]) -> list[tuple[Member, list[Pledge], list[Part]]]:
    """Each of `members` with their pledges, and in words what led them here."""
    found = _with_pledges(members)
    words = in_words({member.source for member, _pledges in found})
    return [(member, pledges, words[member.source]) for member, pledges in found]


def _with_pledges(members: Iterable[Member]) -> list[tuple[Member, list[Pledge]]]:
    """Each of `members` with their pledges, the newest first."""
    members = list(members)
    pledges: dict[int, list[Pledge]] = {}
    for pledge in Pledge.objects.filter(member__in=members).select_related("tier").order_by("-made_at", "-pk"):
        pledges.setdefault(pledge.member_id, []).append(pledge)
    return [(member, pledges.get(member.pk, [])) for member in members]


def _rows(members: QuerySet[Member]) -> Iterator[list[object]]:
    """One line for each pledge; members without any have one, too."""
    batch: list[Member] = []
    for member in members.iterator(chunk_size=500):
        batch.append(member)
        if len(batch) == 500:
            yield from _lines(batch)
            batch = []
    yield from _lines(batch)


def _lines(members: list[Member]) -> Iterator[list[object]]:
    for member, pledges in _with_pledges(members):
        person = [
            member.number,
            member.pseudonym,
            member.email,
            member.language,
            member.source,
            member.joined_at.date(),
        ]
        for pledge in pledges:
            yield [*person, pledge.tier, pledge.state, pledge.money.decimal, pledge.currency, pledge.interval]
        if not pledges:
            yield [*person, "", "", "", "", ""]
