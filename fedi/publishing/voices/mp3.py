"""MP3: the frames alone (ISO 11172-3, 13818-3); what stands before, between and behind them is left out."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from fedi.publishing.voices.broken import Broken

_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_BITRATES = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_LONGEST_GAP = 65_536
"""Bytes between two frames beyond which the rest is taken for something else."""
_IN_A_ROW = 3
"""How many frames must follow each other to be believed."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the head of a frame says."""

    is_first_version: bool
    is_mono: bool
    rate: int
    length: int

    @property
    def samples(self) -> int:
        return 1_152 if self.is_first_version else 576

    @property
    def side(self) -> int:
        """Where the frame's own data begin, behind head and side information."""
        if self.is_first_version:
            return 21 if self.is_mono else 36
        return 13 if self.is_mono else 21


def begins(data: bytes) -> bool:
    """Tell whether this is an MP3 file."""
    return data[:3] == b"ID3" or _frame(data, 0) is not None


def rewrite(data: bytes) -> tuple[bytes, int]:
    """Return the frames alone, and the length in milliseconds."""
    at = _behind_tags(data)
    frames: list[bytes] = []
    rate = samples = 0
    about: tuple[bytes, _Frame] | None = None
    while True:
        frame = _frame(data, at)
        if frame is None or (rate and frame.rate != rate) or at + frame.length > len(data):
            found = _next(data, at + 1, rate)
            if found is None:
                break
            at = found
            continue
        rate = frame.rate
        body = data[at : at + frame.length]
        if not frames and about is None and _is_about(body, frame):
            about = body, frame
        else:
            frames.append(body)
            samples += frame.samples
        at += frame.length
    if len(frames) < _IN_A_ROW:
        raise Broken("there is no sound in it")
    made = b"".join(frames)
    first = _about(*about, len(frames), len(made)) if about else b""
    return first + made, samples * 1_000 // rate


def _behind_tags(data: bytes) -> int:
    """Return where the tags at the beginning end, of which there may be several."""
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    return at


def _frame(data: bytes, at: int) -> _Frame | None:
    """Read the head of a frame, if there is one of layer III."""
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[at + 1] >> 3 & 3, data[at + 1] >> 1 & 3
    bitrate, rate = data[at + 2] >> 4, data[at + 2] >> 2 & 3
    if version not in _RATES or layer != 1 or bitrate in (0, 15) or rate == 3:
        return None
    is_first = version == 3
    hertz = _RATES[version][rate]
    bits = _BITRATES[is_first][bitrate - 1] * 1_000
    length = (144 if is_first else 72) * bits // hertz + (data[at + 2] >> 1 & 1)
    return _Frame(is_first, data[at + 3] >> 6 == 3, hertz, length)


def _next(data: bytes, at: int, rate: int) -> int | None:
    """Find where several frames follow each other again, not too far away."""
    last = min(len(data), at + _LONGEST_GAP)
    while (at := data.find(b"\xff", at, last)) >= 0:
        end = at
        for _ in range(_IN_A_ROW):
            frame = _frame(data, end)
            if frame is None or (rate and frame.rate != rate):
                break
            end += frame.length
        else:
            return at
        at += 1
    return None


def _is_about(body: bytes, frame: _Frame) -> bool:
    """Tell whether a frame holds no sound but says how long the whole is; programs write their names into it."""
    return body[frame.side : frame.side + 4] in (b"Xing", b"Info") or body[36:40] == b"VBRI"


def _about(body: bytes, frame: _Frame, count: int, size: int) -> bytes:
    """Write such a frame anew with the number of frames and bytes alone, without which players guess the length."""
    if frame.length < frame.side + 16:
        return b""
    head = bytes((body[0], body[1] | 1, body[2], body[3]))
    told = b"Xing" + struct.pack(">III", 3, count, size + frame.length)
    return (head + bytes(frame.side - 4) + told).ljust(frame.length, b"\0")
