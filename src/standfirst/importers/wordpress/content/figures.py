"""Pictures, galleries, sound, film, players of other sites."""

from __future__ import annotations

import re
from typing import Any

from standfirst.importers.wordpress.content import values
from standfirst.importers.wordpress.content.embeds import address_of_player, is_embeddable
from standfirst.importers.wordpress.content.flow import Flow, handles
from standfirst.importers.wordpress.content.markup import source_of
from standfirst.importers.wordpress.content.values import MediaFile

_NUMBER = re.compile(r"\b(?:wp-image-|attachment_)(\d+)")
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|svg)(?:\?.*)?$", re.I)


def number_of(element: Any) -> str:
    """The attachment's number as WordPress writes it into the class or a data attribute, else an empty string."""
    match = _NUMBER.search(element.get("class") or "")
    return match.group(1) if match else element.get("data-id") or element.get("data-attachment-id") or ""


def address_of(element: Any) -> str:
    """Where the file is; loading tricks put the true address into data attributes."""
    for name in ("data-src", "data-lazy-src", "data-orig-file", "data-original", "src"):
        address = (element.get(name) or "").strip()
        if address and not address.startswith("data:"):
            return str(address)
    first = (element.get("srcset") or "").strip().split(" ")[0]
    return first if first.startswith("http") else ""


def find_picture(flow: Flow, element: Any) -> MediaFile | None:
    """The imported picture of an `<img>`."""
    address = flow.sources.absolute(address_of(element))
    media = flow.sources.media(number_of(element) or flow.hint, address)
    return media if media and media.kind == "picture" else None


def show_picture(flow: Flow, element: Any, caption: str) -> None:
    """Add the picture of an `<img>` with its caption, or keep its markup when the file did not come over."""
    media = find_picture(flow, element)
    if media is None:
        flow.keep("picture", source_of(element) + (f"\n{caption}" if caption else ""))
        return
    value = values.picture_value(media, caption, (element.get("alt") or "").strip())
    last = flow.blocks[-1] if flow.blocks else None
    if last and last["type"] == "picture" and last["value"]["picture"] == media.pk and not caption:
        return  # the same picture again: a copy for browsers without script
    flow.add(values.block("picture", value))


@handles("img")
def picture(flow: Flow, element: Any) -> None:
    classes = element.get("class") or ""
    alt = (element.get("alt") or "").strip()
    if ("wp-smiley" in classes or "emoji" in classes.split()) and alt:
        flow.inline(values.escaped(alt))
    elif element.get("width") == "1" and element.get("height") == "1":
        flow.keep("counting pixel", source_of(element))
    else:
        flow.flush()
        show_picture(flow, element, "")


@handles("figure")
def figure(flow: Flow, element: Any) -> None:
    """A figure: one picture, several, or whatever else stands in it, with the caption under it."""
    pictures = list(element.iter("img"))
    if holds_only_pictures(element):
        show_gallery(flow, element) if len(pictures) > 1 else show_picture(flow, pictures[0], caption_of(flow, element))
        return
    words = caption_of(flow, element)
    for caption in list(element.iter("figcaption")):
        caption.drop_tree()
    flow.flush()
    before = len(flow.blocks)
    flow.walk(element)
    flow.flush()
    if words:
        _put_caption(flow, words, before)


def holds_only_pictures(element: Any) -> bool:
    """Whether `element` has pictures and, besides their captions, nothing else that readers would see."""
    if (
        element.find(".//img") is None
        or next(element.iter("video", "audio", "iframe", "table", "wpx"), None) is not None
    ):
        return False
    captions = "".join("".join(caption.itertext()) for caption in element.iter("figcaption"))
    return len(values.collapsed("".join(element.itertext()))) <= len(captions)


def caption_of(flow: Flow, element: Any) -> str:
    """The text of the captions below `element`; captions hold no links, so a lost one is noted."""
    captions = list(element.iter("figcaption"))
    if any(caption.find(".//a[@href]") is not None for caption in captions):
        flow.remark("caption_link", "a link in a caption became plain text")
    return values.collapsed(" ".join("".join(caption.itertext()) for caption in captions))


