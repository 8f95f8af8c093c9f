"""Pictures made safe to publish: decoded within limits, turned upright, and written anew without any metadata."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fedi.errors import Refused
from fedi.publishing import blurhash

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 16_000_000
"""Mastodon takes no larger image either."""
MAX_PIXELS = 40_000_000
MAX_SIDE = 2048
MAX_PNG_BYTES = 2_000_000

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as it will be served, and what is known about it."""

    data: bytes
    media_type: str
    width: int
    height: int
    blurhash: str


def encode(data: bytes, called: str = "The picture", max_side: int = MAX_SIDE) -> Encoded:
    """Decode a picture and write it anew, or raise Refused naming it.

    What it is is found by decoding, never by its name. Of moving pictures the first frame stays. Nothing but the
    pixels goes over, so neither places nor serial numbers, nor anything hidden behind or between them.
    """
    from PIL import Image, ImageOps

    if len(data) > MAX_BYTES:
        raise Refused(
            f"{called} has more than {MAX_BYTES // 1_000_000} megabytes.", cure="Make it smaller."
        )
    too_large = Refused(
        f"{called} has more than {MAX_PIXELS // 1_000_000} million pixels.", cure="Make it smaller."
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
            f"{called} cannot be read as a picture.",
            cure="Use a JPEG, PNG, WebP, AVIF or GIF file.",
        ) from error
    return _write(_bare(image, max_side), keeps_lines=keeps_lines)


def random_name(media_type: str) -> str:
    """Make up a file name that says nothing about the picture, the person or the time."""
    return f"{secrets.token_hex(16)}.{_SUFFIX[media_type]}"


def store(folder: Path, encoded: Encoded) -> str:
    """Write a picture under a new name, whole or not at all, and return the name."""
    folder.mkdir(parents=True, exist_ok=True)
    name = random_name(encoded.media_type)
    partial = folder / f".{name}.part"
    with partial.open("xb") as file:
        file.write(encoded.data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / name)
    return name


def discard(folder: Path, name: str) -> None:
    """Remove a picture; one that is already gone is no error."""
    (folder / Path(name).name).unlink(missing_ok=True)


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
        media_type, data = "image/png", _saved(image, "PNG", optimize=True)
        if len(data) > MAX_PNG_BYTES:
            media_type = "image/webp" if image.mode == "RGBA" else "image/jpeg"
    if media_type == "image/webp":
        data = _saved(image, "WEBP", quality=85, method=4)
    elif media_type == "image/jpeg":
        data = _saved(image, "JPEG", quality=85, optimize=True, progressive=True)
    return Encoded(data, media_type, image.width, image.height, _blurred(image))


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
