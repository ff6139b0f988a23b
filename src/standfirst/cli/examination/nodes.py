"""Checks of what several nodes share; Django is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from standfirst.cli.examination.finding import Finding, good, note, problem
from standfirst.cli.home import Home

FILE = "doctor-was-here"


def check_bucket(home: Home) -> Iterator[Finding]:
    """Something can be written to the bucket, read back and deleted."""
    if not home.options.media_bucket:
        return
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    try:
        name = default_storage.save(FILE, ContentFile(b"standfirst doctor"))
        with default_storage.open(name) as file:
            file.read()
        default_storage.delete(name)
    except Exception as error:  # noqa: BLE001 - boto3 raises classes that it makes up at run time
        remedy = "check media_endpoint, media_bucket and the rights of media_access_key (read, write, delete)."
        yield problem("media", f"the bucket {home.options.media_bucket} cannot be used ({error})", remedy)
    else:
        yield good("media", f"the bucket {home.options.media_bucket} can be written")


def check_redis(home: Home) -> Iterator[Finding]:
    """The server of `redis_url` answers."""
    if not home.options.redis_url:
        return
    try:
        import redis

        redis.Redis.from_url(home.options.redis_url, socket_timeout=5, socket_connect_timeout=5).ping()
    except ImportError:
        yield problem("redis", "its client is not installed", "install requirements-nodes.txt.")
    except redis.RedisError as error:
        remedy = "check redis_url; meanwhile changes reach the other nodes within a second, tasks by the database."
        yield problem("redis", f"the server does not answer ({error})", remedy)
    else:
        yield good("redis", "the server answers")


def check_nodes(home: Home) -> Iterator[Finding]:
    """The nodes that run now have the same release, the same secret key, and their media in one place."""
    if home.uses_sqlite:
        return
    from standfirst.delivery.models import Node

    nodes = Node.present()
    if len(nodes) < 2:
        return
    comparisons: list[tuple[str, Callable[[Any], str], str]] = [
        ("release", lambda node: node.release, "upgrade the others; pages of one lead to files of the other."),
        ("secret key", lambda node: node.secret, "copy secret.key from one node to the others, and restart them."),
        ("media", lambda node: node.media, "set media_bucket on all of them, or share the folder."),
    ]
    differing = False
    for subject, value, remedy in comparisons:
        if len({value(node) for node in nodes}) > 1:
            differing = True
            shown = ", ".join(f"{node.name} ({value(node)[:12]})" for node in nodes)
            report = note if subject == "media" else problem
            yield report("nodes", f"they differ in their {subject}: {shown}", remedy)
    if not differing:
        yield good("nodes", ", ".join(node.name for node in nodes))
