"""What visitors and other servers read: from ready bytes, drawn anew, and what the process costs meanwhile."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

from bench.filling import NAME, fill
from bench.load import Result, best_of, get, load
from bench.running import SERVER_CORES, Process, free_port, instance, process, settings
from bench.table import Line
from fedi.config import load as read_settings

READY, READY_P95 = 5_000, 30
DRAWN, DRAWN_P95 = 300, 100
MEMORY, START, WEIGHT = 100, 1.5, 60
JSON = "application/activity+json"
STARTS, ROUNDS = 5, 5
AT_ONCE = 20
"""So many wait where pages are drawn: 300 a second on one core leave no room for 50 within 100 ms."""
_ELSEWHERE = re.compile(r"<(?:img|script|link|iframe)\b[^>]*(?:src|href)=\"(https?:)?//([^/\"]+)")


async def rows(scale: float = 1.0) -> list[Line]:
    """Measure pages and documents of an instance with a group and a dozen posts."""
    with tempfile.TemporaryDirectory() as name:
        environment = settings(Path(name) / "data", free_port())
        config = read_settings(environment)
        posts = await fill(config)
        group = f"/groups/{NAME}"
        paths = [post.removeprefix(config.origin) for post in posts[:4]]
        asked = (
            ("group page", group, "text/html"),
            ("post page", paths[1], "text/html"),
            ("actor document", group, JSON),
        )
        start = starting(environment, STARTS if scale >= 1 else 1)
        bare = await bare_rate(int(20_000 * scale))
        with instance(environment) as server:
            await asyncio.sleep(2)
            idle = server.resident
            lines = [
                await unchanged(server, what, path, accept, int(20_000 * scale), bare)
                for what, path, accept in asked
            ]
            lines += [
                await drawn(server, what, path, accept, int(2_000 * scale))
                for what, path, accept in asked
            ]
            lines.append(
                Line(
                    row="idle memory of fedi serve",
                    bar=f"≤ {MEMORY} MB resident",
                    measured=f"{idle:.0f} MB",
                    met=idle <= MEMORY,
                    note=f"web and worker; after the pages above {server.resident:.0f} MB",
                )
            )
            lines += [start, weight(server.port, ["/", group, *paths, "/calendar", "/about"])]
        return lines


async def unchanged(
    server: Process, what: str, path: str, accept: str, count: int, bare: Result
) -> Line:
    """Ask for the same thing again and again, as nobody in particular."""
    request = get(server.port, path, accept)
    await load(server, [request] * 100)
    result = (await best_of(ROUNDS, server, [request] * count)).only(200)
    return Line(
        row=f"{what}, unchanged",
        bar=f"≥ {READY:,}/s a core, p95 < {READY_P95} ms",
        measured=_speed(result),
        met=result.per_core >= READY and result.p95 < READY_P95,
        ratio=f"{result.per_core / bare.per_core:.2f} of {bare.per_core:,.0f}/s a core",
        note="bare: uvicorn giving ready bytes",
    )


async def drawn(server: Process, what: str, path: str, accept: str, count: int) -> Line:
    """Ask with a cookie, which is never answered from ready bytes: so each answer is drawn anew."""
    request = get(server.port, path, accept, cookie="session=nobody")
    await load(server, [request] * 20)
    result = (await best_of(ROUNDS, server, [request] * count, AT_ONCE)).only(200)
    return Line(
        row=f"{what}, drawn anew",
        bar=f"≥ {DRAWN}/s a core, p95 < {DRAWN_P95} ms",
        measured=_speed(result),
        met=result.per_core >= DRAWN and result.p95 < DRAWN_P95,
        note=f"{result.each:.2f} ms CPU; {AT_ONCE} at once",
    )


def _speed(result: Result) -> str:
    return f"{result.per_core:,.0f}/s a core, {result.rate:,.0f}/s wall, p95 {result.p95:.0f} ms"


async def bare_rate(count: int) -> Result:
    """Measure a bare server that gives ready bytes."""
    port = free_port()
    with process(["bench.bare", str(port)], port, SERVER_CORES) as server:
        request = get(port, "/")
        await load(server, [request] * 100)
        return (await best_of(ROUNDS, server, [request] * count)).only(200)


def starting(environment: dict[str, str], times: int) -> Line:
    """Measure from the start of the process to its first answer."""
    taken, used = [], []
    for _ in range(times):
        begun = time.perf_counter()
        with instance(environment) as server:
            taken.append(time.perf_counter() - begun)
            used.append(server.cpu)
    return Line(
        row="start to first answer",
        bar=f"< {START} s",
        measured=f"{min(taken):.2f} s",
        met=min(taken) < START,
        note=f"the best of {times}, median {median(taken):.2f} s; {min(used):.2f} s CPU, on one core",
    )


def weight(port: int, paths: list[str]) -> Line:
    """Weigh each page with its stylesheet, and look for what it would fetch from elsewhere."""
    heaviest, named, foreign = 0, "", set[str]()
    for path in paths:
        html = _fetch(port, path)
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
        size = len(html.encode()) + sum(len(_fetch(port, sheet).encode()) for sheet in sheets)
        foreign |= {found[1] for found in _ELSEWHERE.findall(html)} - {f"localhost:{port}"}
        if size > heaviest:
            heaviest, named = size, path
    return Line(
        row="weight of a page, HTML + CSS",
        bar=f"≤ {WEIGHT} KB, nothing from elsewhere",
        measured=f"{heaviest / 1000:.0f} KB, {len(foreign)} from elsewhere",
        met=heaviest <= WEIGHT * 1000 and not foreign,
        note=f"the heaviest of {len(paths)}: {named.rpartition('/')[0] or named}",
    )


def _fetch(port: int, path: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Accept": "*/*;q=0.1, text/html"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()
