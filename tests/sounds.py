"""Tiny recordings made of bytes, each with everything written into it that programs and phones write."""

from __future__ import annotations

import struct
from collections.abc import Callable

WORD = b"zqmeta"
"""Stands in everything that must not get through."""
HTML = b"<html><script>" + WORD + b"</script></html>"


def a_wav(seconds: float = 1.0, *, bare: bool = False) -> bytes:
    """One channel of sixteen bits; with dates, places and titles of RIFF INFO, bext, iXML and ID3."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    frames = int(8_000 * seconds)
    sound = b"".join(struct.pack("<h", (n * 97) % 2_000 - 1_000) for n in range(frames))
    head = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8_000, 16_000, 2, 16))
    data = chunk(b"data", sound)
    if bare:
        return b"RIFF" + struct.pack("<I", 4 + len(head + data)) + b"WAVE" + head + data
    before = chunk(b"JUNK", WORD) + chunk(b"bext", WORD + bytes(600))
    before += chunk(b"LIST", b"INFO" + chunk(b"IART", WORD) + chunk(b"ICRD", WORD))
    after = (
        chunk(b"iXML", b"<x>" + WORD + b"</x>") + chunk(b"id3 ", an_id3()) + chunk(b"cue ", WORD)
    )
    body = b"WAVE" + before + head + data + after
    return b"RIFF" + struct.pack("<I", len(body)) + body + HTML


def an_id3(body: bytes = WORD + b"title") -> bytes:
    """An ID3v2.3 tag with a title and a picture."""

    def frame(name: bytes, data: bytes) -> bytes:
        return name + struct.pack(">IH", len(data), 0) + data

    frames = frame(b"TIT2", b"\0" + body) + frame(b"APIC", b"\0image/jpeg\0\3\0" + WORD * 30)
    frames += frame(b"GEOB", b"\0" + WORD) + bytes(64)
    size = len(frames)
    synchsafe = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + synchsafe + frames


MP3_FRAME = bytes.fromhex("fffb9064") + bytes(413)
"""A frame of silence: first version, layer III, 128 kbit/s, 44,100 Hz, joint stereo."""


def an_mp3(frames: int = 80, *, bare: bool = False) -> bytes:
    """Silence; with ID3 before and behind, APE and lyrics tags, the encoder's name, and a page between frames."""
    sound = MP3_FRAME * frames
    if bare:
        return sound
    told = b"Xing" + struct.pack(">III", 3, frames, 417 * (frames + 1)) + b"LAME" + WORD
    first = MP3_FRAME[:36] + told + bytes(417 - 36 - len(told))
    ape = b"APETAGEX" + struct.pack("<IIII8x", 2_000, 50, 1, 0x80000000) + WORD
    lyrics = b"LYRICSBEGIN" + WORD + b"000017LYRICS200"
    tag = b"TAG" + WORD.ljust(125, b"\0")
    half = len(MP3_FRAME) * (frames // 2)
    return an_id3() + an_id3() + first + sound[:half] + HTML + sound[half:] + lyrics + ape + tag


def an_ogg(packets: int = 100, *, bare: bool = False, head: bytes = b"OpusHead") -> bytes:
    """Opus of two seconds; with a vendor, titles and a picture that fill several pages, and a second stream."""
    opening = head + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
    vendor = b"" if bare else WORD
    notes = (
        []
        if bare
        else [b"TITLE=" + WORD, b"LOCATION=" + WORD, b"METADATA_BLOCK_PICTURE=" + WORD * 12_000]
    )
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(notes))
    tags += b"".join(struct.pack("<I", len(note)) + note for note in notes)
    pages = [a_page(2, 0, 0, [opening + (b"" if bare else WORD)])]
    if not bare:
        pages.append(a_page(2, 0, 0, [b"fishead\0" + WORD], serial=99))
    pages += pages_of(tags, 1)
    number = len(pages)
    for first in range(0, packets, 50):
        some = [b"\xf8\xff\xfe"] * min(50, packets - first)
        end = 4 if first + 50 >= packets else 0
        pages.append(a_page(end, 960 * (first + len(some)) + 312, number, some))
        number += 1
    return b"".join(pages) + (b"" if bare else HTML + a_page(2, 0, 0, [WORD], serial=7))


def pages_of(packet: bytes, number: int) -> list[bytes]:
    """A packet on as many pages as it needs."""
    pages: list[bytes] = []
    most = 255 * 255
    for first in range(0, len(packet), most):
        piece = packet[first : first + most]
        is_cut = first + most < len(packet)
        flags = 1 if first else 0
        pages.append(a_page(flags, 0, number + len(pages), [piece], goes_on=is_cut))
    return pages


def a_page(
    flags: int,
    granule: int,
    number: int,
    packets: list[bytes],
    *,
    serial: int = 4711,
    goes_on: bool = False,
) -> bytes:
    """A page of Ogg with a checksum counted bit by bit."""
    lacing = b""
    for packet in packets:
        lacing += b"\xff" * (len(packet) // 255) + (b"" if goes_on else bytes([len(packet) % 255]))
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, granule, serial, number, 0)
    page = head + bytes([len(lacing)]) + lacing + b"".join(packets)
    return page[:22] + struct.pack("<I", ogg_checksum(page)) + page[26:]


