"""The edge: the WSGI application that stands in front of Django and answers from the page store."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from standfirst.delivery import health
from standfirst.delivery.edge import answers
from standfirst.delivery.edge.access import AccessTokens
from standfirst.delivery.edge.admission import Admission, Admitted
from standfirst.delivery.edge.asked import Asked, Hosts, Refused, asked_for, check_method, checked_path
from standfirst.delivery.edge.current import Current, Result, Stale
from standfirst.delivery.edge.entitlement import Entitlements
from standfirst.delivery.edge.flight import Flights
from standfirst.delivery.edge.flood import Flood
from standfirst.delivery.edge.hot import HotPage, HotPages, Ready, StartResponse
from standfirst.delivery.edge.negotiation import Choices
from standfirst.delivery.edge.network import network_of
from standfirst.delivery.edge.pages import Pages, Passing, Shown, hot_name
from standfirst.delivery.edge.passing import ask
from standfirst.delivery.edge.pulse import Pulse
from standfirst.delivery.edge.questions import Tokens, kind_of, question
from standfirst.delivery.edge.rendering import Django, Renderer
from standfirst.delivery.metrics import COUNTS
from standfirst.delivery.purging.cdn.service import Service
from standfirst.delivery.purging.hearing import heard
from standfirst.delivery.request_log import log_request
from standfirst.delivery.store import PageStore

logger = logging.getLogger("standfirst.delivery")

OUTCOME = "standfirst.outcome"
"""Where a request notes how it is answered, for the log."""
STAFF = ("/desk/", "/accounts/")
FILES = ("/static/", "/media/", "/documents/")
MEMBERS = ("/join/", "/account/", "/gift/", "/payments/", "/sandbox/")
PASSED = (*STAFF, *FILES, *MEMBERS, "/api/")
"""Always Django's: what lies below differs from person to person, or sends files."""
HEALTH = {"/healthz": health.healthz, "/readyz": health.readyz}
DATABASE_IS_AWAY = frozenset({"OperationalError", "InterfaceError", "DatabaseError"})
"""Failures that are nobody's mistake in a page: the reader is asked to come back, and sees no error."""
RENDER_THREADS = 3
"""For pages that are renewed, and as many for those nobody asked for before."""
LARGEST_WHOLE = 256 * 1024
"""Bytes up to which an answer of Django's is given to the server in one piece. The server then sends it by itself;
a longer one holds a thread until the client has read it."""
HOT_BYTES = 8 * 1024 * 1024
"""Bytes of pages that each process holds ready: some hundred. The others come compressed from the store."""


Endpoint = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
"""Answers one address without Django, within microseconds and whatever is sent; it is a WSGI application of its own."""


@dataclass(frozen=True)
class Plan:
    """What the edge has to know of the newsroom. `secrets` sign access tokens, the newest first.

    `address_key` names the header that says whose request it is (`edge.addresses`).
    `endpoints` are paths that other apps answer, for any method; the host has been checked when they are asked.
    """

    base_url: str
    hosts: Sequence[str]
    release: str
    secrets: Sequence[str]
    lock_file: Path
    service: Service = field(default_factory=Service)
    behind_proxy: bool = False
    address_key: str = ""
    redirect_to_https: bool = False
    hot_bytes: int = HOT_BYTES
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)


