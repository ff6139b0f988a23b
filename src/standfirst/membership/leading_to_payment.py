"""Pages with a form that ends at a payment provider."""

from __future__ import annotations

from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from standfirst.membership.speaking import View
from standfirst.payments.providers.fakes import fakes_allowed


def leads_to_payment(view: View) -> View:
    """Let the forms of the page that `view` returns end at a provider.

    A browser asks the policy of the page on which the form stands, and about every address that the answer leads on to.
    A provider's page may have a name that only the provider knows (a newsroom can give Stripe's its own), so that any
    address that is encrypted is allowed; in a demo also the site's own address, under which the fakes' pages are.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        ends = ["https:", *([settings.WAGTAILADMIN_BASE_URL] if fakes_allowed() else [])]
        response: HttpResponseBase = csp_update({"form-action": ends})(view)(request, *args, **kwargs)
        return response

    return wrapped
