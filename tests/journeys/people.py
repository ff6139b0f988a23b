"""The people of the journeys and what they know: their addresses, their passwords, their second factors."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from dataclasses import dataclass

PASSWORD = "a quiet word at dawn"
PERIOD = 30


@dataclass(frozen=True)
class Person:
    """Somebody who signs in. `secret` is that of their authenticator app; without one they have none yet."""

    role: str
    email: str
    name: str
    secret: str = ""


REPORTER = Person("reporter", "reporter@ridgeline.example", "Nino Beridze")
EDITOR = Person("editor", "editor@ridgeline.example", "Anahit Sargsyan")
PUBLISHER = Person("publisher", "publisher@ridgeline.example", "Leyla Mammadova", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
PICTURE_EDITOR = Person("picture_editor", "pictures@ridgeline.example", "Tamar Kiknadze")
MEMBERSHIP_MANAGER = Person("membership_manager", "members@ridgeline.example", "Aram Petrosyan")
ADMINISTRATOR = Person(
    "administrator", "administrator@ridgeline.example", "Giorgi Lomidze", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
)
NEWCOMER = Person("publisher", "newcomer@ridgeline.example", "Sevda Aliyeva")
FORGETFUL = Person("reporter", "forgetful@ridgeline.example", "Davit Abashidze")
TARGET = Person("reporter", "target@ridgeline.example", "Mariam Grigoryan")
STAFF = (
    REPORTER,
    EDITOR,
    PUBLISHER,
    PICTURE_EDITOR,
    MEMBERSHIP_MANAGER,
    ADMINISTRATOR,
    NEWCOMER,
    FORGETFUL,
    TARGET,
)


def one_time_code(secret: str, *, later: int = 0) -> str:
    """Return what an authenticator app shows for `secret` now, or `later` periods of 30 s from now (RFC 6238)."""
    counter = int(time.time()) // PERIOD + later
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
