"""Which query parameters a page reads: the only ones that make its address another page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict

from standfirst.delivery import trace


class TracedQuery(QueryDict):
    """A request's query that records the names it is asked for.

    Who asks for all of it (a loop, `urlencode`) may show any parameter: such a page is not stored.
    """

    def _read(self, name: Any) -> None:
        traced = trace.current()
        if traced is not None:
            traced.query.add(str(name))

    def _read_all(self) -> None:
        trace.keep_private("reads the whole query string")

    def __getitem__(self, key: str) -> Any:
        self._read(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._read(key)
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._read(key)
        return super().get(key, default)

    def getlist(self, key: str, default: Any = None) -> list[Any]:
        self._read(key)
        return super().getlist(key, default)

    def __iter__(self) -> Iterator[Any]:
        self._read_all()
        return super().__iter__()

    def __reversed__(self) -> Iterator[Any]:
        self._read_all()
        return super().__reversed__()

    def __eq__(self, other: object) -> bool:
        self._read_all()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        self._read_all()
        return super().__ne__(other)

    __hash__ = None  # type: ignore[assignment] # as that of every dict

    def __repr__(self) -> str:
        self._read_all()
        return super().__repr__()

    def __len__(self) -> int:
        self._read_all()
        return super().__len__()

    def keys(self) -> Any:
        self._read_all()
        return super().keys()

    def values(self) -> Any:
        self._read_all()
        return super().values()

    def items(self) -> Any:
        self._read_all()
        return super().items()

    def lists(self) -> Any:
        self._read_all()
        return super().lists()

    def dict(self) -> Any:
        self._read_all()
        return super().dict()

    def urlencode(self, safe: str | None = None) -> str:
        self._read_all()
        return super().urlencode(safe)


class QueryMiddleware:
    """Gives requests whose answer may be stored a query that records what is read of it; stands first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if trace.current() is not None:
            with trace.untraced():  # a query that is being filled asks itself for each name
                request.GET = TracedQuery(request.META.get("QUERY_STRING", ""), encoding=request.encoding)
        return self.get_response(request)
