"""Read what a picture's file says about itself: XMP, IPTC-IIM and EXIF.

Fields after the IPTC Photo Metadata Standard 2024.1; where the three disagree, XMP goes before IIM before EXIF. Pillow
unpacks the containers (its XMP goes through defusedxml), this module knows what the fields mean.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from PIL import Image, IptcImagePlugin

from standfirst.stories.pictures.files import opened, orientation

logger = logging.getLogger(__name__)

DC = "{http://purl.org/dc/elements/1.1/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
IPTC_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# IIM's record and data set numbers (IPTC-IIM 4.2, chapter 6).
IIM_NAMES = {
    (2, 5): "title",
    (2, 55): "date",
    (2, 60): "time",
    (2, 80): "creator",
    (2, 90): "city",
    (2, 101): "country",
    (2, 105): "headline",
    (2, 110): "credit",
    (2, 115): "source",
    (2, 116): "copyright",
    (2, 120): "description",
}
EXIF_NAMES = {
    0x010E: "description",
    0x010F: "make",
    0x0110: "model",
    0x0132: "changed",
    0x013B: "creator",
    0x8298: "copyright",
}
EXIF_CAMERA_NAMES = {0x9003: "taken", 0x9011: "taken_offset"}
# What cameras write into every picture where a description should stand.
CAMERA_WORDS = re.compile(r"^(olympus digital camera|sony dsc|dcim.*|digital camera|default|untitled|samsung.*)$", re.I)
# Never kept, not even for the newsroom: where somebody stood, and which single camera it was.
SECRET = re.compile(r"gps|latitude|longitude|altitude|serial|maker.?note|thumbnail|ownername", re.I)
# Zero-width (non-)joiners: invisible, but Persian is misspelt without them.
JOINERS = "\u200c\u200d"
LARGEST_XMP = 1_000_000
LONGEST_TEXT = 2_000
MOST_ENTRIES = 60
# The oldest photograph is of 1826; databases and calendars stumble over years at their ends.
PHOTOGRAPHY = range(1826, 2200)


@dataclass
class FileWords:
    """What a file says about its picture; empty where it says nothing. `raw` is what `source_metadata` keeps."""

    title: str = ""
    caption: str = ""
    credit: str = ""
    description: str = ""
    copyright_notice: str = ""
    licence_url: str = ""
    taken_at: datetime | None = None
    orientation: int = 1
    raw: dict[str, dict[str, str]] = field(default_factory=dict)


def read_words(data: bytes) -> FileWords:
    """Return what `data`, a picture's file as it came, says about itself. Broken or hostile metadata says nothing."""
    try:
        with opened(data) as image:
            sources = {name: _guarded(reader, image) for name, reader in READERS.items()}
            turned = _guarded(lambda picture: {"orientation": orientation(picture)}, image)
    except Exception:
        # Strangers' bytes may raise anything; whether this is a picture at all is decided by `files.examine`.
        logger.info("A picture's metadata could not be read", exc_info=True)
        return FileWords()
    words = _words(sources["xmp"], sources["iptc"], sources["exif"])
    words.orientation = turned.get("orientation", 1)
    return words


def _guarded(reader: Any, image: Image.Image) -> dict[str, Any]:
    try:
        return dict(reader(image))
    except Exception:
        # One broken kind of metadata must not hide the others, nor stop the upload.
        logger.info("A part of a picture's metadata could not be read", exc_info=True)
        return {}


def _words(xmp: dict[str, str], iptc: dict[str, str], exif: dict[str, str]) -> FileWords:
    exif_description = exif.get("description", "")
    if CAMERA_WORDS.match(exif_description):
        exif_description = ""
    headline = xmp.get("headline") or iptc.get("headline") or ""
    return FileWords(
        title=(headline or xmp.get("title") or iptc.get("title") or "")[:255],
        caption=xmp.get("description") or iptc.get("description") or exif_description or headline,
        credit=_credit(
            xmp.get("creator") or iptc.get("creator") or exif.get("creator") or "",
            xmp.get("credit") or iptc.get("credit") or "",
        )[:250],
        description=xmp.get("alt", "")[:255],
        copyright_notice=(xmp.get("copyright") or iptc.get("copyright") or exif.get("copyright") or "")[:250],
        licence_url=_web_address(xmp.get("licence", "")),
        taken_at=_xmp_moment(xmp.get("created", "")) or _iptc_moment(iptc) or _exif_moment(exif),
        raw={name: _bounded(entries) for name, entries in (("xmp", xmp), ("iptc", iptc), ("exif", exif)) if entries},
    )


def _credit(creator: str, credit_line: str) -> str:
    """Join the person and the credit line as papers do, “Anna Petrova / Agency”; say nothing twice."""
    if not creator or creator.casefold() in credit_line.casefold():
        return credit_line
    if not credit_line or credit_line.casefold() in creator.casefold():
        return creator
    return f"{creator} / {credit_line}"


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and parts.hostname and len(text) <= 200 else ""


def _bounded(entries: dict[str, str]) -> dict[str, str]:
    return {
        name: text
        for name, text in list(entries.items())[:MOST_ENTRIES]
        if text and not SECRET.search(f"{name}={text}")
    }


def clean_text(text: str) -> str:
    """Return `text` without control characters and doubled spaces, at most `LONGEST_TEXT` characters."""
    kept = (letter if letter.isprintable() or letter in JOINERS else " " for letter in text[: LONGEST_TEXT * 2])
    visible = "".join(kept)
    return re.sub(r"\s+", " ", visible).strip()[:LONGEST_TEXT]


