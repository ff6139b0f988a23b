"""Asking Flitt: one signed request, one answer that is verified, its errors in our words."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from standfirst.payments.providers.fakes import fake_address
from standfirst.payments.providers.flitt.signature import is_signed, sign
from standfirst.payments.providers.interface import Credentials, NotReached, ProviderError

ADDRESS = "https://pay.flitt.com"
ANSWER_WITHIN = 25.0
"""Seconds for an answer: a payer waits for it, and a bank stands behind it."""
LARGEST_ANSWER = 256 * 1024
# https://docs.flitt.com/api/response-codes
DUPLICATE = "1013"
BAD_SIGNATURE = "1014"
NO_MERCHANT = "1016"
NO_ORDER = "1018"
NOT_IN_CONTRACT = frozenset({"1006", "1012"})
"""The merchant's contract lacks it (collecting by token, a currency): nothing that a payer could mend."""
NOT_DONE_YET = frozenset({"1000", "1002"})
"""Flitt's own fault, of which it does not say whether the request was carried out."""

Answer = dict[str, Any]


class _NoRedirects(HTTPRedirectHandler):
    """Nothing that is signed follows a redirect to another place."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


_opener = build_opener(_NoRedirects)


def merchant_of(account: Credentials) -> tuple[str, str]:
    """Return merchant number and payment key. Raises ProviderError when the account lacks one."""
    merchant, key = account.settings.get("merchant_id", ""), account.secrets.get("payment_key", "")
    if not merchant or not key:
        raise ProviderError(
            "This Flitt account has no merchant number or no payment key; enter both in its settings.",
            code="credentials",
        )
    return str(merchant), key


def ask(account: Credentials, path: str, *, signed_answer: bool = True, **values: object) -> Answer:
    """Send `values` to `/api/PATH` and return what was answered.

    Args:
        path: of the endpoint, such as `status/order_id`.
        signed_answer: whether a good answer has to carry a signature; that of `checkout/url` has none.
        values: what the endpoint asks for; the merchant, the version and the signature are added.

    Raises:
        NotReached: no answer, or one that does not say whether the request was carried out.
        ProviderError: Flitt refused; `code` is Flitt's, or `unknown`, `duplicate`, `credentials`, `configuration`.
    """
    merchant, key = merchant_of(account)
    request: Answer = {"merchant_id": merchant, "version": "1.0.1", **values}
    request["signature"] = sign(key, request)
    answer = _read(send(f"{fake_address(account) or ADDRESS}/api/{path}", {"request": request}))
    if answer.get("response_status") != "success":
        raise refusal(answer)
    if signed_answer and not is_signed(key, answer):
        raise NotReached("What was answered is not signed with this account's payment key; it is not believed.")
    return answer


def send(url: str, body: Answer) -> bytes:
    """Post `body` as JSON; return the answer's body, also that of a refusal. Raises NotReached."""
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - ADDRESS, or a fake on loopback
    host = urlsplit(url).netloc
    try:
        with _opener.open(request, timeout=ANSWER_WITHIN) as answer:
            found: bytes = answer.read(LARGEST_ANSWER)
            return found
    except HTTPError as error:
        with error:
            if error.code < 500:
                return error.read(LARGEST_ANSWER)
        raise NotReached(f"{host} answered {error.code}; it is asked again.") from error
    except (OSError, http.client.HTTPException) as error:
        cause = getattr(error, "reason", None) or error
        raise NotReached(f"{host} cannot be reached ({cause}); it is asked again.") from error


def _read(body: bytes) -> Answer:
    try:
        answer = json.loads(body)["response"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotReached("Flitt answered something that cannot be read; it is asked again.") from error
    if not isinstance(answer, dict):
        raise NotReached("Flitt answered something that cannot be read; it is asked again.")
    return answer


def refusal(answer: Answer) -> ProviderError:
    """Return the error that an answer says."""
    code = str(answer.get("error_code") or answer.get("response_code") or "")
    said = str(answer.get("error_message") or answer.get("response_description") or "without a reason")[:200]
    if code in NOT_DONE_YET:
        return NotReached(f"Flitt could not say whether it was done: {said} ({code})")
    if code == NO_ORDER:
        return ProviderError(f"Flitt knows no such order: {said} ({code})", code="unknown")
    if code == DUPLICATE:
        return ProviderError(f"Flitt has this order already: {said} ({code})", code="duplicate")
    if code in {BAD_SIGNATURE, NO_MERCHANT}:
        return ProviderError(
            f"Flitt does not accept merchant number and payment key: {said} ({code})", code="credentials"
        )
    if code in NOT_IN_CONTRACT:
        return ProviderError(f"Flitt has not switched this on for the merchant: {said} ({code})", code="configuration")
    return ProviderError(f"Flitt refused: {said} ({code or 'no code'})", code=code)
