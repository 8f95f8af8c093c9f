"""Banners in two inks, drawn from fixed seeds: three landscapes, 640 by 400."""

from __future__ import annotations

import math
import random
from functools import cache

from fedi.web.art.marks import Point, cuts, disc, lens, rays, shape, window

# x, width, height of the roofline, roof, windows across, windows down
HOUSES = (
    (96, 84, 318, "gable", 2, 2),
    (176, 92, 246, "flat", 3, 5),
    (262, 104, 300, "gable", 3, 3),
    (362, 74, 206, "flat", 2, 6),
    (430, 112, 288, "two gables", 3, 3),
    (538, 66, 236, "flat", 2, 5),
    (600, 90, 296, "gable", 2, 3),
)


def _layers(*layers: tuple[str, str]) -> str:
    return "".join(f'<path class="m-{ink}" d="{path}"/>' for ink, path in layers)


def houses() -> str:
    """Draw a street before a rising sun."""
    hand = random.Random(4)
    cx, cy, radius = 430, 320, 118
    sky = rays(cx, cy, radius + 20, [46, 60, 70, 80], hand, 0.118)
    sun = disc(cx, cy, radius, hand)
    lines = cuts(
        (
            cx - radius * 0.95 + hand.uniform(0, 20),
            cy - 60 + i * 19,
            radius * hand.uniform(1.2, 1.8),
            hand.uniform(-0.02, 0.02),
            4 + i,
        )
        for i in range(4)
    )
    walls: list[str] = []
    dark: list[str] = []
    lit: list[str] = []
    for x, width, roofline, roof, across, down in HOUSES:
        walls.append(_wall(x, width, roofline, roof, hand))
        pane = width / across
        for row in range(down):
            for column in range(across):
                left, top = x + pane * column + pane * 0.27, roofline + 14 + row * 30
                if top <= 386:
                    cut = window(left, top, pane * 0.46, 16, hand, 0.9)
                    (lit if hand.random() < 0.42 else dark).append(cut)
    return _layers(
        ("a", sky),
        ("a", sun),
        ("g", lines),
        ("d", "".join(walls)),
        ("w", "".join(dark)),
        ("a", "".join(lit)),
    )


def _wall(x: float, width: float, roofline: float, roof: str, hand: random.Random) -> str:
    def slip() -> float:
        return hand.uniform(-1.5, 1.5)

    points: list[Point] = [(x, 404), (x + slip(), roofline)]
    if roof == "gable":
        points += [(x + width * 0.5, roofline - 38 + slip())]
    elif roof == "two gables":
        points += [(x + width * 0.25, roofline - 30 + slip()), (x + width * 0.5, roofline)]
        points += [(x + width * 0.75, roofline - 30 + slip())]
    else:
        points += [(x + width * 0.2, roofline), (x + width * 0.2, roofline - 12)]
        points += [(x + width * 0.42, roofline - 12 + slip()), (x + width * 0.42, roofline)]
    return shape([*points, (x + width + slip(), roofline), (x + width, 404)])


def river() -> str:
    """Draw a river under hills."""
    hand = random.Random(9)
    cx, cy, radius = 400, 215, 92
    sky = rays(cx, cy, radius + 18, [40, 54, 66, 76, 84], hand, 0.115)
    sun = disc(cx, cy, radius, hand)
    peaks = [(0, 250), (90, 206), (170, 232), (250, 188), (330, 236), (420, 214), (520, 246)]
    hills = shape([*peaks, (600, 200), (660, 226), (660, 404), (0, 404)])
    water: list[str] = []
    for row in range(7):
        x = -10.0 + (row % 2) * 30
        while x < 650:
            length = hand.uniform(40, 92)
            water.append(
                lens(
                    x, 262 + row * 20 + hand.uniform(-3, 3), length, hand.uniform(-0.05, 0.05), 5.5
                )
            )
            x += length + hand.uniform(8, 18)
    glint = cuts(
        (cx - 60 + hand.uniform(0, 60) - i * 4, 272 + i * 20, hand.uniform(44, 90), 0, 6)
        for i in range(6)
    )
    return _layers(("a", sky), ("a", sun), ("d", hills), ("w", "".join(water)), ("a", glint))


def field() -> str:
    """Draw furrows, hills and a sun without a centre."""
    hand = random.Random(5)
    cx, cy = 420, 190
    sun: list[str] = []
    radius = 56.0
    for ring, (count, length, width) in enumerate(
        [(16, 38, 8), (24, 44, 8), (34, 48, 8), (46, 52, 7), (58, 54, 6)]
    ):
        for i in range(count):
            a = 2 * math.pi * (i + (ring % 2) * 0.5) / count + hand.uniform(-0.02, 0.02)
            x, y = cx + radius * math.cos(a), cy + radius * math.sin(a)
            if -30 <= y <= 300 and x >= 215:
                sun.append(lens(x, y, length * hand.uniform(0.78, 1.02), a, width))
        radius += length + 9
    hills = shape(
        [
            (60, 404),
            (150, 352),
            (262, 318),
            (380, 276),
            (520, 306),
            (660, 262),
            (660, 404),
            (0, 404),
        ]
    )
    furrows = cuts(
        (
            330 + (x - 330) * 0.72,
            322 + abs(x - 330) * 0.03 + hand.uniform(-4, 4),
            84,
            math.pi / 2 - (x - 330) / 520,
            7,
        )
        for x in range(130, 680, 50)
    )
    huts: list[str] = []
    panes: list[str] = []
    for x, y, w, h in (
        (282, 282, 30, 40), (312, 270, 26, 48), (340, 280, 34, 36),
        (500, 276, 30, 46), (534, 262, 24, 60), (562, 278, 40, 44),
    ):  # fmt: skip
        huts.append(shape([(x, y + h), (x, y), (x + w / 2, y - 16), (x + w, y), (x + w, y + h)]))
        panes.append(window(x + w * 0.22, y + 8, w * 0.22, 10, hand, 0.6))
        panes.append(window(x + w * 0.58, y + 8, w * 0.22, 10, hand, 0.6))
    return _layers(
        ("a", "".join(sun)),
        ("d", hills),
        ("c", furrows),
        ("d", "".join(huts)),
        ("a", "".join(panes)),
    )


# Which landscape goes with which sign.
LANDSCAPES = {
    "house": houses, "sun": houses, "ring": houses, "wheel": houses,
    "wave": river,
    "grain": field, "bowl": field, "tree": field,
}  # fmt: skip


@cache
def banner(motif: str) -> str:
    """Return the landscape of a motif as SVG paths in a box of 640 by 400."""
    return LANDSCAPES.get(motif, houses)()
