"""Old addresses lead to the right page: which ones a thing had, and the redirects for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.encoding import uri_to_iri
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from standfirst.importers.wordpress.entries import Author, Channel, Item, Term
from standfirst.importers.wordpress.mapping import Addresses

LONGEST = 255
"""What a redirect's old address may have (wagtail.contrib.redirects)."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a redirect leads: a page, or an address."""

    page_pk: int | None = None
    link: str = ""


class OldSite:
    """The address of the old site, and what belongs to it."""

    def __init__(self, channel: Channel, words: Addresses) -> None:
        self.words = words
        self.base = channel.address
        parts = urlsplit(self.base)
        self.prefix = parts.path.rstrip("/")
        self.scheme = parts.scheme or "https"
        hosts = (urlsplit(address.strip()).hostname for address in (self.base, channel.link))
        self.hosts = {_bare(host) for host in hosts if host}

    def is_own(self, address: str) -> bool:
        """Whether `address` (absolute) is on the old site."""
        try:
            parts = urlsplit(address)
            host = parts.hostname
        except ValueError:
            return False
        inside = not self.prefix or parts.path == self.prefix or parts.path.startswith(self.prefix + "/")
        return host is not None and _bare(host) in self.hosts and inside

    def absolute(self, address: str) -> str:
        """`address` as the old site's readers' browsers understood it."""
        address = address.strip()
        if address.startswith("//"):
            return f"{self.scheme}:{address}"
        if address.startswith("/") and self.base:
            parts = urlsplit(self.base)
            return f"{parts.scheme}://{parts.netloc}{address}"
        return address

    def query(self, key: str, value: str) -> str:
        """The address WordPress answers to for any thing, whatever its permalinks look like."""
        return normal(f"{self.prefix}/?{key}={value}")

    def of_item(self, item: Item, kind: str) -> list[str]:
        """Every old address of a post, page or attachment, normalised."""
        found = [normal(item.link)] if item.link else []
        if item.post_id:
            keys = {"page": ["page_id", "p"], "attachment": ["attachment_id", "p"]}.get(kind, ["p"])
            found += [self.query(key, item.post_id) for key in keys]
        if item.guid and "?" in item.guid and self.is_own(item.guid):
            found.append(normal(item.guid))
        return self.usable(found)

    def of_term(self, term: Term, ancestors: list[str]) -> list[str]:
        """Old addresses of a category or tag; `ancestors` are the slugs of the categories above it, top first."""
        if term.taxonomy == "post_tag":
            found = [f"{self.prefix}/{self.words.tag_base}/{term.slug}", self.query("tag", term.slug)]
            if term.term_id:
                found.append(self.query("tag_id", term.term_id))
        else:
            base = f"{self.prefix}/{self.words.category_base}/"
            found = [base + term.slug, base + "/".join([*ancestors, term.slug])]
            found.append(self.query("category_name", term.slug))
            if term.term_id:
                found.append(self.query("cat", term.term_id))
        return self.usable([normal(address) for address in found])

    def of_author(self, login: str, author: Author | None) -> list[str]:
        found = [f"{self.prefix}/{self.words.author_base}/{login}", self.query("author_name", login)]
        nicename = "".join(letter if letter.isalnum() else "-" for letter in login.lower()).strip("-")
        found.append(f"{self.prefix}/{self.words.author_base}/{nicename}")
        if author and author.author_id:
            found.append(self.query("author", author.author_id))
        return self.usable([normal(address) for address in found])

    def usable(self, addresses: list[str]) -> list[str]:
        """Addresses that can be stored, each once; the old front page is nobody's."""
        fronts = {"", "/", self.prefix, self.prefix + "/"}
        return [address for address in dict.fromkeys(addresses) if address not in fronts and len(address) <= LONGEST]

    def of_file(self, url: str) -> list[str]:
        return self.usable([normal(url)] if self.is_own(url) or url.startswith("/") else [])


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def normal(address: str) -> str:
    """The path and query of `address` as redirects are stored and looked up."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = parts.path or "/"
    if not path.startswith("/"):
        path = "/" + path
    path = path.rstrip("/") or "/"
    query = "&".join(sorted(filter(None, parts.query.split("&"))))
    return uri_to_iri(f"{path}?{query}" if query else path)


def add_redirects(wanted: Iterable[tuple[str, Target]], site: Site | None) -> None:
    """Store redirects for addresses that have none; one that staff made stays. Inside the caller's transaction."""
    fresh: dict[str, Target] = {}
    for address, target in wanted:
        fresh.setdefault(address, target)
    taken: set[str] = set()
    addresses = list(fresh)
    for start in range(0, len(addresses), 400):
        part = addresses[start : start + 400]
        taken.update(Redirect.objects.filter(old_path__in=part).values_list("old_path", flat=True))
    Redirect.objects.bulk_create(
        Redirect(
            old_path=address,
            site=site,
            is_permanent=True,
            automatically_created=True,
            redirect_page_id=target.page_pk,
            redirect_link=target.link[:LONGEST],
        )
        for address, target in fresh.items()
        if address not in taken
    )


def pages_at(addresses: Iterable[str]) -> dict[str, int]:
    """The pages that old addresses (normalised) lead to."""
    wanted = list(dict.fromkeys(addresses))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 400):
        rows = Redirect.objects.filter(old_path__in=wanted[start : start + 400], redirect_page__isnull=False)
        found.update(rows.values_list("old_path", "redirect_page_id"))
    return found
