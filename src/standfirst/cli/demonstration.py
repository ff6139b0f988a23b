"""The demo's staff, their sign-ins, and what is printed about them."""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The documented sign-ins, for loopback only.
DOCUMENTED_PASSWORD = "ridgeline-demo"  # noqa: S105 - public by design
SIGN_INS_FILE = "demo-sign-ins"
STAFF = [
    ("reporter", "reporter@ridgeline.example", "Nino Beridze"),
    ("editor", "editor@ridgeline.example", "Anahit Sargsyan"),
    ("publisher", "publisher@ridgeline.example", "Leyla Mammadova"),
    ("picture_editor", "pictures@ridgeline.example", "Tamar Kiknadze"),
    ("membership_manager", "members@ridgeline.example", "Aram Petrosyan"),
    ("administrator", "admin@ridgeline.example", "Giorgi Lomidze"),
]


@dataclass(frozen=True)
class DemoSignIn:
    """One account of the demo; `password` is empty where it stays what it was."""

    role: str
    email: str
    password: str


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own_addresses() -> list[str]:
    """Names and addresses this machine has, its name first; asks no other machine."""
    name = socket.gethostname()
    found = [name]
    with contextlib.suppress(OSError):  # a machine whose name resolves to nothing still has its name and loopback
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
    return list(dict.fromkeys([*found, "127.0.0.1", "localhost"]))


def staff() -> None:
    """Take in one person for each role, those who are there already excepted. Nobody can sign in yet."""
    from standfirst.accounts.actions import add_staff
    from standfirst.accounts.models import User

    known = set(User.objects.values_list("email", flat=True))
    for role, email, name in STAFF:
        if email not in known:
            add_staff(email=email, name=name, role=role)


def set_passwords(home: Path, *, loopback: bool) -> list[DemoSignIn]:
    """Make the sign-ins fit the address: the documented ones on loopback, else fresh random ones.

    The file in `home` remembers only which of the two hold, never a password.
    """
    from standfirst.accounts.models import User

    memory = home / SIGN_INS_FILE
    kept = loopback and memory.exists() and memory.read_text() == "documented"
    people = [] if kept else list(User.objects.filter(email__in=[email for _role, email, _name in STAFF]))
    passwords = {email: DOCUMENTED_PASSWORD if loopback else secrets.token_urlsafe(12) for _role, email, _name in STAFF}
    for person in people:
        person.set_password(passwords[person.email])
        person.save(update_fields=["password"])
    memory.write_text("documented" if loopback else "random")
    return [DemoSignIn(role.replace("_", " "), email, passwords[email]) for role, email, _name in STAFF]


def announce(addresses: Sequence[str], sign_ins: Sequence[DemoSignIn]) -> None:
    """Print where the site and the desk are, and who may sign in."""
    width = max(len(one.email) for one in sign_ins)
    print(f"\nThe site:  {addresses[0]}/")
    for address in addresses[1:]:
        print(f"           {address}/")
    print(f"The desk:  {addresses[0]}/desk/\n\nSign in at the desk as")
    for one in sign_ins:
        print(f"  {one.role:<19} {one.email:<{width}}  {one.password}")
    print("\nCtrl-C stops it.", flush=True)
