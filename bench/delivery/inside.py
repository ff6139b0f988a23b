"""Jobs inside the newsroom of `STANDFIRST_HOME`, each in a process of its own.

fill N       add N stories
paths N      print the addresses of N stories spread over the archive
token        print an access token of a member
publish      for each line read, publish the newest story with that headline; print when that was committed
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wagtail.models import Revision


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.settings"
    django.setup()
    job, *arguments = sys.argv[1:]
    {"fill": fill, "paths": paths, "token": token, "publish": publish}[job](*arguments)


def fill(stories: str) -> None:
    from bench.archive import fill_edition
    from standfirst.stories.models import Edition

    fill_edition(Edition.objects.get(slug="en"), int(stories))


def paths(number: str) -> None:
    from bench.archive import article_paths

    print("\n".join(article_paths(int(number))))


def token() -> None:
    from django.conf import settings

    from standfirst.delivery.edge.access import AccessTokens

    tokens = AccessTokens([settings.SECRET_KEY])
    print(tokens.issue(variant="members", subject="bench", now=time.time(), life=3600))


def publish() -> None:
    from standfirst.stories.models import Article

    print("ready", flush=True)
    for line in sys.stdin:
        article = Article.objects.live().order_by("-first_published_at").first()
        assert article is not None
        article.title = line.strip()
        print(_committed_at(article.save_revision()), flush=True)


def _committed_at(revision: Revision) -> float:
    """Publish `revision`, and return the moment right after the commit, before the page store hears of it."""
    from django.db import transaction

    committed: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.monotonic()))
        revision.publish()
    return committed[0]


if __name__ == "__main__":
    main()
