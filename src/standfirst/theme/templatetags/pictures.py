"""The picture tag: one `<picture>` from the sizes that are ready, without a query and without encoding anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django import template
from django.core.files.storage import FileSystemStorage, default_storage
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

Entry = dict[str, Any]

MODERN = (("avif", "image/avif"), ("webp", "image/webp"))
RATIOS = ("", "16x9", "3x2", "1x1")
ATTRIBUTES = {"class", "id"}


@register.simple_tag
def picture(
    pic: Any,
    *,
    alt: str | None = None,
    sizes: str = "100vw",
    ratio: str = "",
    eager: bool = False,
    **attributes: str,
) -> SafeString:
    """Return a `<picture>` of `pic`, or nothing when there is none.

    Args:
        pic: anything with `ready` (list of `{ratio, format, w, h, file}`) and `alt_text`; `None` prints nothing.
        alt: alternative text here; `None` takes the picture's own, "" says decorative.
        sizes: how wide the picture is shown, in the words of HTML's `sizes`.
        ratio: "16x9", "3x2", "1x1", or "" for the picture's own.
        eager: `True` for the one picture on top of the page: loaded at once and first.
        attributes: `class` and `id` of the `<img>`.
    """
    if ratio not in RATIOS:
        raise template.TemplateSyntaxError(f"picture: ratio “{ratio}” is unknown, use one of {', '.join(RATIOS[1:])}.")
    if unknown := set(attributes) - ATTRIBUTES:
        raise template.TemplateSyntaxError(f"picture: unknown {', '.join(sorted(unknown))}; class and id are allowed.")
    entries = nearest_ratio(getattr(pic, "ready", None) or [], ratio)
    if not entries:
        return mark_safe("")
    sources = format_html_join("", "{}", ((source,) for source in _sources(entries, sizes)))
    image = _image(entries, pic.alt_text if alt is None else alt, eager, attributes)
    return format_html("<picture>{}{}</picture>", sources, image)


def nearest_ratio(ready: Iterable[Entry], ratio: str) -> list[Entry]:
    """Return the entries of `ratio`; of the natural ratio, or whatever there is, while they are not made yet."""
    entries = list(ready)
    for wanted in (ratio, ""):
        if found := [entry for entry in entries if entry["ratio"] == wanted]:
            return found
    return entries


def address(file: str) -> str:
    """Return the public address of a stored file."""
    if isinstance(default_storage, FileSystemStorage) and default_storage.base_url:
        # What `FileSystemStorage.url` does, at a tenth of its time: a front page asks hundreds of times.
        return default_storage.base_url + quote(file, safe="/~!*()'")
    return default_storage.url(file)


def _sources(entries: list[Entry], sizes: str) -> list[SafeString]:
    tags = []
    for file_format, kind in MODERN:
        if candidates := sorted((e for e in entries if e["format"] == file_format), key=lambda e: e["w"]):
            srcset = ", ".join(f"{address(entry['file'])} {entry['w']}w" for entry in candidates)
            tags.append(format_html('<source type="{}" srcset="{}" sizes="{}">', kind, srcset, sizes))
    return tags


def _image(entries: list[Entry], alt: str, eager: bool, attributes: dict[str, str]) -> SafeString:
    """Return `<img>` with the size that every browser can show; the widest WebP only when there is none."""
    modern = {name for name, _kind in MODERN}
    plain = [entry for entry in entries if entry["format"] not in modern]
    entry = max(plain or entries, key=lambda candidate: candidate["w"])
    loading = {"loading": "eager", "fetchpriority": "high"} if eager else {"loading": "lazy"}
    return format_html(
        "<img{}>",
        flatatt(
            {
                **attributes,
                "src": address(entry["file"]),
                "width": entry["w"],
                "height": entry["h"],
                "alt": alt,
                "decoding": "async",
                **loading,
            }
        ),
    )
