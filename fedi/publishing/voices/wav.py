"""WAV: of the chunks of a RIFF file, those that are needed to play it."""

from __future__ import annotations

import struct

from fedi.publishing.voices.broken import Broken

_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_GUID_END = bytes.fromhex("000000001000800000aa00389b71")
"""What follows the number of the format in the long form of it."""


def begins(data: bytes) -> bool:
    """Tell whether this is a WAV file."""
    return data[:4] == b"RIFF" and data[8:12] == b"WAVE"


def rewrite(data: bytes) -> tuple[bytes, int]:
    """Return format and sound alone, and the length in milliseconds."""
    chunks = _chunks(data)
    if b"fmt " not in chunks or b"data" not in chunks:
        raise Broken("there is no sound in it")
    head = chunks[b"fmt "]
    if len(head) < 16:
        raise Broken("it does not say how its sound is written")
    code, channels, rate, _, align, bits = struct.unpack_from("<HHIIHH", head)
    if code == _EXTENSIBLE:
        if len(head) < 40 or head[26:40] != _GUID_END:
            raise Broken("its sound is written in an unusual way")
        valid_bits, mask, code = struct.unpack_from("<HIH", head, 18)
        extra = struct.pack("<HHIH", 22, valid_bits, mask, code) + _GUID_END
        written = _EXTENSIBLE
    else:
        extra, written = (b"" if code == _PCM else struct.pack("<H", 0)), code
    bytes_each = channels * (bits // 8)
    if (
        code not in (_PCM, _FLOAT, _A_LAW, _MU_LAW)
        or not 1 <= channels <= 8
        or not 4_000 <= rate <= 192_000
        or bits not in (8, 16, 24, 32, 64)
        or align != bytes_each
    ):
        raise Broken("its sound is written in an unusual way")
    sound = chunks[b"data"]
    sound = sound[: len(sound) - len(sound) % align]
    head = struct.pack("<HHIIHH", written, channels, rate, rate * align, align, bits) + extra
    frames = len(sound) // align
    fact = b"" if written == _PCM else _chunk(b"fact", struct.pack("<I", frames))
    body = b"WAVE" + _chunk(b"fmt ", head) + fact + _chunk(b"data", sound)
    return _chunk(b"RIFF", body), frames * 1_000 // rate


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """Return the first chunk of each name; one that says it is longer than the file ends with it."""
    found: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        found.setdefault(name, data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return found


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
