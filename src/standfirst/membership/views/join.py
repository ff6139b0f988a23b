"""The join journey: how much, who, the provider's page, thank you. All of it works without JavaScript."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from standfirst.membership.flows import join as flow
from standfirst.membership.flows.offers import Wish, choose, ways_to_pay
from standfirst.membership.forms import WhoForm, WishForm
from standfirst.membership.goal import current_goal
from standfirst.membership.join_names import source_of
from standfirst.membership.leading_to_payment import leads_to_payment
from standfirst.membership.models import Member, Pledge
from standfirst.membership.signing_in import give_access, member_of
from standfirst.membership.speaking import members_page
from standfirst.membership.trying_cards import remember_attempt, tries_cards
from standfirst.payments.providers.interface import ProviderError

BEGUN = "join"
"""Key in the session: the number of the pledge that this browser began last."""
LIMITS = {"join": "30/h/ip,6/h/key"}
"""How many forms a network may send, and how many may be sent for an address. See also `trying_cards`."""


@require_safe
@members_page
def choose_amount(request: HttpRequest) -> HttpResponseBase:
    """Show what one can join for, and how much."""
    return _choice(request, None)


def _choice(request: HttpRequest, form: WishForm | None) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("currency", "interval", "tier", "amount")}
    language = get_language() or "en"
    choice = choose(language, **asked)
    if not choice.offers and (page := _page_about_joining(language)):
        return redirect(page)
    context = {
        "choice": choice,
        "form": form,
        "asked_tier": asked["tier"],
        "other": request.GET.get("other", ""),
        "source": str(source_of(request)),
        "begun": _begun(request),
        "goal": current_goal(),
        "member": member_of(request),
        "is_member": _is_member(request),
    }
    return render(request, "membership/join.html", context, status=422 if form is not None else 200)


def _page_about_joining(language: str) -> str:
    """The newsroom's own page about support, where it has one and nothing can be joined here."""
    page = Page.objects.live().filter(slug="join", locale__language_code=language).first()
    return page.url or "" if page else ""


def _is_member(request: HttpRequest) -> bool:
    member = member_of(request)
    return member is not None and Pledge.objects.counting().filter(member=member).exists()


def _begun(request: HttpRequest) -> Pledge | None:
    """The pledge that this browser began and has not paid."""
    number = request.session.get(BEGUN)
    found = Pledge.objects.filter(number=number, state=Pledge.State.PENDING) if number else Pledge.objects.none()
    return found.select_related("agreement", "tier").first()


@require_http_methods(["GET", "HEAD", "POST"])
@leads_to_payment
@members_page
def pay(request: HttpRequest) -> HttpResponseBase:
    """Ask who joins; when the form is sent, lead to the provider."""
    form = WishForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _choice(request, form)
    wish = form.wish
    accounts = ways_to_pay(wish.money.currency, wish.price.interval) if wish.money else []
    if request.method != "POST":
        return _ask_who(request, wish, form, WhoForm(accounts=accounts, initial=_known(request)))
    who = WhoForm(request.POST, accounts=accounts)
    if not who.is_valid():
        return _ask_who(request, wish, form, who, status=422)
    if not _may_go_on(request, who.cleaned_data["email"]):
        return render(request, "membership/too_many.html", status=429)
    return _begin(request, wish, form, who)


def _known(request: HttpRequest) -> dict[str, Any]:
    """What the form begins with: who is signed in, and the number of what was begun and not paid."""
    begun, member = _begun(request), member_of(request)
    known: dict[str, Any] = {"number": begun.number if begun else uuid4()}
    if member is not None:
        known |= {"email": member.email, "pseudonym": member.pseudonym}
    return known


def _ask_who(request: HttpRequest, wish: Wish, form: WishForm, who: WhoForm, *, status: int = 200) -> HttpResponse:
    language = get_language() or "en"
    context = {
        "wish": wish,
        "amount": wish.money.format(language),
        "decimal": str(wish.money.decimal),
        "tier_name": wish.tier.text(language).name,
        "source": form.cleaned_data["source"],
        "form": who,
        "no_way_to_pay": bool(wish.money) and not who.accounts,
    }
    return render(request, "membership/pay.html", context, status=status)


def _may_go_on(request: HttpRequest, email: str) -> bool:
    """Whether this network and address have not tried too often, and not been declined too often."""
    limited: dict[str, Any] = {"app": "standfirst.membership", "config": LIMITS}
    may = ratelimit.consume(request, action="join", key=email.lower(), **limited)
    return bool(may) and not tries_cards(request)


