"""The sandbox's page. It looks like a provider's, says that it is none, and exists only where fakes are allowed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from standfirst.payments.models import Agreement
from standfirst.payments.providers.fakes import fakes_allowed
from standfirst.payments.providers.interface import PaymentState
from standfirst.payments.providers.sandbox import world
from standfirst.payments.providers.sandbox.models import SandboxOrder, SandboxPayment
from standfirst.payments.tasks import refresh_agreement

View = Callable[..., HttpResponse]
ARRIVALS = {"arrives": PaymentState.SETTLED, "fails": PaymentState.FAILED}


def in_demo_only(view: View) -> View:
    """Answer 404 in production, and let nobody keep the page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not fakes_allowed():
            raise Http404
        return view(request, *args, **kwargs)

    return cache_control(private=True, no_store=True)(answer)


@in_demo_only
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, number: UUID) -> HttpResponse:
    """Choose what happens; afterwards, play on with what was paid."""
    order = get_object_or_404(SandboxOrder, number=number)
    if request.method == "GET":
        return _show(request, order, asks=False)
    choice = request.POST.get("choice", "")
    if choice == "asks":
        return _show(request, order, asks=True)
    with transaction.atomic():
        order = world.choose(number, choice)
        _tell(order)
    if choice == "declines":
        return HttpResponseRedirect(request.path)
    return HttpResponseRedirect(order.cancel_url if choice == "leaves" and order.cancel_url else order.return_url)


@in_demo_only
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, number: UUID) -> HttpResponse:
    """Give another card."""
    order = get_object_or_404(SandboxOrder, number=number, state=SandboxOrder.State.AGREED)
    if request.method == "GET":
        return _show(request, order, template="sandbox/card.html")
    with transaction.atomic():
        order = world.give_card(number, is_good=request.POST.get("choice") != "bad")
        _tell(order)
    return HttpResponseRedirect(order.return_url)


@in_demo_only
@require_POST
def payment(request: HttpRequest, number: UUID, payment: UUID) -> HttpResponse:
    """Let something happen to one payment."""
    found = get_object_or_404(SandboxPayment, number=payment, order__number=number)
    choice = request.POST.get("choice", "")
    with transaction.atomic():
        if choice in ARRIVALS:
            world.settle(found.number, ARRIVALS[choice])
        else:
            world.dispute(found.number, choice)
        _tell(found.order)
    return redirect("sandbox:page", number)


def _tell(order: SandboxOrder) -> None:
    """Order the fetch that another provider's message would order; in the same transaction as what happened."""
    known = Q(object_id=str(order.number)) | Q(key=order.key)
    for agreement_id in Agreement.objects.filter(known, account__provider="sandbox").values_list("pk", flat=True):
        refresh_agreement.enqueue(agreement_id)


def _show(
    request: HttpRequest, order: SandboxOrder, *, asks: bool = False, template: str = "sandbox/page.html"
) -> HttpResponse:
    with translation.override(order.language):
        context = {
            "order": order,
            "amount": order.money.format(order.language),
            "asks": asks,
            "payments": [(one, one.money.format(order.language)) for one in order.payments.all()],
        }
        return render(request, template, context)