_TABLE: list[int] = []
for _byte in range(256):
    _value = _byte << 24
    for _ in range(8):
        _value = (_value << 1 ^ (0x04C11DB7 if _value & 0x80000000 else 0)) & 0xFFFFFFFF
    _TABLE.append(_value)


def ogg_checksum(page: bytes) -> int:
    """The checksum of RFC 3533, by its table."""
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _TABLE[value >> 24 ^ byte]
    return value


def box(name: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I", 8 + len(body)) + name + body


def full(name: bytes, *inside: bytes, flags: int = 0, version: int = 0) -> bytes:
    return box(name, struct.pack(">B3s", version, flags.to_bytes(3, "big")), *inside)


ESDS = bytes.fromhex(
    "0380808022000100048080801440150000000000fa000000fa000580808002121006808080010200"[:78]
)
SAMPLES = [bytes([0x21, n % 251]) * 20 for n in range(90)]
"""What would be ninety frames of AAC."""


def an_m4a(*, bare: bool = False, long_offsets: bool = False) -> bytes:
    """One track of sound in chunks; with tags, dates, names, a picture track, and pages between the chunks."""
    chunks = [SAMPLES[:40], SAMPLES[40:80], SAMPLES[80:]]
    date = 0 if bare else 3_800_000_000
    name = b"\0" if bare else WORD + b"\0"

    def movie(offsets: list[int]) -> bytes:
        entry = bytes(6) + struct.pack(">HIIHHII", 1, 0, 0, 2, 16, 0, 44_100 << 16)
        more = b"" if bare else box(b"free", WORD)
        packed = struct.pack(">I" + ("Q" if long_offsets else "I") * 3, 3, *offsets)
        samples = box(
            b"stbl",
            full(b"stsd", struct.pack(">I", 1), box(b"mp4a", entry, full(b"esds", ESDS), more)),
            full(b"stts", struct.pack(">III", 1, 90, 1_024)),
            full(b"stsc", struct.pack(">IIIIIII", 2, 1, 40, 1, 3, 10, 1)),
            full(b"stsz", struct.pack(">II", 0, 90), struct.pack(">90I", *map(len, SAMPLES))),
            full(b"co64" if long_offsets else b"stco", packed),
            more,
        )
        information = box(
            b"minf",
            full(b"smhd", bytes(4)),
            box(b"dinf", full(b"dref", struct.pack(">I", 1), full(b"url ", flags=1))),
            samples,
        )
        media = box(
            b"mdia",
            full(b"mdhd", struct.pack(">IIIIHH", date, date, 44_100, 92_160, 0x15C7, 0)),
            full(b"hdlr", bytes(4), b"soun", bytes(12), name),
            information,
        )
        head = (
            struct.pack(">IIIII8xHHHH", date, date, 1, 0, 2_090, 0, 0, 0x0100, 0)
            + MATRIX
            + bytes(8)
        )
        edits = box(b"edts", full(b"elst", struct.pack(">IIIHH", 1, 2_090, 0, 1, 0)))
        track = box(b"trak", full(b"tkhd", head, flags=7), edits, media, _tags(bare))
        shown = (
            b""
            if bare
            else box(b"trak", box(b"mdia", full(b"hdlr", bytes(4), b"vide", bytes(12), WORD)))
        )
        whole = struct.pack(">IIIIIH10x", date, date, 1_000, 2_090, 0x10000, 0x0100)
        movie_head = full(b"mvhd", whole, MATRIX, bytes(24), struct.pack(">I", 3))
        return box(b"moov", movie_head, shown, track, _tags(bare))

    kind = box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom" + (b"" if bare else WORD[:4]))
    gap = b"" if bare else HTML
    first = len(kind) + len(movie([0, 0, 0])) + 8 + len(gap)
    offsets, bodies = [first], [b"".join(chunk) for chunk in chunks]
    for body in bodies[:-1]:
        offsets.append(offsets[-1] + len(body) + len(gap))
    made = kind + movie(offsets) + box(b"mdat", *(gap + body for body in bodies), gap)
    return made if bare else made + box(b"free", WORD) + box(b"uuid", WORD * 4) + HTML


MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def _tags(bare: bool) -> bytes:
    if bare:
        return b""
    title = box(b"\xa9nam", box(b"data", struct.pack(">II", 1, 0), WORD))
    place = box(b"\xa9xyz", struct.pack(">HH", len(WORD), 0x15C7), WORD)
    handler = full(b"hdlr", bytes(4), b"mdir", b"appl", bytes(9))
    return box(b"udta", place, full(b"meta", handler, box(b"ilst", title)), box(b"name", WORD))


RECORDINGS: dict[str, Callable[..., bytes]] = {
    "audio/wav": a_wav,
    "audio/mpeg": an_mp3,
    "audio/ogg": an_ogg,
    "audio/mp4": an_m4a,
}
