"""Rich text on its way to the reader: footnotes numbered, foreign HTML sanitised."""

from __future__ import annotations

import re
from typing import Any

import nh3
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import expand_db_html

from standfirst.theme.language import digits

FOOTNOTE = re.compile(r'<footnote id="([^"]*)">.*?</footnote>', re.DOTALL)

# One line a group.
# fmt: off
ALLOWED_TAGS = frozenset({
    "div", "section", "details", "summary",  # sections of a text
    "p", "h2", "h3", "h4", "h5", "blockquote", "pre", "br", "hr",  # blocks
    "ul", "ol", "li", "dl", "dt", "dd",  # lists
    "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td",  # tables
    "figure", "figcaption", "img",  # pictures
    "em", "strong", "b", "i", "u", "s", "small", "mark", "sub", "sup", "ins", "del",  # marks
    "a", "abbr", "bdi", "cite", "code", "dfn", "kbd", "q", "samp", "span", "time", "var",  # phrases
})
# fmt: on
ALLOWED_ATTRIBUTES = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", "alt", "width", "height", "loading"},
    "li": {"value"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
SAFE_SCHEMES = {"http", "https", "mailto", "tel"}


def sanitised(html: str) -> SafeString:
    """Return `html` with nothing in it but the allowed tags and attributes: no script, style, frame or form."""
    return mark_safe(  # noqa: S308 - nh3 parses and rebuilds the HTML from an allow-list
        nh3.clean(
            html, tags=set(ALLOWED_TAGS), attributes=ALLOWED_ATTRIBUTES, url_schemes=SAFE_SCHEMES, link_rel="noopener"
        )
    )


class Footnotes:
    """The footnotes of one text, numbered in the order the text refers to them.

    A template makes one for its page, `{% rich %}` fills it while the body is shown, and the foot of the page lists it.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        self._references: dict[str, int] = {}

    @cached_property
    def _by_id(self) -> dict[str, Any]:
        """The page's notes; asked for by the first reference, so that a text without notes costs no query."""
        return {str(note.uuid): note for note in self._page.footnotes.all()} if hasattr(self._page, "footnotes") else {}

    def reference(self, uuid: str) -> SafeString:
        """Return the mark that stands in the text for note `uuid`; nothing for a note that is gone."""
        if uuid not in self._by_id:
            return SafeString()
        self._references[uuid] = self._references.get(uuid, 0) + 1
        number = list(self._references).index(uuid) + 1
        return format_html(
            '<sup class="note-mark"><a href="#note-{0}" id="note-{0}-{1}">{2}</a></sup>',
            str(number),
            str(self._references[uuid]),
            digits(str(number)),
        )

    def __len__(self) -> int:
        """How many notes the text shown so far refers to."""
        return len(self._references)

    def __iter__(self) -> Any:
        """Yield `(number, note, marks)` of every note referred to; `marks` are the numbers of its references."""
        for number, (uuid, times) in enumerate(self._references.items(), start=1):
            yield str(number), self._by_id[uuid], [str(mark) for mark in range(1, times + 1)]


def rich_text(value: Any, notes: Footnotes | None) -> SafeString:
    """Return the HTML of `value` (Wagtail's rich text or its source), links resolved and footnotes numbered.

    Without `notes` the references are left out: a text that is shown without its foot has nowhere to lead to.
    """
    html = expand_db_html(getattr(value, "source", value) or "")
    return mark_safe(  # noqa: S308 - the editor stores only whitelisted HTML
        FOOTNOTE.sub(lambda found: notes.reference(found[1]) if notes is not None else "", html)
    )