def _begin(request: HttpRequest, wish: Wish, form: WishForm, who: WhoForm) -> HttpResponseBase:
    number = who.cleaned_data["number"]
    joiner = flow.Joiner(
        email=who.cleaned_data["email"],
        pseudonym=who.cleaned_data["pseudonym"],
        language=get_language() or "en",
        source=form.cleaned_data["source"],
    )
    try:
        begun = flow.begin(number=number, wish=wish, joiner=joiner, account=who.chosen)
    except ProviderError:
        who.add_error(None, _("The payment page cannot be reached just now. Nothing was charged; try once more."))
        return _ask_who(request, wish, form, who, status=503)
    if begun.pledge is None or begun.agreement is None:
        return redirect("join_mail")
    remember_attempt(request, begun.agreement)
    request.session[BEGUN] = str(begun.pledge.number)
    if begun.pledge.state == Pledge.State.PENDING and begun.agreement.url:
        return redirect(begun.agreement.url)
    return redirect("join_back", number=begun.pledge.number)


@require_safe
@members_page
def look_for_mail(request: HttpRequest) -> HttpResponseBase:
    """Say that a mail tells how to go on: the same to whoever has a membership already and whoever pays nothing."""
    return render(request, "membership/look_for_mail.html")


@require_safe
@members_page
def back(request: HttpRequest, number: UUID) -> HttpResponseBase:
    """Where the provider sends the payer back to: ask it what became of the payment, and say so."""
    pledge = get_object_or_404(Pledge.objects.select_related("agreement__account", "member", "tier"), number=number)
    agreement = flow.look(pledge.agreement) if pledge.agreement else None
    pledge.refresh_from_db()
    standing = flow.standing(pledge, agreement, has_left="left" in request.GET)
    if standing is flow.Standing.PAID:
        return redirect("join_thanks", number=number)
    context = {"pledge": pledge, "agreement": agreement, "standing": standing.value, "again": _again(pledge)}
    response = render(
        request, "membership/back.html", {**context, "amount": pledge.money.format(get_language() or "en")}
    )
    if standing is flow.Standing.WAITING and agreement is not None and not agreement.lines:
        response.headers["Refresh"] = "5"
    return response


def _again(pledge: Pledge) -> str:
    """Where the same can be tried once more, perhaps in another way."""
    wish = {"tier": pledge.tier.slug, "currency": pledge.currency, "interval": pledge.interval}
    wish |= {"amount": str(pledge.money.decimal)} | ({"source": pledge.source} if pledge.source else {})
    return f"{reverse('join_pay')}?{urlencode(wish)}"


@require_safe
@members_page
def thanks(request: HttpRequest, number: UUID) -> HttpResponseBase:
    """Say thank you, what it makes possible, and how near the goal is now; let the payer's browser read everything."""
    pledge = get_object_or_404(Pledge.objects.select_related("member", "tier", "agreement"), number=number)
    if pledge.state == Pledge.State.PENDING:
        return redirect("join_back", number=number)
    language = get_language() or "en"
    context = {
        "pledge": pledge,
        "text": pledge.tier.text(language),
        "amount": pledge.money.format(language),
        "goal": current_goal(),
        "is_counting": pledge.state in Pledge.COUNTING,
    }
    response = render(request, "membership/thanks.html", context)
    if request.session.get(BEGUN) == str(number) and pledge.state in Pledge.COUNTING:
        give_access(response, pledge.member)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@members_page
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let a membership that costs nothing begin. The link only shows a button: programs that read mail follow links."""
    pledge = flow.pledge_of_link(token)
    if pledge is None:
        messages.warning(request, _("This link is too old or incomplete. Begin once more, please."))
        return redirect("join")
    if request.method != "POST" and pledge.state == Pledge.State.PENDING:
        return render(request, "membership/confirm.html", {"pledge": pledge})
    pledge = flow.confirm(pledge)
    request.session[BEGUN] = str(pledge.number)
    return redirect("join_thanks", number=pledge.number)


def reader_began(request: HttpRequest) -> Member | None:
    """The member whose pledge this browser began and paid, for whoever is not signed in."""
    number = request.session.get(BEGUN)
    pledge = Pledge.objects.counting().filter(number=number).select_related("member").first() if number else None
    return pledge.member if pledge else None
