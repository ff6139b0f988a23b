"""The pages of a fake under the site's own address: whoever reaches the demo reaches them, also from another machine.

The fake itself listens on loopback only. Its API and its commands for tests are not led on to.
"""

from __future__ import annotations

import re
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from standfirst.payments.models import ProviderAccount
from standfirst.payments.providers.fakes import fake_address, fakes_allowed

PAGES = re.compile(r"(|fake\.css|c/pay/\w+|p/session/\w+|merchants/\w+/)", re.ASCII)
ANSWER_WITHIN = 30.0


class _Untouched(HTTPRedirectHandler):
    """The payer's browser follows redirects, not we."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


_opener = build_opener(_Untouched)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def show(request: HttpRequest, provider: str, path: str) -> HttpResponseBase:
    """Show the page at `path` of the fake of `provider`; 404 wherever fakes are not allowed.

    A provider's page knows nothing of our form token, and neither does its fake.
    """
    if not fakes_allowed() or not PAGES.fullmatch(path):
        raise Http404
    account = ProviderAccount.objects.filter(provider=provider, settings__has_key="fake").first()
    address = fake_address(account.credentials) if account else ""
    if not address:
        raise Http404
    body = request.body if request.method == "POST" else None
    return _answer(Request(f"{address}/{path}", body, method=request.method))  # noqa: S310 - loopback, see fake_address


def _answer(asked: Request) -> HttpResponse:
    try:
        with _opener.open(asked, timeout=ANSWER_WITHIN) as found:
            return HttpResponse(found.read(), status=found.status, content_type=found.headers["Content-Type"])
    except HTTPError as error:
        with error:
            headers = {"Location": error.headers["Location"]} if error.headers["Location"] else {}
            return HttpResponse(error.read(), error.headers["Content-Type"], error.code, headers=headers)
    except URLError as error:
        said = f"The stand-in of the provider does not answer ({error.reason}). Start the demo again."
        return HttpResponse(said, "text/plain; charset=utf-8", 503)
