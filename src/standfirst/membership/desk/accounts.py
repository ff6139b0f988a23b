"""Accounts at payment providers: added, set up, tested, closed. Never deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.log_actions import log

from standfirst.accounts.signed_in import signed_in
from standfirst.kit.sealing import CannotUnseal
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.account_forms import AccountForm, keep, keeps_mode, settings_form
from standfirst.payments.models import ProviderAccount
from standfirst.payments.providers import all_providers
from standfirst.payments.providers.fakes import fakes_allowed
from standfirst.payments.providers.interface import Provider, ProviderError


@managers_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All accounts, and the providers that another one can be added at."""
    context = {
        "accounts": ProviderAccount.objects.all(),
        "providers": _offered(),
        "page_title": _("Payment accounts"),
        "header_icon": "key",
    }
    return TemplateResponse(request, "membership/desk/accounts.html", context)


def _offered() -> list[Provider]:
    """The providers that this site may have accounts at: the sandbox only where nothing is real."""
    return [one for one in all_providers() if one.name != "sandbox" or fakes_allowed()]


@managers_only
def add(request: HttpRequest, provider: str) -> HttpResponse:
    """Add an account at `provider`."""
    found = next((one for one in _offered() if one.name == provider), None)
    if found is None:
        raise Http404(f"There is no provider {provider}.")
    return _edit(request, ProviderAccount(provider=found.name, label=found.label))


@managers_only
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an account."""
    return _edit(request, get_object_or_404(ProviderAccount, pk=pk))


def _edit(request: HttpRequest, account: ProviderAccount) -> HttpResponse:
    is_new = account.pk is None
    data = request.POST if request.method == "POST" else None
    form, own = AccountForm(data, instance=account), settings_form(account, data)
    if data is not None and form.is_valid() and own.is_valid() and keeps_mode(account, form, own):
        keep(account, own)
        form.save()
        _log(request, account, "wagtail.create" if is_new else "wagtail.edit", [*form.changed_data, *own.changed_data])
        messages.success(request, _("Saved. Test the connection before members pay with it."))
        return redirect("membership_desk:account", account.pk)
    context = {
        "account": account,
        "form": form,
        "own": own,
        "webhook_url": _webhook_url(request, account),
        "page_title": account.label if not is_new else _("New account at %(name)s") % {"name": account.label},
        "header_icon": "key",
    }
    status = 422 if form.errors or own.errors else 200
    return TemplateResponse(request, "membership/desk/account.html", context, status=status)


def _webhook_url(request: HttpRequest, account: ProviderAccount) -> str:
    """What the provider has to be told, where it sends messages."""
    if account.pk is None or not account.verbs.abilities.webhooks:
        return ""
    return request.build_absolute_uri(reverse("payments:webhook", args=[account.pk]))


def _log(request: HttpRequest, account: ProviderAccount, action: str, fields: list[str]) -> None:
    """Who changed which fields; never what they hold."""
    data: dict[str, Any] = {"fields": sorted(set(fields))}
    log(instance=account, action=action, user=signed_in(request), title=account.label, data=data)


@managers_only
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the provider whether the credentials work."""
    account = get_object_or_404(ProviderAccount, pk=pk)
    try:
        messages.success(request, account.verbs.check(account.credentials))
    except (ProviderError, CannotUnseal) as problem:
        messages.error(request, _("The connection does not work: %(problem)s") % {"problem": problem})
    return redirect("membership_desk:account", account.pk)
