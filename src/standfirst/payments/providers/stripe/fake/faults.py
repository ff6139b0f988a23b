"""Refusals, as Stripe writes them (https://docs.stripe.com/api/errors)."""

from __future__ import annotations

from typing import Any


class Fault(Exception):
    """An answer that is an error."""

    def __init__(
        self, status: int, message: str, *, kind: str = "invalid_request_error", code: str = "", **more: str
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {
            "error": {"type": kind, "message": message, **({"code": code} if code else {}), **more}
        }


def missing(kind: str, name: str) -> Fault:
    """There is no such object."""
    return Fault(404, f"No such {kind.replace('_', ' ')}: '{name}'", code="resource_missing", param="id")


def wrong(message: str, *, param: str = "", code: str = "parameter_invalid") -> Fault:
    """A request that makes no sense."""
    return Fault(400, message, code=code, param=param)


def declined(code: str) -> Fault:
    """The bank said no."""
    return Fault(402, "Your card was declined.", kind="card_error", code="card_declined", decline_code=code)
