"""A group with 100,000 posts, 50,000 followers and 1,000,000 interactions, beside one whose pages are just full."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bench.filling import NAME
from bench.growing import Size, grow
from bench.load import get, load
from bench.running import Process, free_port, instance, settings
from bench.table import Line
from fedi.config import Config
from fedi.config import load as read_settings

PAGES, JSON = "text/html", "application/activity+json"
BAR = 2.0
TIMES = 50
ENOUGH = 0.25
"""Seconds of CPU to measure for each address: the kernel counts in hundredths."""


SMALL = Size(posts=600, followers=120, notes=120, likes=300, answers=60)
LARGE = Size(posts=100_000, followers=50_000, notes=100_000, likes=900_000, answers=20_000)


async def rows(scale: float = 1.0) -> list[Line]:
    """Measure what each page and each document of the two groups costs."""
    with tempfile.TemporaryDirectory() as name:
        large = Size(*(max(int(n * scale), least) for n, least in _pairs(LARGE, SMALL)))
        costs: list[dict[str, float]] = []
        for number, size in enumerate((SMALL, large)):
            environment = settings(Path(name) / str(number), free_port())
            config = read_settings(environment)
            posts = await grow(config, size)
            with instance(environment, "--no-worker") as server:
                costs.append(await cost_of_all(server, config, posts, min(scale, 1) * ENOUGH))
        return summed_up(costs[0], costs[1], large)


def summed_up(small: dict[str, float], large: dict[str, float], size: Size) -> list[Line]:
    """Say which address grew most, and name every one that grew too much."""
    grown = sorted(small, key=lambda what: large[what] / small[what], reverse=True)
    missed = [what for what in grown if large[what] > BAR * small[what]]
    note = (
        f"{size.posts:,} posts, {size.followers:,} followers, "
        f"{size.likes + size.notes:,} interactions; CPU of {len(small)} addresses"
    )
    return [
        Line(
            row=f"large group: {what}",
            bar=f"≤ {BAR:.0f} × the small one",
            measured=f"{large[what]:.2f} ms CPU",
            met=what not in missed,
            ratio=f"{large[what] / small[what]:.2f} of {small[what]:.2f} ms",
            note=note if number == 0 else "",
        )
        for number, what in enumerate(missed + [what for what in grown if what not in missed][:3])
    ]


def _pairs(large: Size, small: Size) -> list[tuple[int, int]]:
    names = ("posts", "followers", "notes", "likes", "answers")
    return [(getattr(large, name), getattr(small, name)) for name in names]


async def cost_of_all(
    server: Process, config: Config, posts: list[str], enough: float
) -> dict[str, float]:
    """Return the server's CPU for each address in milliseconds, each drawn anew."""
    group = f"/groups/{NAME}"
    post = posts[0].removeprefix(config.origin)
    middle = f"{_middle(config)}-{config.site.object('updates', 'z' * 26)}"
    asked = {
        "front page": ("/", PAGES),
        "group page": (group, PAGES),
        "group page, one kind": (f"{group}?kind=minutes", PAGES),
        "group page, from the middle": (f"{group}?before={middle}", PAGES),
        "post with its thread": (post, PAGES),
        "calendar": ("/calendar", PAGES),
        "tag page": ("/tags/housing", PAGES),
        "about page": ("/about", PAGES),
        "Atom feed": (f"{group}/feed.atom", "*/*"),
        "NodeInfo": ("/nodeinfo/2.1", "*/*"),
        "actor": (group, JSON),
        "post document": (post, JSON),
        "followers": (f"{group}/followers", JSON),
        "followers, a page": (f"{group}/followers?page=first", JSON),
        "following": (f"{group}/following", JSON),
        "outbox": (f"{group}/outbox", JSON),
        "outbox, a page": (f"{group}/outbox?page=first", JSON),
        "outbox, from the middle": (f"{group}/outbox?page={middle}", JSON),
        "featured": (f"{group}/featured", JSON),
        "featured tags": (f"{group}/featured_tags", JSON),
        "replies": (f"{post}/replies", JSON),
        "likes": (f"{post}/likes", JSON),
        "shares": (f"{post}/shares", JSON),
    }
    costs: dict[str, float] = {}
    for what, (path, accept) in asked.items():
        request = get(server.port, path, accept, cookie="a=b")
        await load(server, [request] * 5, 1)
        cpu, count = 0.0, 0
        while cpu <= enough:
            result = (await load(server, [request] * TIMES, 4)).only(200)
            cpu, count = cpu + result.cpu, count + result.count
        costs[what] = cpu / count * 1000
    return costs


def _middle(config: Config) -> int:
    with closing(sqlite3.connect(config.database)) as database:
        first, last = database.execute(
            "SELECT min(published_at), max(published_at) FROM objects"
        ).fetchone()
        return (first + last) // 2
