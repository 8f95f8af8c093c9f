"""M4A (ISO 14496-12): one track of sound, with every box around it written anew."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from fedi.publishing.voices.broken import Broken

_CODECS = {b"mp4a": b"esds", b"alac": b"alac", b"Opus": b"dOps"}
_LARGEST_SETUP = 200
"""Bytes that tell a decoder how to begin."""
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class _Table:
    """The table of a full box: its rows as bytes of one length."""

    rows: tuple[bytes, ...]

    def packed(self, name: bytes) -> bytes:
        return _full(name, struct.pack(">I", len(self.rows)) + b"".join(self.rows))


def begins(data: bytes) -> bool:
    """Tell whether this is a file of the MP4 family."""
    return data[4:8] == b"ftyp"


def rewrite(data: bytes) -> tuple[bytes, int]:
    """Return the first track of sound alone, and its length in milliseconds."""
    top = dict(reversed(list(_boxes(data))))
    if b"moof" in top:
        raise Broken("it is written in fragments")
    movie = top.get(b"moov")
    track = next((track for track in _all(movie or b"", b"trak") if _is_sound(track)), None)
    if movie is None or track is None:
        raise Broken("there is no sound in it")
    media = _one(track, b"mdia")
    scale, movie_scale = _scale(_one(media, b"mdhd")), _scale(_one(movie, b"mvhd"))
    samples = _one(_one(media, b"minf"), b"stbl")
    sizes = _sizes(_one(samples, b"stsz"))
    runs = _table(_one(samples, b"stsc"), 12)
    chunks = _chunks(data, samples, sizes, runs)
    described = _full(b"stsd", struct.pack(">I", 1) + _described(_one(samples, b"stsd")))
    times = _table(_one(samples, b"stts"), 8)
    steps = (struct.unpack(">II", row) for row in times.rows)
    duration = sum(count * length for count, length in steps)
    if duration >= 1 << 31 or duration * movie_scale >= scale << 31:
        raise Broken("it says it is longer than it can be")
    edits = _edits(track)

    def built(offsets: list[int]) -> bytes:
        table = b"".join(
            (
                described,
                times.packed(b"stts"),
                runs.packed(b"stsc"),
                _full(
                    b"stsz",
                    struct.pack(">II", 0, len(sizes)) + struct.pack(f">{len(sizes)}I", *sizes),
                ),
                _full(
                    b"stco",
                    struct.pack(">I", len(offsets)) + struct.pack(f">{len(offsets)}I", *offsets),
                ),
            )
        )
        return _movie(table, edits, scale, duration, movie_scale)

    kind = _box(b"ftyp", b"M4A \0\0\0\0M4A isommp42")
    first = len(kind) + len(built([0] * len(chunks))) + 8
    offsets = [first]
    for chunk in chunks[:-1]:
        offsets.append(offsets[-1] + len(chunk))
    return kind + built(offsets) + _box(b"mdat", b"".join(chunks)), duration * 1_000 // scale


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the boxes that stand one behind the other, as names and contents."""
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1 and at + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = len(data) if size == 0 else at + size
        if end < start or end > len(data):
            return
        yield name, data[start:end]
        at = end


def _all(data: bytes, name: bytes) -> list[bytes]:
    return [body for found, body in _boxes(data) if found == name]


def _one(data: bytes, name: bytes) -> bytes:
    found = _all(data, name)
    if not found:
        raise Broken(f"its box {name.decode()} is missing")
    return found[0]


def _is_sound(track: bytes) -> bool:
    return any(
        handler[8:12] == b"soun"
        for media in _all(track, b"mdia")
        for handler in _all(media, b"hdlr")
    )


def _scale(box: bytes) -> int:
    """Return how many ticks make a second."""
    at = 20 if box[:1] == b"\1" else 12
    scale = int.from_bytes(box[at : at + 4], "big")
    if not scale:
        raise Broken("it does not say how long it is")
    return scale


