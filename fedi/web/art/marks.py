"""The gouge mark, a lens-shaped cut, and the other strokes that every picture of fedi is made of."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence

Point = tuple[float, float]


def short(value: float) -> str:
    """Write a number as briefly as SVG allows."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def lens(x: float, y: float, length: float, angle: float, width: float) -> str:
    """Cut a gouge mark from a point in a direction."""
    ex, ey = length * math.cos(angle), length * math.sin(angle)
    px, py = -math.sin(angle) * width, math.cos(angle) * width
    there = f"{round(ex / 2 + px)} {round(ey / 2 + py)} {round(ex)} {round(ey)}"
    back = f"{round(-ex / 2 - px)} {round(-ey / 2 - py)} {round(-ex)} {round(-ey)}"
    return f"M{round(x)} {round(y)}q{there}q{back}".replace(" -", "-")


def cuts(marks: Iterable[tuple[float, float, float, float, float]]) -> str:
    """Cut several gouge marks as one path."""
    return "".join(lens(*one) for one in marks)


def shape(points: Sequence[Point]) -> str:
    """Close a shape of straight cuts."""
    return "M" + "L".join(f"{round(x)} {round(y)}" for x, y in points) + "z"


def disc(cx: float, cy: float, radius: float, hand: random.Random) -> str:
    """Cut a disc by hand: 26 sides, none quite true."""
    return shape(
        [
            (
                cx + radius * (1 + hand.uniform(-0.018, 0.018)) * math.cos(2 * math.pi * i / 26),
                cy + radius * (1 + hand.uniform(-0.018, 0.018)) * math.sin(2 * math.pi * i / 26),
            )
            for i in range(26)
        ]
    )


def window(x: float, y: float, w: float, h: float, hand: random.Random, slip: float) -> str:
    """Cut a rectangle by hand."""

    def near(px: float, py: float) -> Point:
        return px + hand.uniform(-slip, slip), py + hand.uniform(-slip, slip)

    return shape([near(x, y), near(x + w, y), near(x + w, y + h), near(x, y + h)])


def rays(
    cx: float, cy: float, start: float, rings: Sequence[int], hand: random.Random, step: float
) -> str:
    """Cut rings of rays over a rising sun, leaving the ground behind the text clear."""
    path: list[str] = []
    radius = start
    for ring, length in enumerate(rings):
        angle = math.pi * 0.98 + (ring % 2) * step / 2
        stride = step * (1 if ring < 2 else 0.8 if ring < 3 else 0.7)
        while angle < math.pi * 2.02:
            reach = length * hand.uniform(0.72, 1.05)
            near = radius + hand.uniform(0, 8)
            turn = angle + hand.uniform(-0.012, 0.012)
            width = 5 * hand.uniform(0.8, 1.15) * (1 - 0.1 * ring)
            clear_of_text = (
                cx + (near + reach * 0.4) * math.cos(turn)
                > 205 + max(0.0, cy + near * math.sin(turn) - 120) * 0.25
            )
            if clear_of_text and cy + near * math.sin(turn) > -10:
                x, y = cx + near * math.cos(turn), cy + near * math.sin(turn)
                path.append(lens(x, y, reach, turn, width))
            angle += stride
        radius += length + 14
    return "".join(path)


def sign() -> str:
    """Draw the sign of fedi, in a box of 32: nine cuts around an empty middle."""
    path: list[str] = []
    for i in range(9):
        a = 2 * math.pi * i / 9 - math.pi / 2
        x, y = 16 + 5.2 * math.cos(a), 16 + 5.2 * math.sin(a)
        ex, ey = 9.4 * math.cos(a), 9.4 * math.sin(a)
        px, py = -math.sin(a) * 4.3, math.cos(a) * 4.3
        out = f"q{short(ex * 0.62 + px)} {short(ey * 0.62 + py)} {short(ex)} {short(ey)}"
        back = f"q{short(-ex * 0.38 - px)} {short(-ey * 0.38 - py)} {short(-ex)} {short(-ey)}"
        path.append(f"M{short(x)} {short(y)}{out}{back}")
    return "".join(path)


def strip() -> str:
    """Cut the band that closes a block, 836 by 50."""
    return cuts(
        (
            x * 13 + (row % 2) * 19,
            8 + row * 11,
            25 + ((x * 7 + row * 5) % 8),
            0.34 * math.sin(x * 0.23 + row * 0.5),
            6,
        )
        for row in range(4)
        for x in range(0, 64, 3)
    )
