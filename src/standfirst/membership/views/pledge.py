"""What a member does about one pledge: change, card, pause, cancel, keep after all, put right what failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from standfirst.accounts.signed_in import signed_in
from standfirst.membership import fix_links
from standfirst.membership.actions.begin_card_change import begin_card_change
from standfirst.membership.actions.cancel_pledge import cancel_pledge
from standfirst.membership.actions.change_pledge import change_pledge
from standfirst.membership.actions.pause_pledge import pause_pledge
from standfirst.membership.actions.resume_pledge import resume_pledge
from standfirst.membership.actions.uncancel_pledge import uncancel_pledge
from standfirst.membership.changing import CannotChange, Effect, When
from standfirst.membership.flows.account import own_pledge
from standfirst.membership.flows.agree_anew import agree_anew
from standfirst.membership.flows.join import look
from standfirst.membership.flows.offers import Wish, choose
from standfirst.membership.forms import CancelForm, PauseForm, WishForm
from standfirst.membership.leading_to_payment import leads_to_payment
from standfirst.membership.models import Member, MembershipTerms, Pledge
from standfirst.membership.signing_in import member_of
from standfirst.membership.speaking import members_page
from standfirst.membership.views.account import for_member
from standfirst.payments.providers.interface import ProviderError
from standfirst.theme.language import day

ASK = ["GET", "HEAD", "POST"]


def _own(member: Member, number: UUID) -> Pledge:
    found = member.pledges.select_related("tier", "member__user", "agreement__account")
    return get_object_or_404(found.exclude(state=Pledge.State.PENDING), number=number)


def _unreachable(request: HttpRequest) -> HttpResponseBase:
    messages.error(request, _("The payment provider cannot be reached just now. Nothing was changed; try once more."))
    return redirect("account")


@require_http_methods(ASK)
@leads_to_payment
@for_member
def change(request: HttpRequest, member: Member, number: UUID) -> HttpResponseBase:
    """Another amount, tier or interval; the member is told from when it holds."""
    pledge = _own(member, number)
    form = WishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.wish.money.currency != pledge.currency:
            form.add_error(None, _("The currency of a membership cannot be changed. Cancel it, and join anew."))
        else:
            return _change(request, pledge, form.wish)
    return _show_change(request, pledge, form)


def _show_change(request: HttpRequest, pledge: Pledge, form: WishForm) -> HttpResponse:
    language = get_language() or "en"
    interval = request.GET.get("interval") or pledge.interval
    asked = {"tier": pledge.tier.slug, "amount": str(pledge.money.decimal)}
    choice = choose(language, currency=pledge.currency, interval=interval, **asked)
    regular = [one for one in choice.intervals if one[0] != "once"]
    context = {
        "pledge": pledge,
        "own": own_pledge(pledge, language),
        "choice": choice,
        "intervals": regular,
        "form": form,
        "asked_tier": request.POST.get("tier", ""),
        "other": request.POST.get("other", ""),
    }
    return render(request, "membership/change.html", context, status=422 if form.errors else 200)


def _change(request: HttpRequest, pledge: Pledge, wish: Wish) -> HttpResponseBase:
    try:
        effect = change_pledge(
            pledge=pledge,
            tier=wish.tier,
            amount=wish.money.amount,
            interval=wish.price.interval,
            by=signed_in(request),
        )
        if effect.when == When.NEW_AGREEMENT:
            return redirect(agree_anew(pledge=pledge, wish=wish, language=get_language() or "en"))
    except CannotChange as error:
        messages.error(request, str(error))
    except ProviderError:
        return _unreachable(request)
    else:
        messages.success(request, _told(effect))
    return redirect("account")


def _told(effect: Effect) -> str:
    if effect.when == When.NOW or effect.at is None:
        return _("Changed. It holds from now on.")
    return _("Changed. It holds from {day} on; until then everything stays as it is.").format(day=day(effect.at))


@require_POST
@for_member
def card(request: HttpRequest, member: Member, number: UUID) -> HttpResponseBase:
    """Lead to the provider's page where another card is given."""
    pledge = _own(member, number)
    try:
        return redirect(begin_card_change(pledge=pledge, language=get_language() or "en"))
    except CannotChange as error:
        messages.error(request, str(error))
    except ProviderError:
        return _unreachable(request)
    return redirect("account")


