"""Open a picture's file: which formats are taken, how large, upright and in sRGB."""

from __future__ import annotations

import math
from dataclasses import dataclass
from io import BytesIO

import pillow_heif
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from standfirst.stories.pictures.errors import PictureError

pillow_heif.register_heif_opener()
# Pillow warns at 89 million pixels, which large cameras exceed; twice this number is an error before `examine` sees it.
Image.MAX_IMAGE_PIXELS = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS

# Pillow's name of each format we take, and the extension its files get.
EXTENSIONS = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "AVIF": ".avif", "HEIF": ".heic"}
# Only JPEG can be decoded at a fraction of its size; the others are held in memory whole (4 bytes a pixel).
PIXELS_WITHOUT_DRAFT = 50_000_000
SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class FileFacts:
    """What a file's first bytes tell. Width and height are those of the upright picture, in pixels."""

    format: str
    width: int
    height: int


def examine(data: bytes) -> FileFacts:
    """Look at a picture's header without decoding it.

    Raises:
        PictureError: no picture, a format we do not take, or too large.
    """
    if len(data) > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise PictureError(
            _("The file has %(size)s, the limit is %(limit)s. Save it with a lower quality or smaller.")
            % {
                "size": filesizeformat(len(data)),
                "limit": filesizeformat(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE),
            }
        )
    with opened(data) as image:
        file_format = "JPEG" if image.format == "MPO" else str(image.format)
        width, height = _upright_size(image)
        _check_pixels(file_format, width * height)
        return FileFacts(file_format, width, height)


def decode(data: bytes, *, share: float) -> Image.Image:
    """Return the picture upright, in sRGB, 8 bits a channel: RGB, or RGBA when something is really transparent.

    `share` (0 to 1) is the part of the full width that will be needed; the result may be larger than that but never
    larger than the file. JPEG is decoded at a half, quarter or eighth when that is enough, so that memory does not grow
    with the file. Of an animation it is the first frame: a picture that moves by itself and cannot be stopped fails
    WCAG 2.2.2, and a film belongs into a video block.

    Raises:
        PictureError: the file is damaged.
    """
    with opened(data) as image:
        image.draft(image.mode, (math.ceil(image.width * share), math.ceil(image.height * share)))
        try:
            image.load()
        except (OSError, SyntaxError, ValueError) as error:
            raise PictureError(
                _("The file is damaged or cut off (%(reason)s). Export it again.") % {"reason": error}
            ) from error
        reduced = _reduced(image, int(1 / share)) if image.format != "JPEG" else image
        return _in_srgb(ImageOps.exif_transpose(reduced))


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Return `image` divided by `factor` early, so that the conversions that follow copy little."""
    if factor < 2 or image.mode not in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        return image
    info, exif = image.info, image.getexif()
    reduced = image.reduce(factor)
    reduced.info = {**info, "exif": exif.tobytes()}
    return reduced


def opened(data: bytes) -> Image.Image:
    """Open `data` as one of our formats; nothing is decoded yet.

    Raises:
        PictureError: another format, or far too many pixels.
    """
    try:
        return Image.open(BytesIO(data), formats=list(EXTENSIONS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise PictureError(_("This is not a picture we can read. Use JPEG, PNG, WebP, AVIF, GIF or HEIC.")) from error


def _upright_size(image: Image.Image) -> tuple[int, int]:
    turned = orientation(image) >= 5
    return (image.height, image.width) if turned else (image.width, image.height)


def orientation(image: Image.Image) -> int:
    """Return EXIF's orientation, 1 to 8; 1 when the file says nothing sensible. Decodes nothing."""
    if "exif" not in image.info:
        # Pillow would decode a whole PNG to look behind the pixels.
        return 1
    value = image.getexif().get(0x0112, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _check_pixels(file_format: str, pixels: int) -> None:
    limit = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
    if file_format != "JPEG":
        limit = min(limit, PIXELS_WITHOUT_DRAFT)
    if pixels > limit:
        raise _too_many_pixels(limit)


def _too_many_pixels(limit: int) -> PictureError:
    return PictureError(
        _("The picture has more than %(limit)s million pixels. Make it smaller and try again.")
        % {"limit": limit // 1_000_000}
    )


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA", "RGBa"} or "transparency" in image.info


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return `image` in sRGB without any metadata."""
    profile = image.info.get("icc_profile")
    mode = "RGBA" if _has_alpha(image) else "RGB"
    if image.mode.startswith("I"):
        image = _scaled_down(image)
    elif image.mode in {"P", "PA", "LA", "1"}:
        image = image.convert(mode)
    if profile:
        image = _convert_profile(image, profile, mode)
    if image.mode != mode:
        image = image.convert(mode)
    if mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255:
        image = image.convert("RGB")
    image.info = {}
    return image


def _scaled_down(image: Image.Image) -> Image.Image:
    """Return a grey picture of 16 bits in 8: Pillow's own conversion would clip instead of scale."""
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _convert_profile(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A broken profile, or one that does not fit the pixels: the colours as they are beat no picture.
        return image
    return converted or image
