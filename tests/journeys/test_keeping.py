"""A backup made while the newsroom is served brings the same site back elsewhere."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.journeys.serving import Served, command


def fetch(site: Served, path: str) -> bytes:
    """Return the body of a page of `site`, its own address in it made neutral."""
    with urlopen(site.url + path) as response:  # noqa: S310 - our own server
        body = response.read()
        if response.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
    return bytes(body).replace(site.url.encode(), b"https://site.example").replace(str(site.port).encode(), b"PORT")


def all_addresses(site: Served) -> list[str]:
    """Every address in the sitemaps, and the machines' own pages."""
    index = fetch(site, "/sitemap.xml").decode()
    maps = [urlsplit(address).path for address in re.findall(r"<loc>([^<]+)</loc>", index)]
    pages = {
        urlsplit(address).path
        for one in maps
        for address in re.findall(r"<loc>([^<]+)</loc>", fetch(site, one).decode())
    }
    return sorted(pages | set(maps) | {"/sitemap.xml", "/robots.txt", "/en/feed.xml", "/en/feed.json"})


def test_the_same_site_comes_back_elsewhere(newsroom: Served, tmp_path: Path) -> None:
    addresses = all_addresses(newsroom)
    assert len(addresses) > 10
    before = {path: fetch(newsroom, path) for path in addresses}
    archive = tmp_path / "backup.tar.gz"
    command("backup", "--to", str(archive), home=newsroom.home)
    assert archive.stat().st_size > 0
    elsewhere = Served(tmp_path / "elsewhere")
    command("restore", str(archive), home=elsewhere.home)
    elsewhere.start()
    try:
        assert all_addresses(elsewhere) == addresses
        after = {path: fetch(elsewhere, path) for path in addresses}
    finally:
        elsewhere.stop()
    assert [path for path in addresses if after[path] != before[path]] == []
    refused = command("restore", str(archive), home=elsewhere.home, status=2)
    assert "--overwrite" in refused


def test_a_damaged_archive_is_refused_and_changes_nothing(newsroom: Served, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    command("backup", "--to", str(archive), home=newsroom.home)
    content = bytearray(archive.read_bytes())
    inside = content.index(b"\x1f\x8b") + 1000  # of the packed database; elsewhere there may be nothing but padding
    content[inside : inside + 64] = bytes(byte ^ 0xFF for byte in content[inside : inside + 64])
    archive.write_bytes(content)
    elsewhere = tmp_path / "elsewhere"
    said = command("restore", str(archive), home=elsewhere, status=2)
    assert "standfirst: " in said
    assert "take another backup" in said
    assert not elsewhere.exists()