def _table(box: bytes, width: int) -> _Table:
    if len(box) < 8:
        raise Broken("a table is cut off")
    (count,) = struct.unpack_from(">I", box, 4)
    if 8 + count * width > len(box):
        raise Broken("a table is cut off")
    return _Table(tuple(box[8 + n * width : 8 + (n + 1) * width] for n in range(count)))


def _sizes(box: bytes) -> list[int]:
    if len(box) < 12:
        raise Broken("a table is cut off")
    same, count = struct.unpack_from(">4xII", box)
    if same:
        if count > 10_000_000 // max(1, same):
            raise Broken("it says it has more sound than it has")
        return [same] * count
    if 12 + 4 * count > len(box):
        raise Broken("a table is cut off")
    return list(struct.unpack_from(f">{count}I", box, 12))


def _chunks(data: bytes, samples: bytes, sizes: list[int], runs: _Table) -> list[bytes]:
    """Return the runs of sound that the tables point to, each with as many samples as they say."""
    long = _all(samples, b"co64")
    rows = _table(long[0], 8).rows if long else _table(_one(samples, b"stco"), 4).rows
    starts = [int.from_bytes(row, "big") for row in rows]
    steps = [struct.unpack(">III", row) for row in runs.rows]
    if not steps or steps[0][0] != 1 or any(step[2] != 1 for step in steps):
        raise Broken("its tables contradict each other")
    found: list[bytes] = []
    sample = step = total = 0
    for number, start in enumerate(starts, 1):
        if step + 1 < len(steps) and steps[step + 1][0] == number:
            step += 1
        size = sum(sizes[sample : sample + steps[step][1]])
        sample += steps[step][1]
        total += size
        if start + size > len(data) or total > len(data):
            raise Broken("it says it has more sound than it has")
        found.append(data[start : start + size])
    if sample != len(sizes) or not found:
        raise Broken("its tables contradict each other")
    return found


def _described(box: bytes) -> bytes:
    """Return how the sound is written: numbers, and what its decoder needs to begin."""
    name, entry = next(_boxes(box[8:]), (b"", b""))
    if name not in _CODECS or len(entry) < 28 or entry[8:10] != b"\0\0":
        raise Broken("its sound is written in an unusual way")
    setup = _one(entry[28:], _CODECS[name])
    if len(setup) > _LARGEST_SETUP:
        raise Broken("its sound is written in an unusual way")
    channels, bits, rate = struct.unpack_from(">16xHH4xI", entry)
    head = bytes(6) + struct.pack(">H", 1) + bytes(8) + struct.pack(">HH4xI", channels, bits, rate)
    return _box(name, head + _box(_CODECS[name], setup))


def _edits(track: bytes) -> bytes:
    """Return which part of the sound is played: encoders begin with a little silence."""
    for edits in _all(track, b"edts"):
        for box in _all(edits, b"elst"):
            if box[:1] == b"\0":
                return _box(b"edts", _table(box, 12).packed(b"elst"))
    return b""


def _movie(table: bytes, edits: bytes, scale: int, duration: int, movie_scale: int) -> bytes:
    """Write everything around the tables: no dates, no names, no language."""
    whole = duration * movie_scale // scale
    here = _full(b"dref", struct.pack(">I", 1) + _full(b"url ", b"", flags=1))
    media = b"".join(
        (
            _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, scale, duration, 0x55C4, 0)),
            _full(b"hdlr", bytes(4) + b"soun" + bytes(13)),
            _box(b"minf", _full(b"smhd", bytes(4)) + _box(b"dinf", here) + _box(b"stbl", table)),
        )
    )
    track = _full(
        b"tkhd",
        struct.pack(">IIIII8xHHHH", 0, 0, 1, 0, whole, 0, 0, 0x0100, 0) + _MATRIX + bytes(8),
        flags=7,
    )
    head = struct.pack(">IIIIIH10x", 0, 0, movie_scale, whole, 0x10000, 0x0100)
    movie = _full(b"mvhd", head + _MATRIX + bytes(24) + struct.pack(">I", 2))
    return _box(b"moov", movie + _box(b"trak", track + edits + _box(b"mdia", media)))


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body


def _full(name: bytes, body: bytes, *, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", flags) + body)