@require_safe
@members_page
def back(request: HttpRequest, number: UUID) -> HttpResponseBase:
    """Where the provider's page leads back to after a change: ask what is true now.

    Whoever came by the link of a mail is not signed in, and is thanked without being asked to.
    """
    found = Pledge.objects.select_related("member", "agreement__account").exclude(state=Pledge.State.PENDING)
    pledge = get_object_or_404(found, number=number)
    if pledge.agreement is not None:
        look(pledge.agreement)
    if member_of(request) != pledge.member:
        return redirect("join_thanks", number=number)
    messages.info(request, _("Here is how your membership stands now. A change at your bank can take a few minutes."))
    return redirect("account")


@require_http_methods(ASK)
@for_member
def pause(request: HttpRequest, member: Member, number: UUID) -> HttpResponseBase:
    """Stop paying for some months."""
    pledge = _own(member, number)
    form = PauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        until = timezone.now() + timedelta(days=30 * form.cleaned_data["months"])
        return _done(request, lambda: pause_pledge(pledge=pledge, until=until, by=signed_in(request)))
    return render(request, "membership/pause.html", {"pledge": pledge, "form": form})


def _done(request: HttpRequest, act: Any) -> HttpResponseBase:
    """Do it, say that it is done or why not, and show the account."""
    try:
        act()
    except CannotChange as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done."))
    return redirect("account")


@require_POST
@for_member
def resume(request: HttpRequest, member: Member, number: UUID) -> HttpResponseBase:
    """End a pause."""
    pledge = _own(member, number)
    return _done(request, lambda: resume_pledge(pledge=pledge, by=signed_in(request)))


@require_http_methods(ASK)
@for_member
def cancel(request: HttpRequest, member: Member, number: UUID) -> HttpResponseBase:
    """The second of two clicks; a pause or less to pay is offered beside the button, never instead of it."""
    pledge = _own(member, number)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _done(request, lambda: cancel_pledge(pledge=pledge, by=signed_in(request), reason=reason))
    own = own_pledge(pledge, get_language() or "en")
    context = {"pledge": pledge, "own": own, "form": form, "terms": MembershipTerms.current()}
    return render(request, "membership/cancel.html", context)


@require_POST
@for_member
def keep(request: HttpRequest, member: Member, number: UUID) -> HttpResponseBase:
    """Take a cancellation back."""
    pledge = _own(member, number)
    return _done(request, lambda: uncancel_pledge(pledge=pledge, by=signed_in(request)))


@require_http_methods(ASK)
@leads_to_payment
@members_page
def fix(request: HttpRequest, token: str) -> HttpResponseBase:
    """The one tap of a mail about a failed payment: another card, or a new agreement, without signing in."""
    pledge = fix_links.read(token)
    if pledge is None:
        messages.info(request, _("There is nothing to put right any more, or this link is too old."))
        return redirect("account")
    language = get_language() or "en"
    if request.method != "POST":
        return render(request, "membership/fix.html", {"pledge": pledge, "amount": pledge.money.format(language)})
    try:
        if pledge.state == Pledge.State.PAST_DUE and own_pledge(pledge, language).can_change_card:
            return redirect(begin_card_change(pledge=pledge, language=language))
        return redirect(agree_anew(pledge=pledge, wish=None, language=language))
    except CannotChange as error:
        messages.error(request, str(error))
    except ProviderError:
        messages.error(
            request, _("The payment provider cannot be reached just now. Nothing was changed; try once more.")
        )
    return render(request, "membership/fix.html", {"pledge": pledge, "amount": pledge.money.format(language)})