class Edge:
    """Answers from the store what it can, and asks `django` for the rest."""

    def __init__(self, django: Django, plan: Plan, store: Callable[[], PageStore | None]) -> None:
        self.django = django
        self.plan = plan
        self.store = store
        self.hosts = Hosts(plan.hosts)
        self.choices = Choices()
        self.hot = HotPages(plan.hot_bytes)
        self.entitlements = Entitlements(AccessTokens(plan.secrets))
        # All of them and MOST_WAITING together stay below the server's threads, so that some are always free.
        self.inside = Admission(at_once=10, waiting=4, patience=10.0)
        self.members = Admission(at_once=6, waiting=4, patience=10.0)
        self.anybody = Admission(at_once=4, waiting=2, patience=10.0)
        self.files = Admission(at_once=4, waiting=4, patience=10.0)
        self.long = Admission(at_once=6, waiting=0, patience=0.0)
        # An endpoint is quick, but whoever sends it a body drop by drop holds a thread for as long.
        self.endpoints = Admission(at_once=40, waiting=0, patience=0.0)
        flights: Flights[Result] = Flights(plan.lock_file, threads=RENDER_THREADS)
        self.pages = Pages(Renderer(django, plan.base_url), Current(flights, plan.release), self.hot, plan.service)
        self.pulse = Pulse(self.hot, store)
        self.flood = Flood()
        self.tokens = Tokens()
        self._any_scheme = not plan.redirect_to_https
        self._held: PageStore | None = None
        self._not_found: HotPage | None = None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        store = self._held
        if (
            store is not None
            and not environ["QUERY_STRING"]
            and environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and environ.get("HTTP_HOST") in self.hosts.known
            and (self._any_scheme or self._is_https(environ))
        ):
            name = environ["PATH_INFO"]
            if "HTTP_COOKIE" in environ and name in self.pages.varying:
                name = hot_name(Asked(name), self.entitlements.of(environ, store))
            page = self.hot.pages.get(name)
            now = time.time()
            if page is not None and page.stamp == store.state()[:3] and self.pulse.hears and now < page.until:
                ready = page.ready.get(self.choices.of(environ.get("HTTP_ACCEPT_ENCODING", "")))
                if ready is not None and now < ready.good_until:
                    page.used = True
                    body, same = ready.send(environ, start_response)
                    if same:
                        COUNTS.not_modified += 1
                    else:
                        COUNTS.hit += 1
                    return body
        return self._slowly(environ, start_response)

    def _slowly(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer what is not held ready; a refusal is an answer, too. What was slow or failed is logged."""
        begun = time.perf_counter()
        statuses = ["500"]

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            statuses.append(status)
            return start_response(status, headers, *exc_info)

        try:
            body = self._answer(environ, start)
        except Refused as refused:
            COUNTS.refused += 1
            environ[OUTCOME] = "refused"
            body = answers.refuse(refused, start)
        finally:
            log_request(
                method=environ["REQUEST_METHOD"],
                path=environ["PATH_INFO"],
                status=int(statuses[-1][:3]),
                seconds=time.perf_counter() - begun,
                outcome=environ.get(OUTCOME, "answered"),
            )
        # The edge's own answers are lists; Django's have to be closed by the server, which sends nothing of them.
        return [] if environ["REQUEST_METHOD"] == "HEAD" and isinstance(body, list) else body

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path in HEALTH:
            return answers.report(HEALTH[path](), start_response)
        self.hosts.check(environ.get("HTTP_HOST", ""))
        checked_path(path)
        is_https = self._is_https(environ)
        if self.plan.redirect_to_https and not is_https:
            return answers.redirect_to_https(environ, start_response)
        if is_https:
            environ["wsgi.url_scheme"] = "https"
        if (endpoint := self.plan.endpoints.get(path)) is not None:
            return self._at_endpoint(endpoint, environ, start_response)
        public = not path.startswith(PASSED)
        check_method(method, public=public)
        store = self._held = self.store()
        if not public or method not in ("GET", "HEAD") or store is None:
            return self._pass(environ, start_response, self._admission(path))
        self.pulse.begin()
        try:
            return self._send(environ, start_response, store, self._questioned(environ, store, asked_for(environ)))
        except Passing:
            environ["standfirst.variant"] = self.entitlements.of(environ, store)
            return self._pass(environ, start_response, self.anybody)

    def _at_endpoint(
        self, endpoint: Endpoint, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        if not self.endpoints.enter():
            COUNTS.refused += 1
            environ[OUTCOME] = "busy"
            return answers.unavailable(start_response)
        try:
            COUNTS.endpoint += 1
            environ[OUTCOME] = "endpoint"
            return endpoint(environ, start_response)
        finally:
            self.endpoints.leave()

    def _questioned(self, environ: dict[str, Any], store: PageStore, asked: Asked) -> Asked:
        """Return `asked`, in its one form when it is a question. Raises Refused (429): its network asks too much."""
        kind = kind_of(asked)
        if kind is None:
            return asked
        asked = question(kind, asked)
        if not self.pages.is_stored(store, asked):
            self.tokens.take(kind, network_of(environ, self.plan.address_key))
        return asked

    def _send(
        self, environ: dict[str, Any], start_response: StartResponse, store: PageStore, asked: Asked
    ) -> Iterable[bytes]:
        """Answer a request for a page. Raises Passing."""
        flooded = self.flood.keeps_out(store, asked)
        if flooded and self._not_found is None:
            raise Refused(404, "There is no page at this address.")
        if flooded:
            shown = Shown(self._not_found)
        elif self.flood.is_on and asked.query and not self.pages.is_stored(store, asked):
            raise Refused(429, "Too many pages are asked for. Please try again in a moment.", Retry_After="5")
        else:
            shown = self.pages.show(store, asked, self.entitlements.of(environ, store))
        page = shown.page
        if page is None:
            return self._without(environ, start_response, shown)
        if page.entry.status == 404:
            self._not_found = page
        if shown.new and (page.entry.status == 404 or _only_adds_a_slash(page, asked)):
            self.flood.missed()
        ready = self.pages.ready(store, page, self.choices.of(environ.get("HTTP_ACCEPT_ENCODING", "")))
        stale = shown.stale
        if stale is None and not self.pulse.hears:
            stale = Stale(heard(store.state()) or 0.0, "cut_off")
        if stale is not None:
            return self._send_stale(environ, start_response, ready, page, stale, asked)
        if page.entry.status in answers.REDIRECTS:
            COUNTS.hit += 1
            environ[OUTCOME] = "hit"
            return answers.send_redirect(ready, _left(asked, page), start_response)
        environ[OUTCOME] = "miss" if shown.new else "hit"
        body, same = ready.send(environ, start_response)
        if same:
            COUNTS.not_modified += 1
        elif shown.new:
            COUNTS.miss += 1
        else:
            COUNTS.hit += 1
        return body

    def _send_stale(
        self,
        environ: dict[str, Any],
        start_response: StartResponse,
        ready: Ready,
        page: HotPage,
        stale: Stale,
        asked: Asked,
    ) -> Iterable[bytes]:
        counter = environ[OUTCOME] = f"stale_{stale.reason}"
        setattr(COUNTS, counter, getattr(COUNTS, counter) + 1)
        headers = answers.stale_headers(ready, page, stale, self.plan.service)
        now = Ready(ready.status, headers, ready.body[0], ready.etag, ready.modified)
        if page.entry.status in answers.REDIRECTS:
            return answers.send_redirect(now, _left(asked, page), start_response)
        return now.send(environ, start_response)[0]

    def _without(self, environ: dict[str, Any], start_response: StartResponse, shown: Shown) -> Iterable[bytes]:
        """There is no page, not even an old one: Django's own error, or a word that there will be one soon."""
        COUNTS.refused += 1
        rendered = shown.rendered
        environ[OUTCOME] = "failed" if rendered is not None else "busy"
        if rendered is None or not rendered.body or rendered.failure in DATABASE_IS_AWAY:
            return answers.unavailable(start_response)
        headers = [(name, value) for name, value in rendered.headers if name.lower() != "cache-control"]
        start_response(answers.status_line(rendered.status), [*headers, ("Cache-Control", "no-store")])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [rendered.body]

    def _admission(self, path: str) -> Admission:
        """Who shares places inside Django: what strangers send to public addresses takes none of the staff's."""
        if path.startswith(FILES):
            return self.files
        if path.startswith(MEMBERS):  # who joins and pays, and what providers say of it, waits behind nobody else
            return self.members
        return self.inside if path.startswith(STAFF) else self.anybody

    def _pass(self, environ: dict[str, Any], start_response: StartResponse, admission: Admission) -> Iterable[bytes]:
        """Give Django the whole request, unless too many are there already."""
        environ[OUTCOME] = "passed"
        if not admission.enter():
            COUNTS.refused += 1
            environ[OUTCOME] = "busy"
            return answers.unavailable(start_response)
        try:
            passed = ask(self.django, environ, largest=LARGEST_WHOLE)
        finally:
            admission.leave()
        COUNTS.passed += 1
        if isinstance(passed.body, bytes):
            start_response(passed.status, passed.headers)
            return [passed.body]
        if not self.long.enter():
            passed.close()
            environ[OUTCOME] = "busy"
            return answers.unavailable(start_response)
        start_response(passed.status, passed.headers)
        return Admitted(passed.body, self.long)

    def _is_https(self, environ: dict[str, Any]) -> bool:
        """Whether the client came by https, here or to the proxy in front, of whose words the first counts."""
        if environ["wsgi.url_scheme"] == "https":
            return True
        said = environ.get("HTTP_X_FORWARDED_PROTO", "") if self.plan.behind_proxy else ""
        return bool(said.partition(",")[0].strip().lower() == "https")


def _only_adds_a_slash(page: HotPage, asked: Asked) -> bool:
    """Whether `page` leads from `asked` to the same address with a slash: there may be nothing there either."""
    if page.entry.status not in answers.REDIRECTS:
        return False
    target = next((value for name, value in page.entry.headers if name.lower() == "location"), "")
    return urlsplit(target).path.rstrip("/") == quote(asked.path.encode("latin-1"), safe="/:@!$&'()*+,;=~").rstrip("/")


def _left(asked: Asked, page: HotPage) -> str:
    """What of the query no page read."""
    return urlencode([pair for pair in asked.query if pair not in page.read])
