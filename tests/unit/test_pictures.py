"""Pictures: only pixels get through, upright, within limits, under a name that says nothing."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from fedi.errors import Refused
from fedi.publishing import blurhash
from fedi.publishing.pictures import MAX_BYTES, discard, encode, store

SECRET = b"<script>alert('51.4545,-2.5879')</script>"


def a_picture(
    format_: str = "JPEG", size: tuple[int, int] = (64, 32), mode: str = "RGB", **options: Any
) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new(mode, size, "red" if mode != "RGBA" else (255, 0, 0, 90))
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    buffer = BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def an_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (51.0, 27.0, 16.2)
    return exif


def a_png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_no_metadata_gets_through(format_: str) -> None:
    options: dict[str, Any] = {"exif": an_exif(), "icc_profile": SECRET}
    made = encode(a_picture(format_, **options))
    assert SECRET not in made.data
    assert b"Exif" not in made.data and b"eXIf" not in made.data
    opened = decoded(made.data)
    assert not opened.getexif()
    assert not {"icc_profile", "exif", "comment", "xmp", "photoshop"} & opened.info.keys()


def test_comments_text_and_whatever_follows_the_picture_are_gone() -> None:
    jpeg = a_picture("JPEG", comment=SECRET) + b"PK\x03\x04" + SECRET
    png = a_picture("PNG")
    end = png.rindex(b"IEND") - 4
    hidden = png[:end] + a_png_chunk(b"tEXt", b"Comment\0" + SECRET) + png[end:] + SECRET
    gif = a_picture("GIF", comment=SECRET) + SECRET
    for data in (jpeg, hidden, gif):
        assert SECRET in data
        assert SECRET not in encode(data).data


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"), [(1, (64, 32), (5, 5)), (3, (64, 32), (59, 27)), (6, (32, 64), (16, 5))]
)  # fmt: skip
def test_a_picture_is_turned_upright_before_it_forgets_how(
    orientation: int, size: tuple[int, int], red_at: tuple[int, int]
) -> None:
    made = encode(a_picture("JPEG", exif=an_exif(orientation)))
    assert (made.width, made.height) == size
    pixel = decoded(made.data).convert("RGB").getpixel(red_at)
    assert isinstance(pixel, tuple) and pixel[0] > 200 and pixel[2] < 60


def test_what_it_is_is_found_by_decoding() -> None:
    assert encode(a_picture("PNG")).media_type == "image/png"
    assert encode(a_picture("WEBP")).media_type == "image/jpeg"
    assert encode(a_picture("GIF")).media_type == "image/png"
    assert encode(a_picture("WEBP", mode="RGBA", lossless=True)).media_type == "image/png"


def test_of_a_moving_picture_the_first_frame_stays() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    buffer = BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    made = decoded(encode(buffer.getvalue()).data)
    assert getattr(made, "n_frames", 1) == 1
    red, green, blue = made.convert("RGB").split()
    assert (red.getextrema()[0], green.getextrema(), blue.getextrema()) >= (250, (0, 0), (0, 0))


def test_a_large_picture_is_made_smaller_and_keeps_its_shape() -> None:
    made = encode(a_picture("PNG", size=(5000, 1000)))
    assert (made.width, made.height) == (2048, 410)
    assert decoded(made.data).size == (2048, 410)


def test_a_png_that_stays_heavy_becomes_a_jpeg() -> None:
    noise = Image.frombytes("RGB", (900, 900), random.Random(1).randbytes(900 * 900 * 3))
    buffer = BytesIO()
    noise.save(buffer, "PNG")
    assert encode(buffer.getvalue()).media_type == "image/jpeg"


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + a_png_chunk(b"IHDR", header)
        + a_png_chunk(b"IDAT", zlib.compress(bytes(10_000)))
        + a_png_chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(7000, 7000), (30_000, 30_000), (2**30, 2)])
def test_a_decompression_bomb_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(Refused, match="million pixels"):
        encode(a_bomb(*size))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%PDF-1.4\n",
        a_picture("BMP"),
        a_picture("JPEG")[:200],
        a_picture("PNG")[:-40],
        b'{"type":"Person"}',
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match=r"poster\.png cannot be read as a picture"):
        encode(data, called="poster.png")


def test_a_file_that_is_too_heavy_is_refused() -> None:
    with pytest.raises(Refused, match="16 megabytes"):
        encode(bytes(MAX_BYTES + 1))


def test_the_blur_agrees_with_the_other_implementations() -> None:
    image = Image.linear_gradient("L").resize((48, 48))
    mixed = Image.merge(
        "RGB", (image, image.rotate(180), image.transpose(Image.Transpose.ROTATE_90))
    )
    # As woltapp/blurhash-python 1.2.2 writes them.
    assert blurhash.encode(mixed.tobytes(), 48, 48) == "L+HV9woUfUob4LbFfRbGx;j@fQj@"
    white = Image.new("RGB", (10, 10), "white")
    assert blurhash.encode(white.tobytes(), 10, 10) == "LWTSUA~qfQ~q~qt7fQt7fQfQfQfQ"


def test_a_stored_picture_has_a_name_that_says_nothing(tmp_path: Path) -> None:
    made = encode(a_picture())
    names = {store(tmp_path / "media", made) for _ in range(3)}
    assert len(names) == 3
    assert sorted(path.name for path in (tmp_path / "media").iterdir()) == sorted(names)
    name = names.pop()
    assert name.endswith(".jpg") and len(name) == 36
    assert (tmp_path / "media" / name).read_bytes() == made.data
    discard(tmp_path / "media", name)
    discard(tmp_path / "media", name)
    assert not (tmp_path / "media" / name).exists()


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    kept = tmp_path / "keys.pem"
    kept.write_text("secret")
    discard(tmp_path / "media", "../keys.pem")
    assert kept.exists()
