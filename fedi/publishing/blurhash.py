"""BlurHash: a picture's colours in some thirty characters, shown until the picture itself has come."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

Colour = tuple[float, float, float]


def encode(pixels: bytes, width: int, height: int, across: int = 4, down: int = 3) -> str:
    """Return the hash of RGB pixels; `across` and `down` waves, from 1 to 9 each.

    Time grows with every pixel, so hand over a picture made small. See https://blurha.sh.
    """
    linear = [_LINEAR[value] for value in pixels]
    factors = [
        _factor(linear, width, height, i, j, 1.0 if i == j == 0 else 2.0)
        for j in range(down)
        for i in range(across)
    ]
    average, waves = factors[0], factors[1:]
    largest = max((abs(value) for wave in waves for value in wave), default=0.0)
    step = max(0, min(82, int(largest * 166 - 0.5)))
    scale = (step + 1) / 166
    return (
        _base83(across - 1 + (down - 1) * 9, 1)
        + _base83(step, 1)
        + _base83(_average(average), 4)
        + "".join(_base83(_wave(wave, scale), 2) for wave in waves)
    )


def _factor(
    linear: Sequence[float], width: int, height: int, i: int, j: int, weight: float
) -> Colour:
    columns = [cos(pi * i * x / width) for x in range(width)]
    red = green = blue = 0.0
    at = 0
    for y in range(height):
        row = cos(pi * j * y / height)
        for column in columns:
            basis = column * row
            red += basis * linear[at]
            green += basis * linear[at + 1]
            blue += basis * linear[at + 2]
            at += 3
    scale = weight / (width * height)
    return red * scale, green * scale, blue * scale


def _average(colour: Colour) -> int:
    red, green, blue = (_to_srgb(value) for value in colour)
    return (red << 16) + (green << 8) + blue


def _wave(colour: Colour, scale: float) -> int:
    red, green, blue = (
        max(0, min(18, int(_signed_root(value / scale) * 9 + 9.5))) for value in colour
    )
    return (red * 19 + green) * 19 + blue


def _signed_root(value: float) -> float:
    return abs(value) ** 0.5 * (1 if value >= 0 else -1)


def _to_srgb(value: float) -> int:
    value = max(0.0, min(1.0, value))
    if value <= 0.0031308:
        return int(value * 12.92 * 255 + 0.5)
    return int((1.055 * value ** (1 / 2.4) - 0.055) * 255 + 0.5)


def _to_linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _base83(value: int, length: int) -> str:
    return "".join(_DIGITS[value // 83**power % 83] for power in range(length - 1, -1, -1))


_LINEAR = tuple(_to_linear(value) for value in range(256))