# XMP


def _read_xmp(image: Image.Image) -> dict[str, str]:
    packet = image.info.get("xmp", b"")
    if not packet or len(packet) > LARGEST_XMP:
        return {}
    properties = _xmp_properties(image.getxmp(strip_namespaces=False))
    names = {
        "title": f"{DC}title",
        "headline": f"{PHOTOSHOP}Headline",
        "description": f"{DC}description",
        "creator": f"{DC}creator",
        "credit": f"{PHOTOSHOP}Credit",
        "source": f"{PHOTOSHOP}Source",
        "copyright": f"{DC}rights",
        "usage": f"{RIGHTS}UsageTerms",
        "licence": f"{RIGHTS}WebStatement",
        "alt": f"{IPTC_CORE}AltTextAccessibility",
        "extended": f"{IPTC_CORE}ExtDescrAccessibility",
        "created": f"{PHOTOSHOP}DateCreated",
        "instructions": f"{PHOTOSHOP}Instructions",
        "city": f"{PHOTOSHOP}City",
        "country": f"{PHOTOSHOP}Country",
    }
    found = {name: clean_text(_xmp_text(properties.get(key))) for name, key in names.items()}
    return {name: text for name, text in found.items() if text}


def _xmp_properties(tree: Any) -> dict[str, Any]:
    """Return the properties of all descriptions in an XMP packet as `Image.getxmp` unpacks it."""
    root = next(iter(tree.values()), None) if isinstance(tree, dict) else None
    rdf = root.get(f"{RDF}RDF", root) if isinstance(root, dict) else {}
    descriptions = rdf.get(f"{RDF}Description", []) if isinstance(rdf, dict) else []
    if isinstance(descriptions, dict):
        descriptions = [descriptions]
    properties: dict[str, Any] = {}
    for description in descriptions:
        if isinstance(description, dict):
            properties = {**description, **properties}
    return properties


def _xmp_text(value: Any) -> str:
    """Return one text: the default language of alternatives, the entries of a list joined by commas."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    for kind in ("Alt", "Seq", "Bag"):
        if container := value.get(f"{RDF}{kind}"):
            entries = container.get(f"{RDF}li", []) if isinstance(container, dict) else []
            entries = entries if isinstance(entries, list) else [entries]
            if kind == "Alt":
                return _default_language(entries)
            return ", ".join(filter(None, (_xmp_text(entry) for entry in entries)))
    return str(value.get("text", ""))


def _default_language(entries: list[Any]) -> str:
    for entry in entries:
        if isinstance(entry, dict) and entry.get(XML_LANG) == "x-default":
            return str(entry.get("text", ""))
    return _xmp_text(entries[0]) if entries else ""


def _xmp_moment(text: str) -> datetime | None:
    """Read an XMP date (a profile of ISO 8601); a date without a time, or a year alone, is no moment."""
    return _aware(text) if "T" in text else None


# IPTC-IIM


def _read_iptc(image: Image.Image) -> dict[str, str]:
    entries = IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]
    utf8 = entries.get((1, 90)) == b"\x1b%G"
    found = {}
    for key, name in IIM_NAMES.items():
        values = entries.get(key) or []
        listed = values if isinstance(values, list) else [values]
        text = ", ".join(clean_text(_iim_text(value, utf8)) for value in listed if value)
        if text:
            found[name] = text
    return found


def _iim_text(value: bytes, utf8: bool) -> str:
    """Decode an IIM text. Without the UTF-8 marker the standard means ISO 8859-1, but many programs write UTF-8."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            if utf8:
                return value.decode("utf-8", "replace")
    return value.decode("latin-1")


def _iptc_moment(iptc: dict[str, str]) -> datetime | None:
    """Join IIM's date (CCYYMMDD) and time (HHMMSS±HHMM); a date alone is no moment."""
    if not iptc.get("date") or not iptc.get("time"):
        return None
    time = iptc["time"]
    return _aware(f"{iptc['date'][:8]}T{time[:6]}{time[6:11]}")


# EXIF


def _read_exif(image: Image.Image) -> dict[str, str]:
    if "exif" not in image.info:
        return {}
    exif = image.getexif()
    camera = exif.get_ifd(0x8769)
    found = {name: exif.get(tag) for tag, name in EXIF_NAMES.items()}
    found |= {name: camera.get(tag) for tag, name in EXIF_CAMERA_NAMES.items()}
    return {name: clean_text(_exif_text(value)) for name, value in found.items() if isinstance(value, (str, bytes))}


def _exif_text(value: str | bytes) -> str:
    """EXIF says ASCII, programs write UTF-8, and Pillow reads Latin-1: undo it where the bytes are UTF-8."""
    raw = value.encode("latin-1", "replace") if isinstance(value, str) else value
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _exif_moment(exif: dict[str, str]) -> datetime | None:
    """Read `2026:11:23 08:15:30` with the offset beside it, when the camera wrote one."""
    taken = exif.get("taken", "")
    if not re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", taken):
        return None
    date, time = taken.split(" ")
    return _aware(f"{date.replace(':', '-')}T{time}{exif.get('taken_offset', '')}")


def _aware(text: str) -> datetime | None:
    """Read an ISO 8601 moment; without a zone it is the newsroom's own. Nonsense is `None`."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.year not in PHOTOGRAPHY:
            return None
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError):
        return None


READERS = {"xmp": _read_xmp, "iptc": _read_iptc, "exif": _read_exif}
