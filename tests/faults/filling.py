"""Fills the newsroom of the fault suite: stories in an archive, and a publisher who is signed in at the desk.

Run inside the newsroom's own Django; prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module

import django

STORIES = 240


def main() -> None:
    """Fill it and say what there is."""
    django.setup()
    from bench.archive import article_paths, fill_edition

    from standfirst.stories.models import Edition, Section

    fill_edition(Edition.objects.get(slug="en"), STORIES)
    found = {
        "stories": list(article_paths(STORIES)),
        "lists": ["/en/", *(_address(section) for section in Section.objects.order_by("path"))],
        "cookie": _sign_in(),
    }
    sys.stdout.write(json.dumps(found))


def _address(page) -> str:  # type: ignore[no-untyped-def]
    return "/" + page.url_path.split("/", 2)[2]


def _sign_in() -> str:
    """Open a session as an administrator, and return its Cookie header."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from standfirst.accounts.models import User

    user = User.objects.filter(is_superuser=True).first()
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(10 * 365 * 86400)
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    main()
