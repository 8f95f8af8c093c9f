"""The performance table: `python -m bench`, or some of its rows by name; read the ratios."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable

import uvloop

from bench import fanout, inbox, large, pages
from bench.table import Line, render

Part = Callable[[float], Awaitable[list[Line]]]

PARTS: dict[str, Part] = {
    "inbox": lambda scale: inbox.known(int(3_000 * scale)),
    "strangers": lambda scale: inbox.strangers(int(1_000 * scale)),
    "fanout": fanout.rows,
    "pages": pages.rows,
    "large": large.rows,
}


async def main(names: list[str], scale: float) -> list[Line]:
    """Run the parts one after the other and print each row as soon as it is there."""
    lines: list[Line] = []
    for name in names:
        lines += await PARTS[name](scale)
        print(render(lines), flush=True)
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "rows", nargs="*", metavar="ROWS", help=f"of {', '.join(PARTS)}; all, if none is named"
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of everything")
    given = parser.parse_args()
    uvloop.run(main(given.rows or list(PARTS), 0.1 if given.quick else given.scale))
