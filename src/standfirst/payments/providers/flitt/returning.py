"""The way back from Flitt's page. Flitt sends the payer's browser with POST and the order's values.

Such a request brings neither our cookies nor our form token, and nothing in it is believed. The address that Flitt
gets therefore only leads on, by GET, to where the payer was to come back to.
"""

from __future__ import annotations

from urllib.parse import urlencode, urljoin

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

SALT = "standfirst: the way back from flitt"


class SeeOther(HttpResponseRedirect):
    """Leads on by GET, whatever the method was (RFC 9110, section 15.4.4)."""

    status_code = 303


def way_back(return_url: str) -> str:
    """The address, on the host of `return_url`, that leads on to it by GET."""
    signed = urlencode({"to": signing.dumps(return_url, salt=SALT)})
    return f"{urljoin(return_url, reverse('payments:flitt_back'))}?{signed}"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def back(request: HttpRequest) -> HttpResponse:
    """Lead on to the address that we signed ourselves; 404 for any other."""
    try:
        return SeeOther(signing.loads(request.GET.get("to", ""), salt=SALT))
    except signing.BadSignature as error:
        raise Http404 from error
