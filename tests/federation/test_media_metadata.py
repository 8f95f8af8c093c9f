"""What a camera or a joker hid in a picture is in no byte that is served, and a picture too large is not even begun."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from hearing import Hearing, hearing
from PIL import ExifTags, Image, ImageFile, PngImagePlugin

from fedi.clock import now_ms
from fedi.publishing import prepare
from fedi.publishing.front_matter import FrontMatterError

WORD = b"zqmeta"
"""Stands in everything that must not get through."""
DECODING = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
"""What Pillow tells of a JPEG in which nothing is told."""
LEAST, MOST = 100, 1_000_000


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


def a_photo(size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A JPEG with all that cameras and programs write into one."""
    image = Image.effect_noise(size, 40).convert("RGB")
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = WORD.decode() + "artist"
    exif[ExifTags.Base.Make] = WORD.decode() + "camera"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.MakerNote] = WORD + b"maker" * 40
    details[ExifTags.Base.BodySerialNumber] = WORD.decode() + "serial"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = (51.0, 27.0, 16.2)
    gps[ExifTags.GPS.GPSMapDatum] = WORD.decode() + "gps"
    buffer = BytesIO()
    image.save(
        buffer,
        "JPEG",
        quality=90,
        exif=_with_thumbnail(exif.tobytes()),
        icc_profile=WORD + b"profile" * 20,
        comment=WORD + b"comment",
        xmp=b"<x:xmpmeta>" + WORD + b"xmp</x:xmpmeta>",
    )
    return buffer.getvalue()


def _with_thumbnail(exif: bytes) -> bytes:
    """Put a picture of its own into the second directory of an EXIF block, as cameras do."""
    small = BytesIO()
    Image.new("RGB", (16, 12), "red").save(small, "JPEG", comment=WORD + b"thumbnail")
    tiff = bytearray(exif.removeprefix(b"Exif\0\0"))
    order = "<" if tiff.startswith(b"II") else ">"
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    struct.pack_into(order + "I", tiff, first + 2 + 12 * count, len(tiff))
    at = len(tiff) + 2 + 3 * 12 + 4
    entries = ((0x0103, 3, 6), (0x0201, 4, at), (0x0202, 4, len(small.getvalue())))
    tiff += struct.pack(order + "H", 3)
    for tag, kind, value in entries:
        packed = struct.pack(
            order + ("HH" if kind == 3 else "I"), *([value, 0] if kind == 3 else [value])
        )
        tiff += struct.pack(order + "HHI", tag, kind, 1) + packed
    return b"Exif\0\0" + bytes(tiff + struct.pack(order + "I", 0) + small.getvalue())


def a_polyglot(photo: bytes) -> bytes:
    """A JPEG that is a zip archive and, to those who guess, a page, too."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("zqmeta.html", "<script>zqmeta</script>")
    return photo + b"<html><script>zqmeta</script></html>" + archive.getvalue()


def a_png(image: Image.Image) -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", WORD.decode())
    text.add_itxt("XML:com.adobe.xmp", WORD.decode())
    buffer = BytesIO()
    image.save(buffer, "PNG", pnginfo=text)
    return buffer.getvalue() + b"<script>zqmeta</script>"


def a_bomb(side: int = 30_000) -> bytes:
    """A PNG of nine hundred million points in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checked)

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(3 * side + 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


async def publish(at: Hearing, folder: Path, data: bytes, name: str) -> str:
    (folder / name).write_bytes(data)
    source = f"---\npictures:\n  - {{file: {name}, description: Boats}}\n---\nLook.\n"
    told = await prepare.publish_file(
        at.here.house, "harbour", "update", source, folder=folder, by="us", now=now_ms()
    )
    return told.id


@pytest.mark.parametrize("name", ["photo.jpg", "archive.zip", "page.html", "drawing.png"])
async def test_no_byte_of_it_is_served(at: Hearing, tmp_path: Path, name: str) -> None:
    data = {
        "photo.jpg": a_photo,
        "archive.zip": lambda: a_polyglot(a_photo()),
        "page.html": lambda: a_polyglot(a_photo()),
        "drawing.png": lambda: a_png(Image.new("RGBA", (900, 700), (0, 90, 90, 40))),
    }[name]()
    assert data.count(WORD) >= 3 and (name == "drawing.png" or b"thumbnail" in data)
    post = await publish(at, tmp_path, data, name)
    [picture] = (await at.here.get(post)).json()["attachment"]
    small = picture["url"].replace(".jpg", ".small.jpg").replace(".png", ".small.png")
    page = await at.here.page(at.harbour)
    assert small.removeprefix(at.here.config.origin) in page
    for url, side in ((picture["url"], 2048), (small, 640)):
        answer = await at.here.get(url, "*/*")
        assert answer.status_code == 200
        served = answer.content
        assert WORD not in served and b"Exif" not in served and b"PK\x03\x04" not in served
        assert b"<" + b"script" not in served and b"ICC_PROFILE" not in served
        assert answer.headers["content-type"] in ("image/jpeg", "image/png")
        assert answer.headers["x-content-type-options"] == "nosniff"
        opened = Image.open(BytesIO(served))
        assert max(opened.size) <= side and not opened.getexif()
        assert opened.info.keys() <= DECODING
    stored = {path.name: path.read_bytes() for path in at.here.config.media.iterdir()}
    assert len(stored) == 2 and not any(WORD in there for there in stored.values())
    assert WORD.decode() not in str(await at.all_there_is())
    await at.here.withdraw(post)
    await at.world.deliver()
    assert not list(at.here.config.media.iterdir())
    assert (await at.here.get(small, "*/*")).status_code == 404


async def test_a_small_picture_is_its_own_thumbnail(at: Hearing, tmp_path: Path) -> None:
    post = await publish(at, tmp_path, a_photo((640, 320)), "small.jpg")
    [picture] = (await at.here.get(post)).json()["attachment"]
    path = picture["url"].removeprefix(at.here.config.origin)
    assert path in await at.here.page(at.harbour)
    small = picture["url"].replace(".jpg", ".small.jpg")
    assert (await at.here.get(small, "*/*")).status_code == 404


async def test_a_picture_that_is_too_large_is_refused_before_it_is_decoded(
    at: Hearing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = a_bomb()
    assert LEAST < len(bomb) < MOST
    decoded: list[object] = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded.append)
    with pytest.raises(FrontMatterError, match="more than 40 million pixels"):
        await publish(at, tmp_path, bomb, "bomb.png")
    assert decoded == []
    assert not at.here.config.media.exists() or not list(at.here.config.media.iterdir())
