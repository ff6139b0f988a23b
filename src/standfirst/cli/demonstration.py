"""The demo's staff, their sign-ins, and what is printed about them."""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# The documented sign-ins, for loopback only.
DOCUMENTED_PASSWORD = "ridgeline-demo"  # noqa: S105 - public by design
# An address that belongs to nobody (RFC 5737).
ELSEWHERE = ("192.0.2.1", 9)
SIGN_INS_FILE = "demo-sign-ins"


@dataclass(frozen=True)
class DemoSignIn:
    """One account of the demo, and the password that holds now."""

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
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket sends nothing: it only chooses the address that would be sent from.
        probe.connect(ELSEWHERE)
        found.append(str(probe.getsockname()[0]))
    return list(dict.fromkeys([*found, "127.0.0.1", "localhost"]))


def demo_staff() -> list[tuple[str, str]]:
    """Role and e-mail address of each account of the demo newsroom, in the order in which they are shown."""
    from standfirst.demo.content import CONTENT, load_toml

    return [(str(one["role"]), str(one["email"])) for one in load_toml(CONTENT / "newsroom.toml")["staff"]]


@contextlib.contextmanager
def without_mail() -> Iterator[None]:
    """While the demo's stories walk through the workflow, nobody is told of it by mail."""
    from django.conf import settings

    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = usual


def set_passwords(home: Path, *, loopback: bool) -> list[DemoSignIn]:
    """Make the sign-ins fit the address: the documented ones on loopback, else fresh random ones.

    The file in `home` remembers only which of the two hold, never a password.
    """
    from standfirst.accounts.models import User

    memory = home / SIGN_INS_FILE
    kept = loopback and memory.exists() and memory.read_text() == "documented"
    signs = [
        DemoSignIn(role.replace("_", " "), email, DOCUMENTED_PASSWORD if loopback else secrets.token_urlsafe(12))
        for role, email in demo_staff()
    ]
    for sign in [] if kept else signs:
        person = User.objects.get(email=sign.email)
        person.set_password(sign.password)
        person.save(update_fields=["password"])
    memory.write_text("documented" if loopback else "random")
    return signs


def announce(addresses: Sequence[str], sign_ins: Sequence[DemoSignIn], to_import: Path) -> None:
    """Print where the site and the desk are, who may sign in, and where files to import are."""
    width = max(len(one.email) for one in sign_ins)
    print(f"\nThe site:  {addresses[0]}/")
    for address in addresses[1:]:
        print(f"           {address}/")
    print(f"The desk:  {addresses[0]}/desk/\n\nSign in at the desk as")
    for one in sign_ins:
        print(f"  {one.role:<19} {one.email:<{width}}  {one.password}")
    print(f"\nNo payment is real. Join at {addresses[0]}/join/")
    if to_import.exists():
        print(f"A bank statement and a list of members to import: {to_import}")
    print("\nCtrl-C stops it.", flush=True)
