"""Delivers the fake's callbacks, and repeats them as Flitt documents (https://docs.flitt.com/api/callbacks)."""

from __future__ import annotations

import http.client
import json
import logging
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from standfirst.payments.providers.flitt.fake.world import Values, World

logger = logging.getLogger("standfirst.payments")

PAUSES = (2, 60, 300, 600, 3600, 86400)
"""Seconds after each attempt that was not answered with 200."""
ANSWER_WITHIN = 30.0
LOOK_EVERY = 0.2


@dataclass
class Owed:
    """One callback on its way."""

    url: str
    values: Values
    due: float
    attempts: int = 0


class Deliverer:
    """A thread that takes the world's callbacks and delivers them. `hurry`: how many times faster than Flitt."""

    def __init__(self, world: World, hurry: float = 1.0) -> None:
        self.world, self.hurry = world, hurry
        self.owed: list[Owed] = []
        self._stop = Event()
        self._thread = Thread(target=self._run, name="callbacks", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            self.step(monotonic())

    def step(self, now: float) -> None:
        """Deliver what is due at `now`."""
        with self.world.lock:
            new, self.world.callbacks[:] = list(self.world.callbacks), []
        self.owed += [Owed(url, values, now) for url, values in new]
        for one in [one for one in self.owed if one.due <= now]:
            one.attempts += 1
            if deliver(one.url, one.values) or one.attempts > len(PAUSES):
                self.owed.remove(one)
            else:
                one.due = now + PAUSES[one.attempts - 1] / self.hurry


def deliver(url: str, values: Values) -> bool:
    """Post one callback; return whether it was answered with 200."""
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    request = Request(url, json.dumps(values).encode(), headers, method="POST")  # noqa: S310 - the merchant's own
    try:
        with urlopen(request, timeout=ANSWER_WITHIN) as answer:  # noqa: S310 - the same
            return bool(answer.status == 200)
    except HTTPError as error:
        error.close()
        logger.warning("a callback to %s was answered with %d", url, error.code)
    except (OSError, http.client.HTTPException) as error:
        logger.warning("a callback to %s was not answered: %s", url, error)
    return False
