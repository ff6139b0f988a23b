"""Two nodes, and what they share: a PostgreSQL and a Redis of the tests' own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import psycopg
import pytest
from moto.server import ThreadedMotoServer

from tests.faults.newsroom import Template
from tests.journeys.serving import command, prepare
from tests.nodes.node import PUBLIC_URL, Node
from tests.nodes.proxy import Proxy
from tests.postgresql import ROLE, find_programs, server
from tests.redis_server import RedisServer, find_program

DATABASE = "paper"


@dataclass
class Shared:
    """What the nodes share; the second reaches both servers by cables that can be pulled."""

    database_url: str
    options: dict[str, str]
    redis: RedisServer
    database_cable: Proxy
    redis_cable: Proxy

    def cut(self) -> None:
        self.database_cable.cut()
        self.redis_cable.cut()

    def refuse(self) -> None:
        self.database_cable.refuse()
        self.redis_cable.refuse()

    def mend(self) -> None:
        self.database_cable.mend()
        self.redis_cable.mend()


@dataclass
class Nodes:
    """Two nodes of one newsroom."""

    first: Node
    second: Node
    shared: Shared

    def on_front(self) -> list[str]:
        """Return the stories that stand on the front page."""
        front = self.first.page("/en/").body
        return list(dict.fromkeys(re.findall(r'href="(/en/[^"]+/story-\d+/)"', front)))


@pytest.fixture(scope="package")
def shared() -> Iterator[Shared]:
    if not find_programs() or not find_program():
        pytest.skip("PostgreSQL or Redis is not installed (Debian, Ubuntu: apt install postgresql redis-server)")
    redis = RedisServer()
    redis.start()
    with server() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        folder = url.partition("host=")[2]
        database_cable, redis_cable = Proxy(f"{folder}/.s.PGSQL.5432"), Proxy(("127.0.0.1", redis.port))
        with _bucket() as options:
            yield Shared(f"postgresql://{ROLE}@/{DATABASE}?host={folder}", options, redis, database_cable, redis_cable)
        database_cable.close()
        redis_cable.close()
    redis.close()


@contextmanager
def _bucket() -> Iterator[dict[str, str]]:
    """Run a server that speaks S3's protocol; give the options that name a bucket on it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys).create_bucket(Bucket="paper")
    yield {
        "STANDFIRST_MEDIA_BUCKET": "paper",
        "STANDFIRST_MEDIA_ENDPOINT": f"http://{host}:{port}",
        "STANDFIRST_MEDIA_REGION": "us-east-1",
        "STANDFIRST_MEDIA_ACCESS_KEY": "key",
        "STANDFIRST_MEDIA_SECRET_KEY": "secret",
        "STANDFIRST_TASKS": "rq",
    }
    server.stop()


@pytest.fixture(scope="package")
def nodes(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Both nodes, served, with every page stored."""
    folder = tmp_path_factory.mktemp("nodes")
    first = {**shared.options, "STANDFIRST_DATABASE_URL": shared.database_url, "STANDFIRST_REDIS_URL": shared.redis.url}
    second = {
        **shared.options,
        "STANDFIRST_DATABASE_URL": f"postgresql://{ROLE}@127.0.0.1:{shared.database_cable.port}/{DATABASE}",
        "STANDFIRST_REDIS_URL": f"redis://127.0.0.1:{shared.redis_cable.port}/0",
    }
    template = _newsroom(folder / "template", shared.database_url)
    found = Nodes(Node.of(template, folder / "first", **first), Node.of(template, folder / "second", **second), shared)
    try:
        for node in (found.first, found.second):
            node.start()
            node.warm()
        yield found
    finally:
        for node in (found.first, found.second):
            node.end()


def _newsroom(home: Path, database_url: str) -> Template:
    """Make the newsroom that the nodes serve; its own home folder only gives them configuration and key."""
    words = ["--name", "Ridgeline", "--admin-email", "first@ridgeline.example", "--base-url", PUBLIC_URL]
    command("init", *words, "--database-url", database_url, home=home)
    return Template(home, **json.loads(prepare("tests.faults.filling", home)))
