"""Sends events, signed: at once, or held back to be sent in any order, twice, late, or never."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable

from standfirst.payments.providers.stripe.fake.objects import Json

PAUSES = (1.0, 5.0, 30.0)
"""Seconds before an event that was not taken is sent again; Stripe goes on for three days."""


def signature(secret: str, body: bytes, moment: int) -> str:
    """Return the header `Stripe-Signature` (https://docs.stripe.com/webhooks/signature)."""
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


class Sender:
    """Sends events to `url`. `holds`: they wait for `deliver` instead of being sent by themselves."""

    def __init__(self, url: str, secret: str, *, holds: bool = False) -> None:
        self.url = url
        self.secret = secret
        self.holds = holds
        self.held: list[Json] = []
        self.lost: list[Json] = []
        self._waiting: queue.Queue[Json | None] = queue.Queue()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fake stripe webhooks", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send no more."""
        self._over.set()
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def tell(self, event: Json) -> None:
        """Send an event, or hold it back."""
        if self.holds:
            self.held.append(event)
        elif self.url:
            self._waiting.put(event)

    def _run(self) -> None:
        while (event := self._waiting.get()) is not None:
            for pause in (*PAUSES, None):
                if self.send(event) < 300 or pause is None or self._over.wait(pause):
                    break

    def send(self, event: Json, *, age: int = 0) -> int:
        """Send one event, signed `age` seconds ago; return the status of the answer, 599 for none."""
        body = json.dumps(event, indent=2).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0"}
        headers["Stripe-Signature"] = signature(self.secret, body, int(time.time()) - age)
        request = urllib.request.Request(self.url, body, headers, method="POST")  # noqa: S310 - given to the program
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
                return int(response.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 599

    def deliver(
        self, names: Iterable[str] | None = None, *, times: int = 1, age: int = 0, lose: Iterable[str] = ()
    ) -> list[tuple[str, int]]:
        """Send what is held, in the order of `names` (ids; all, as they came, when None), each `times` times.

        Those in `lose` are forgotten. Returns the ids with the status of each answer.
        """
        held = {event["id"]: event for event in self.held}
        dropped = set(lose)
        self.lost += [held[name] for name in held if name in dropped]
        wanted = [name for name in (names if names is not None else held) if name not in dropped]
        self.held = [event for event in self.held if event["id"] not in {*wanted, *dropped}]
        return [(name, self.send(held[name], age=age)) for name in wanted for _ in range(times)]