def _put_caption(flow: Flow, words: str, before: int) -> None:
    """Give the caption to the block it belongs to, else let it follow as a paragraph."""
    for entry in flow.blocks[before:]:
        value = entry["value"]["table"] if entry["type"] == "table" else entry["value"]
        if isinstance(value, dict) and value.get("caption") == "":
            value["caption"] = words[:255] if entry["type"] in ("table", "embed", "audio", "video") else words
            if value["caption"] == words:
                return
            value["caption"] = ""
    flow.add(values.paragraph(values.escaped(words)))


def show_gallery(flow: Flow, element: Any) -> None:
    """All pictures below `element` as one gallery, each with the caption of its own figure."""
    shown: list[dict[str, Any]] = []
    missing: list[str] = []
    for image in list(element.iter("img")):
        media = find_picture(flow, image)
        own = _own_figure(image, element)
        caption = caption_of(flow, own) if own is not None else ""
        if media is None:
            missing.append(source_of(image) + (f"\n{caption}" if caption else ""))
        else:
            shown.append(values.picture_value(media, caption, (image.get("alt") or "").strip()))
    outer = [child for child in element if child.tag == "figcaption"]
    title = values.collapsed(" ".join("".join(caption.itertext()) for caption in outer))
    if shown:
        flow.add(values.block("gallery", {"title": title[:255], "pictures": values.items(shown)}))
    for source in missing:
        flow.keep("picture", source)
    if title and (not shown or len(title) > 255):
        flow.add(values.paragraph(values.escaped(title)))


def _own_figure(image: Any, end: Any) -> Any:
    """The nearest figure or gallery entry around `image` that is inside `end`."""
    around = image.getparent()
    while around is not None and around is not end:
        if around.tag in ("figure", "li", "dl"):
            return around
        around = around.getparent()
    return None


@handles("audio", "video")
def recording(flow: Flow, element: Any) -> None:
    """Sound or film: one of ours becomes a block, one elsewhere an embed where possible."""
    addresses = [element.get("src") or "", *(child.get("src") or "" for child in element.iter("source"))]
    show_recording(flow, element.tag, number_of(element) or flow.hint, addresses, source_of(element))


def show_recording(flow: Flow, kind: str, number: str, addresses: list[str], source: str, title: str = "") -> None:
    """Add an audio or video block for the first of `addresses` that came over; else keep `source`."""
    found = [flow.sources.absolute(address.strip()) for address in addresses if address and address.strip()]
    for address in found or [""]:
        media = flow.sources.media(number, address)
        if media and media.kind == "document":
            empty = {"file": media.pk, "title": title[:255], "caption": ""}
            more: dict[str, Any] = (
                {"transcript": ""} if kind == "audio" else {"credit": "", "subtitles": None, "poster": None}
            )
            flow.add(values.block(kind, empty | more))
            return
    if found and is_embeddable(found[0]):
        flow.add(values.embed(found[0]))
    else:
        flow.keep(kind, source)


@handles("iframe")
def frame(flow: Flow, element: Any) -> None:
    """A player of a known site becomes an embed; any other frame is kept for editors."""
    address = address_of(element)
    page = address_of_player(address) or (address if address.startswith("http") and is_embeddable(address) else "")
    if page and values.allowed_link(page):
        flow.add(values.embed(page, title=(element.get("title") or "").strip()[:255]))
    else:
        flow.keep("iframe", source_of(element))


def show_file(flow: Flow, number: str, address: str, title: str, source: str) -> None:
    """A file to take away; a picture offered as a file is shown."""
    media = flow.sources.media(number, flow.sources.absolute(address))
    if media is None:
        flow.keep("file", source)
    elif media.kind == "document":
        flow.add(values.block("document", {"document": media.pk, "title": title[:255]}))
    else:
        flow.add(values.block("picture", values.picture_value(media, title, "")))


def is_picture_file(address: str) -> bool:
    return bool(_FILE.search(address))
