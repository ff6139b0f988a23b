"""Text of the classic editor: paragraphs in blank lines, shortcodes, addresses on lines of their own.

What WordPress does with it when it shows it: developer.wordpress.org/reference/functions/wpautop and the handbook on
embeds.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from standfirst.importers.wordpress.content import values
from standfirst.importers.wordpress.content.embeds import is_embeddable
from standfirst.importers.wordpress.content.figures import show_recording
from standfirst.importers.wordpress.content.flow import Flow
from standfirst.importers.wordpress.content.markup import safe_tree
from standfirst.importers.wordpress.content.shortcodes import Shortcode, replace

_ADDRESS_LINE = re.compile(r"^[ \t]*(https?://[^\s<>\"\[\]]+)[ \t\r]*$", re.MULTILINE)
_MORE = re.compile(r"<!--\s*more\b.*?-->|<!--\s*noteaser\s*-->", re.S)
_NEXT_PAGE = re.compile(r"<!--\s*nextpage\s*-->")
_PLACEHOLDER = re.compile(r"<(?=/?wpx\b)", re.I)
_CAPTION_PARTS = re.compile(r"^(?P<media>.*?<img\b[^>]*>(?:\s*</a>)?)(?P<text>.*)$", re.S | re.I)


def convert_classic(flow: Flow, source: str, *, ready: bool = False) -> None:
    """Convert `source` and add its blocks to `flow`. `ready` text has its placeholders already."""
    if not ready:
        source = _PLACEHOLDER.sub("&lt;", source)  # nobody but us writes placeholders
        source = replace(source, lambda code: place_shortcode(flow, code))
    source = _NEXT_PAGE.sub("<hr>", _MORE.sub("\n\n", source))
    source = _ADDRESS_LINE.sub(lambda match: _place_address(flow, match), source)
    part = Flow(flow.sources, classic=True, hint=flow.hint)
    part.placed = flow.placed
    part.walk(safe_tree(source.replace("\r\n", "\n").replace("\r", "\n")))
    part.flush()
    flow.flush()
    flow.blocks += part.blocks
    flow.remarks += part.remarks
    flow.own_links = flow.own_links or part.own_links


def _place(flow: Flow, action: Callable[[Flow], None]) -> str:
    flow.placed.append(action)
    return f'<wpx data-n="{len(flow.placed) - 1}"></wpx>'


def _place_address(flow: Flow, match: re.Match[str]) -> str:
    address = html.unescape(match.group(1))
    if flow.sources.is_own(address) or not is_embeddable(address):
        return match.group()
    return _place(flow, lambda target: target.add(values.embed(address)))


def place_shortcode(flow: Flow, code: Shortcode) -> str:
    """Return what stands for `code` in the text: a placeholder, and for unknown ones what they enclose behind it."""
    handler = _SHORTCODES.get(code.name)
    if handler is not None:
        return _place(flow, lambda target: handler(target, code))
    if not code.content:
        return _place(flow, lambda target: target.keep(f"[{code.name}]", code.source))
    opening = code.source[: len(code.source) - len(code.content) - len(code.name) - 3]
    inner = replace(code.content, lambda inner_code: place_shortcode(flow, inner_code))
    return _place(flow, lambda target: target.keep(f"[{code.name}]", opening)) + inner


def _caption(flow: Flow, code: Shortcode) -> None:
    """`[caption]`: a picture and the words under it, in an attribute (old) or behind the picture."""
    match = _CAPTION_PARTS.match(code.content)
    if match is None:
        convert_classic(flow, code.content + " " + values.escaped(code.attributes.get("caption", "")))
        return
    words = values.plain(match["text"]) or values.plain(code.attributes.get("caption", ""))
    number = re.sub(r"\D", "", code.attributes.get("id", ""))
    before = flow.hint
    flow.hint = number
    flow.markup(f"<figure>{match['media']}<figcaption>{values.escaped(words)}</figcaption></figure>")
    flow.hint = before
    if "<a " in match["text"]:
        flow.remark("caption_link", "a link in a caption became plain text")


def _numbers(code: Shortcode) -> list[str]:
    text = code.attributes.get("ids") or code.attributes.get("include") or ""
    return re.findall(r"\d+", text)


def _gallery(flow: Flow, code: Shortcode) -> None:
    numbers = _numbers(code) or flow.sources.attached()
    excluded = set(re.findall(r"\d+", code.attributes.get("exclude", "")))
    found = [flow.sources.media(number, "") for number in numbers if number not in excluded]
    shown = [values.picture_value(media, "", "") for media in found if media and media.kind == "picture"]
    if shown:
        flow.add(values.block("gallery", {"title": "", "pictures": values.items(shown)}))
    if not shown or len(shown) < len(found):
        flow.keep("[gallery]", code.source)


def _embed(flow: Flow, code: Shortcode) -> None:
    address = html.unescape(
        (values.plain(code.content) or code.attributes.get("src") or code.attributes.get("0", "")).strip()
    )
    if values.allowed_link(address) and address.startswith("http"):
        flow.add(values.embed(address))
    else:
        flow.keep("[embed]", code.source)


def _recording(flow: Flow, code: Shortcode) -> None:
    keys = ("src", "mp3", "m4a", "ogg", "wav", "wma", "mp4", "m4v", "webm", "ogv", "wmv", "flv", "mov", "0")
    addresses = [code.attributes[key] for key in keys if key in code.attributes]
    addresses += re.findall(r"https?://[^\s\"'<>\]]+", code.content)
    show_recording(flow, code.name, code.attributes.get("id", ""), addresses, code.source)


def _playlist(flow: Flow, code: Shortcode) -> None:
    kind = "video" if code.attributes.get("type") == "video" else "audio"
    numbers = _numbers(code)
    if not numbers:
        flow.keep("[playlist]", code.source)
    for number in numbers:
        show_recording(flow, kind, number, [], f"{code.source} ({number})")


_SHORTCODES: dict[str, Callable[[Flow, Shortcode], None]] = {
    "caption": _caption,
    "wp_caption": _caption,
    "gallery": _gallery,
    "embed": _embed,
    "audio": _recording,
    "video": _recording,
    "playlist": _playlist,
}
