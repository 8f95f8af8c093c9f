"""Opus in Ogg (RFC 3533, RFC 7845): the pages of the one stream of sound, with a comment header that says nothing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from fedi.publishing.voices.broken import Broken

_HEAD = struct.Struct("<4sBBqIIIB")
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_SERIAL = 1
_TAGS = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<I", 0)
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class _Page:
    """A page: whether it goes on from the one before, its position, and its segments."""

    flags: int
    granule: int
    serial: int
    lacing: bytes
    body: bytes


def begins(data: bytes) -> bool:
    """Tell whether this is an Ogg file."""
    return data[:4] == b"OggS"


def rewrite(data: bytes) -> tuple[bytes, int]:
    """Return the stream without its comments, and the length in milliseconds."""
    pages = _pages(data)
    first = next(pages, None)
    if first is None or not first.flags & _FIRST or not first.body.startswith(b"OpusHead"):
        raise Broken("it is an Ogg file, but not with Opus in it")
    head = _opus_head(first.body)
    _skip_comments(pages, first.serial)
    made = [_written(_FIRST, 0, 0, bytes([len(head)]), head)]
    made.append(_written(0, 0, 1, bytes([len(_TAGS)]), _TAGS))
    end = 0
    ours = [page for page in _until_last(pages, first.serial) if page.lacing]
    for number, page in enumerate(ours, 2):
        flags = page.flags & _CONTINUED | (_LAST if number == len(ours) + 1 else 0)
        made.append(_written(flags, page.granule, number, page.lacing, page.body))
        end = max(end, page.granule)
    if not ours:
        raise Broken("there is no sound in it")
    (skip,) = struct.unpack_from("<H", head, 10)
    return b"".join(made), max(0, end - skip) // 48


def _opus_head(packet: bytes) -> bytes:
    """Return the head of the stream, as long as its version says."""
    if len(packet) < 19 or packet[8] & 0xF0:
        raise Broken("its head is too short")
    channels, family = packet[9], packet[18]
    length = 19 if family == 0 else 21 + channels
    if family not in (0, 1) or not 1 <= channels <= 8 or len(packet) < length:
        raise Broken("its channels are ordered in an unusual way")
    return packet[:length]


def _skip_comments(pages: Iterator[_Page], serial: int) -> None:
    """Pass over the comment header, which may fill many pages and ends with one."""
    begun = False
    for page in pages:
        if page.serial != serial:
            continue
        if not begun and not page.body.startswith(b"OpusTags"):
            break
        begun = True
        if page.lacing and page.lacing[-1] < 255:
            return
    raise Broken("its second header is missing")


def _until_last(pages: Iterator[_Page], serial: int) -> Iterator[_Page]:
    for page in pages:
        if page.serial == serial:
            yield page
            if page.flags & _LAST:
                return


def _pages(data: bytes) -> Iterator[_Page]:
    """Give the pages up to where there are none any more; one that was damaged is refused."""
    at = 0
    while data[at : at + 4] == b"OggS" and at + _HEAD.size <= len(data):
        _, version, flags, granule, serial, _, check, segments = _HEAD.unpack_from(data, at)
        lacing = data[at + _HEAD.size : at + _HEAD.size + segments]
        end = at + _HEAD.size + segments + sum(lacing)
        page = data[at:end]
        if version or end > len(data) or _checksum(page[:22] + bytes(4) + page[26:]) != check:
            raise Broken("a part of it is damaged")
        yield _Page(flags, granule, serial, lacing, page[_HEAD.size + segments :])
        at = end


def _written(flags: int, granule: int, number: int, lacing: bytes, body: bytes) -> bytes:
    head = _HEAD.pack(b"OggS", 0, flags, granule, _SERIAL, number, 0, len(lacing))
    page = head + lacing + body
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    """Compute the checksum of RFC 3533: the common CRC-32, with the bits of each byte the other way round."""
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
