"""Pictures made safe to publish: decoded within limits, turned upright, and written anew without any metadata."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fedi.errors import Named, Refused
from fedi.publishing import blurhash, files
from fedi.publishing.words import _
from fedi.storage.media import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 16_000_000
"""Mastodon takes no larger image either."""
MAX_PIXELS = 40_000_000
MAX_SIDE = 2048
MAX_PNG_BYTES = 2_000_000
THUMBNAIL_SIDE = 640
"""A picture shown among others is never wider, on a phone not even with two dots for one."""

PICTURE = Named(_("The picture"))
"""What a picture is called where nobody named it."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as it will be served, and what is known about it; `small` is it again where it is large."""

    data: bytes
    media_type: str
    width: int
    height: int
    blurhash: str
    small: bytes = b""


def encode(data: bytes, called: str = PICTURE, max_side: int = MAX_SIDE) -> Encoded:
    """Decode a picture and write it anew, or raise Refused naming it.

    What it is is found by decoding, never by its name. Of moving pictures the first frame stays. Nothing but the
    pixels goes over, so neither places nor serial numbers, nor anything hidden behind or between them.
    """
    from PIL import Image, ImageOps

    if len(data) > MAX_BYTES:
        raise Refused(
            _("%(file)s has more than %(most)s megabytes."),
            cure=_("Make it smaller."),
            file=called,
            most=MAX_BYTES // 1_000_000,
        )
    too_large = Refused(
        _("%(file)s has more than %(most)s million pixels."),
        cure=_("Make it smaller."),
        file=called,
        most=MAX_PIXELS // 1_000_000,
    )
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise too_large
            keeps_lines = opened.format in ("PNG", "GIF")
            opened.draft("RGB", (max_side, max_side))
            opened.load()
            image = ImageOps.exif_transpose(opened)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large from error
    except Exception as error:  # decoders raise nearly anything on what is broken or made to harm
        raise Refused(
            _("%(file)s cannot be read as a picture."),
            cure=_("Use a JPEG, PNG, WebP, AVIF or GIF file."),
            file=called,
        ) from error
    return _write(_bare(image, max_side), keeps_lines=keeps_lines)


def store(folder: Path, encoded: Encoded) -> str:
    """Write a picture, and small again if it is large, under a new name that says nothing; return the name."""
    name = files.store(folder, encoded.data, _SUFFIX[encoded.media_type])
    if encoded.small:
        files.write(folder, files.thumbnail_of(name), encoded.small)
    return name


def describe(name: str, encoded: Encoded) -> Picture:
    """Return what is known of a picture that was stored under a name."""
    return Picture(
        name=name,
        media_type=encoded.media_type,
        width=encoded.width,
        height=encoded.height,
        bytes=len(encoded.data),
        blurhash=encoded.blurhash,
        thumbnail=files.thumbnail_of(name) if encoded.small else "",
    )


def discard(folder: Path, name: str) -> None:
    """Remove a picture with its thumbnail; one that is already gone is no error."""
    files.discard(folder, name)


def _bare(image: Image, max_side: int) -> Image:
    from PIL import Image as Images

    mode = "RGBA" if image.has_transparency_data else "RGB"
    image = image.convert(mode)
    image.thumbnail((max_side, max_side), Images.Resampling.LANCZOS)
    # A new image from the pixels alone: Pillow carries comments and profiles over otherwise.
    return Images.frombytes(mode, image.size, image.tobytes())


def _write(image: Image, *, keeps_lines: bool) -> Encoded:
    media_type, data = "image/jpeg", b""
    if keeps_lines or image.mode == "RGBA":
        media_type, data = "image/png", _as("image/png", image)
        if len(data) > MAX_PNG_BYTES:
            media_type, data = ("image/webp" if image.mode == "RGBA" else "image/jpeg"), b""
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Encoded(
        data or _as(media_type, image),
        media_type,
        image.width,
        image.height,
        _blurred(image),
        _as(media_type, small) if small.size != image.size else b"",
    )


def _as(media_type: str, image: Image) -> bytes:
    match media_type:
        case "image/png":
            return _saved(image, "PNG", optimize=True)
        case "image/webp":
            return _saved(image, "WEBP", quality=85, method=4)
        case _:
            return _saved(image, "JPEG", quality=85, optimize=True, progressive=True)


def _saved(image: Image, format_: str, **options: int | bool) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def _blurred(image: Image) -> str:
    small = image.convert("RGB")
    small.thumbnail((48, 48))
    wide = small.width >= small.height
    return blurhash.encode(
        small.tobytes(), small.width, small.height, across=4 if wide else 3, down=3 if wide else 4
    )
