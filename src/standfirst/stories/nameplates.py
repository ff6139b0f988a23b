"""What a nameplate may be (SVG without anything that runs or loads, or PNG) and whether a colour can be read."""

from __future__ import annotations

import io
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml import etree
from PIL import Image, UnidentifiedImageError

MOST_BYTES = 500_000
MOST_PIXELS = 4000
LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3 (AA), for text of normal size."""
LIGHT_PAPER, DARK_PAPER = "#fffdf8", "#15140f"
"""The two papers of `theme/static/paper/paper.css`."""

SVG = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        """svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath style
        linearGradient radialGradient stop clipPath mask pattern marker""",
    )
)
ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        """id class style x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height viewBox preserveAspectRatio
        transform version fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin
        stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity opacity clip-path clip-rule mask color
        display visibility font-family font-size font-weight font-style font-variant letter-spacing word-spacing
        text-anchor dominant-baseline text-rendering shape-rendering textLength lengthAdjust rotate startOffset offset
        stop-color stop-opacity gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits
        patternTransform clipPathUnits maskUnits maskContentUnits markerWidth markerHeight markerUnits refX refY orient
        role aria-label aria-hidden""",
    )
)


def checked_nameplate(content: bytes) -> tuple[bytes, str]:
    """Return the nameplate as it may be served, and its suffix (`.svg` or `.png`).

    Raises:
        ValidationError: it is neither SVG nor PNG, is damaged, or is too large.
    """
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The nameplate is larger than 500 KB. Save it smaller."))
    if content.startswith(b"\x89PNG"):
        _check_png(content)
        return content, ".png"
    return sanitised_svg(content), ".svg"


def _check_png(content: bytes) -> None:
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            width, height = picture.size
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(_("The PNG is damaged. Save it anew.")) from error
    if max(width, height) > MOST_PIXELS:
        raise ValidationError(_("The PNG is larger than 4000 pixels. Save it smaller."))


def sanitised_svg(content: bytes) -> bytes:
    """Return the drawing with nothing in it that runs, loads or links elsewhere: an allow-list of what draws.

    Raises:
        ValidationError: it is no SVG, declares entities, or says no size that a page could keep free for it.
    """
    if b"<!ENTITY" in content or b"<!entity" in content:
        raise ValidationError(_("The SVG declares entities. Save it as “plain SVG”."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValidationError(_("The file is neither SVG nor PNG, or it is damaged.")) from error
    if root.tag != f"{{{SVG}}}svg":
        raise ValidationError(_("The file is neither SVG nor PNG."))
    if not root.get("viewBox") and not (root.get("width") and root.get("height")):
        raise ValidationError(_("The SVG has no viewBox: without one it has no size. Save it with one."))
    _strip(root)
    return bytes(etree.tostring(root, encoding="utf-8"))


def _strip(root: etree._Element) -> None:
    for element in list(root.iter()):
        name = etree.QName(element)
        parent = element.getparent()
        if name.namespace != SVG or name.localname not in ELEMENTS:
            if parent is not None:
                parent.remove(element)
            continue
        if name.localname == "style" and not _is_safe_css(element.text or ""):
            element.text = ""
        for attribute, value in list(element.attrib.items()):
            if not _may_stay(str(attribute), str(value)):
                del element.attrib[attribute]
    etree.cleanup_namespaces(root)


def _may_stay(attribute: str, value: str) -> bool:
    if attribute in {"href", XLINK_HREF}:
        return value.startswith("#")
    return attribute in ATTRIBUTES and _is_safe_css(value)


def _is_safe_css(css: str) -> bool:
    """Whether `css` loads nothing: no rule that imports, no escape that could hide one, addresses only inside."""
    lowered = "".join(css.lower().split())
    inside = lowered.replace("url(#", "").replace("url('#", "").replace('url("#', "")
    return not any(sign in inside for sign in ("url(", "@", "\\", "expression(", "image-set(", "src("))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def check_readable(colour: str, paper: str) -> None:
    """Refuse a colour that cannot be read on `paper`.

    Raises:
        ValidationError: with the measured ratio, rounded down.
    """
    ratio = contrast(colour, paper)
    if ratio < LEAST_CONTRAST:
        advice = _("Choose a darker one.") if paper == LIGHT_PAPER else _("Choose a lighter one.")
        raise ValidationError(
            _("The contrast to the paper is %(ratio)s : 1; readers need 4.5 : 1. %(advice)s")
            % {"ratio": f"{int(ratio * 10) / 10:.1f}", "advice": advice}
        )
