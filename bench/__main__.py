"""The performance table: `python -m bench`, or some of its rows by name; read the ratios."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable

import uvloop

from bench import bare, fanout, inbox, large, pages, practised
from bench.running import CORES
from bench.table import Line, drawn, heading

Part = Callable[[float], Awaitable[list[Line]]]

PARTS: dict[str, Part] = {
    "inbox": lambda scale: inbox.known(int(3_000 * scale)),
    "strangers": lambda scale: inbox.strangers(int(1_000 * scale)),
    "fanout": fanout.rows,
    "pages": pages.rows,
    "large": large.rows,
    "practised": practised.rows,
}


async def main(names: list[str], scale: float) -> list[Line]:
    """Run the parts one after the other, print each row as soon as it is there, and name what missed its bar."""
    print(f"On {len(CORES)} cores. {bare.busyness()}\n\n{heading()}", flush=True)
    lines: list[Line] = []
    for name in names:
        measured = await PARTS[name](scale)
        print("\n".join(map(drawn, measured)), flush=True)
        lines += measured
    missed = [line.row for line in lines if line.met is False]
    print(f"\n{bare.busyness()}\n{len(missed)} missed their bar: {'; '.join(missed) or 'none'}")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "rows", nargs="*", metavar="ROWS", help=f"of {', '.join(PARTS)}; all, if none is named"
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of everything")
    given = parser.parse_args()
    if unknown := set(given.rows) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    uvloop.run(main(given.rows or list(PARTS), 0.1 if given.quick else given.scale))
