"""Avatars: eight signs in a box of 48."""

from __future__ import annotations

import math
from functools import cache

from fedi.web.art.marks import cuts

MOTIFS = ("house", "wave", "grain", "bowl", "ring", "tree", "sun", "wheel")
_UP = -math.pi / 2


def _around(count: int, start: float, radius: float, length: float, width: float) -> str:
    turns = [start + 2 * math.pi * i / count for i in range(count)]
    return cuts(
        (24 + radius * math.cos(a), 24 + radius * math.sin(a), length, a, width) for a in turns
    )


@cache
def avatars() -> dict[str, str]:
    """Draw all eight, by motif."""
    ears = [(24.0, 18.0, 13.0, _UP, 7.0)]
    ears += [(24, 20 + i * 8, 13, _UP + side * 0.85, 6) for i in range(3) for side in (-1, 1)]
    steam = [(15.0, 22.0, 13.0, -1.5, 5.0), (24, 22, 16, -1.6, 5), (33, 22, 13, -1.5, 5)]
    leaves = [(24.0, 30.0, 17.0, a, 6.0) for a in (-2.9, -2.3, -1.57, -0.84, -0.24)]
    leaves += [(24, 20, 13, a, 5) for a in (-2.5, -0.64)]
    beams = [
        (24 + 15 * math.cos(a), 34 + 15 * math.sin(a), 11.0, a, 4.0)
        for a in (-2.9, -2.36, -1.83, -1.31, -0.78, -0.24)
    ]
    return {
        "house": '<path class="m-a" d="M5 15q19-16 38 0l-3 2q-16-12-32 0z"/><path class="m-c" fill-rule="evenodd" '
        'd="M9 42V26L24 13l15 13v16zM15 27v6h6v-6zm12 0v6h6v-6zM21 36v6h6v-6z"/>',
        "wave": '<path class="m-a" d="M13 17a11 11 0 0 1 22 0z"/><path class="m-c" '
        'd="M4 23q5-6 10 0t10 0 10 0 10 0v5q-5 6-10 0t-10 0-10 0-10 0z'
        'M4 34q5-6 10 0t10 0 10 0 10 0v5q-5 6-10 0t-10 0-10 0-10 0z"/>',
        "grain": f'<path class="m-c" d="M23 45V14h2v31z"/><path class="m-a" d="{cuts(ears)}"/>',
        "bowl": '<path class="m-c" d="M6 26h36q0 14-12 16H18Q6 40 6 26z"/>'
        f'<path class="m-a" d="{cuts(steam)}"/>',
        "ring": f'<path class="m-c" d="{_around(9, _UP, 8, 12, 6)}"/>'
        '<path class="m-a" d="M20 24a4 4 0 1 1 8 0 4 4 0 0 1-8 0z"/>',
        "tree": f'<path class="m-c" d="M22 44l1-22h2l1 22z"/><path class="m-a" d="{cuts(leaves)}"/>',
        "sun": '<path class="m-a" d="M12 34a12 12 0 0 1 24 0z"/>'
        f'<path class="m-c" d="M4 36h40v3H4zM10 41h28v3H10z{cuts(beams)}"/>',
        "wheel": '<path class="m-c" fill-rule="evenodd" '
        'd="M6 24a18 18 0 1 1 36 0 18 18 0 0 1-36 0zm4 0a14 14 0 1 0 28 0 14 14 0 0 0-28 0z"/>'
        f'<path class="m-a" d="{_around(8, 0, 4, 10, 3)}"/>',
    }
