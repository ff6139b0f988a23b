"""A membership for somebody else: order, pay, open."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from standfirst.membership.actions.begin_payment import begin_gift_payment
from standfirst.membership.actions.order_gift import GiftOrder, order_gift
from standfirst.membership.actions.redeem_gift import CannotRedeem, redeem_gift
from standfirst.membership.flows.join import look
from standfirst.membership.flows.offers import choose, ways_to_pay
from standfirst.membership.forms import GiftForm, RedeemForm
from standfirst.membership.join_names import source_of
from standfirst.membership.leading_to_payment import leads_to_payment
from standfirst.membership.models import Gift
from standfirst.membership.signing_in import member_of
from standfirst.membership.speaking import members_page
from standfirst.membership.trying_cards import remember_attempt, tries_cards
from standfirst.membership.views.join import BEGUN, LIMITS
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.providers.interface import ProviderError

GUESSES = {"gift_code": "10/h/ip"}
"""How many codes a network may try: 31^12 of them are not found that way."""


@require_http_methods(["GET", "HEAD", "POST"])
@leads_to_payment
@members_page
def order(request: HttpRequest) -> HttpResponseBase:
    """Ask what is given, to whom and when; lead to the provider."""
    language = get_language() or "en"
    choice = choose(language, currency=request.GET.get("currency", ""), interval="year")
    accounts = ways_to_pay(choice.currency, "once") if choice.currency else []
    member = member_of(request)
    known = {
        "number": uuid4(),
        "source": str(source_of(request)),
        "deliver_on": timezone.localdate(),
        "giver_email": member.email if member else "",
    }
    form = GiftForm(
        request.POST if request.method == "POST" else None, currency=choice.currency, accounts=accounts, initial=known
    )
    if request.method == "POST" and form.is_valid():
        return _begin(request, form)
    return _show(request, form, status=422 if form.errors else 200)


def _show(request: HttpRequest, form: GiftForm, *, status: int) -> HttpResponse:
    is_possible = bool(form.accounts) and form.fields["price"].queryset.exists()  # type: ignore[attr-defined]
    return render(request, "membership/gift.html", {"form": form, "is_possible": is_possible}, status=status)


def _begin(request: HttpRequest, form: GiftForm) -> HttpResponseBase:
    said, account, language = form.cleaned_data, form.chosen, get_language() or "en"
    limited: dict[str, Any] = {"app": "standfirst.membership", "config": LIMITS}
    may = ratelimit.consume(request, action="join", key=said["giver_email"].lower(), **limited)
    if account is None or not may or tries_cards(request):
        return render(request, "membership/too_many.html", status=429)
    words = ("giver_email", "giver_name", "recipient_email", "recipient_name", "message", "deliver_on", "source")
    gift = order_gift(
        number=said["number"],
        price=said["price"],
        giver=member_of(request),
        order=GiftOrder(language=language, **{name: said[name] for name in words}),
    )
    try:
        agreement = begin_gift_payment(gift=gift, account=account, language=language)
    except ProviderError:
        form.add_error(None, _("The payment page cannot be reached just now. Nothing was charged; try once more."))
        return _show(request, form, status=503)
    remember_attempt(request, agreement)
    return redirect(agreement.url) if agreement.url else redirect("gift_back", key=agreement.key)


@require_safe
@members_page
def back(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Where the provider sends the giver back to."""
    agreement = get_object_or_404(Agreement.objects.select_related("account"), key=key, reference__startswith="gift:")
    agreement = look(agreement)
    gift = get_object_or_404(Gift.objects.select_related("tier"), pk=agreement.reference.partition(":")[2])
    is_paid = gift.state not in {Gift.State.ORDERED, Gift.State.CANCELLED}
    is_declined = not is_paid and agreement.payments.filter(state=Payment.State.FAILED).exists()
    context = {"gift": gift, "agreement": agreement, "is_paid": is_paid, "is_declined": is_declined}
    context |= {"has_left": "left" in request.GET, "amount": gift.money.format(get_language() or "en")}
    response = render(request, "membership/gift_back.html", context)
    if not is_paid and not is_declined and not agreement.lines and "left" not in request.GET:
        response.headers["Refresh"] = "5"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@members_page
def redeem(request: HttpRequest) -> HttpResponseBase:
    """Open a gift with its code, once."""
    member = member_of(request)
    known = {"code": request.GET.get("code", ""), "email": member.email if member else ""}
    form = RedeemForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        limited: dict[str, Any] = {"app": "standfirst.membership", "config": GUESSES}
        if not ratelimit.consume(request, action="gift_code", **limited):
            return render(request, "membership/too_many.html", status=429)
        try:
            pledge = redeem_gift(language=get_language() or "en", **form.cleaned_data)
        except CannotRedeem as error:
            form.add_error("code", str(error))
        else:
            request.session[BEGUN] = str(pledge.number)
            return redirect("join_thanks", number=pledge.number)
    return render(request, "membership/redeem.html", {"form": form}, status=422 if form.errors else 200)
