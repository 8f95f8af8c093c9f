"""One post to a thousand hosts: `python -m bench.fanout`; read the ratios."""

from __future__ import annotations

import asyncio
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import trustme
import uvloop

from bench.receivers import OneAddress, receivers
from bench.table import Line, percentile, render
from fedi.activitypub.client import exchange, make_client
from fedi.activitypub.keys import PrivateKey, generate_ed25519, generate_rsa
from fedi.activitypub.signatures import Request, sign
from fedi.clock import now_ms
from fedi.config import Config, load
from fedi.delivery import activities, outbox
from fedi.delivery.worker import Worker
from fedi.storage import activities as kept
from fedi.storage import actors as actor_rows
from fedi.storage import deliveries, follows, keys
from fedi.storage.actors import Actor
from fedi.storage.keys import StoredKey
from fedi.storage.migrate import migrate
from fedi.storage.store import Store, open_store
from fedi.storage.tx import Tx

HOSTS = 1_000
ROUNDS = 3
POSTS = 5
IN_FLIGHT = 64
LONGEST = 12.0
GROUP = "https://groups.example/groups/harbour"
TEXT = "<p>" + "We meet on Friday at the harbour, and everybody is welcome. " * 20 + "</p>"


@asynccontextmanager
async def an_instance(folder: Path, ca_file: Path) -> AsyncIterator[tuple[Config, Store]]:
    """Open an empty instance that may deliver to loopback."""
    config = load(
        {
            "FEDI_DATA": str(folder),
            "FEDI_DOMAIN": "groups.example",
            "FEDI_ALLOW_PRIVATE": "127.0.0.0/8",
            "FEDI_CA_FILE": str(ca_file),
        }
    )
    migrate(config)
    async with await open_store(config) as store:
        yield config, store


def add_group(tx: Tx) -> None:
    """Keep a group with its keys."""
    actor = Actor(GROUP, True, "Group", "groups.example", "harbour", "Harbour", f"{GROUP}/inbox")
    actor_rows.put_local(tx, actor, 0)
    for pair, name in ((generate_rsa(), "key-1"), (generate_ed25519(), "key-2")):
        key = StoredKey(f"{GROUP}#{name}", GROUP, pair.algorithm, pair.public, pair.private, 0)
        keys.put(tx, key, 0)


def add_followers(tx: Tx, origins: list[str], each: int = 1) -> None:
    """Let so many people on each host follow the group, and nobody else."""
    tx.execute("DELETE FROM follows")
    for origin in origins:
        host = origin.partition("://")[2]
        for n in range(each):
            name = f"{origin}/users/u{n}"
            actor = Actor(name, False, "Person", host, f"u{n}", f"u{n}", f"{name}/inbox")
            actor_rows.put_remote(tx, replace(actor, shared_inbox=f"{origin}/inbox"), 0)
            follows.add(tx, name, GROUP, follows.ACCEPTED, "", 0)


def publish(tx: Tx) -> str:
    """Let the group say something."""
    site = load({"FEDI_DOMAIN": "groups.example"}).site
    note = {
        "id": site.new_object("updates"),
        "type": "Note",
        "attributedTo": GROUP,
        "content": TEXT,
        **activities.addressed(GROUP, "public"),
    }
    said = activities.create(GROUP, note)
    return outbox.publish(tx, site, by=GROUP, activity=said, audience="public", now=now_ms())


async def bare(client: httpx.AsyncClient, store: Store, origins: list[str], posts: int) -> None:
    """Sign and post with the same client, and nothing else: no database, no order, no retries."""
    stored = await store.read(lambda tx: keys.signing(tx, GROUP, "rsa"))
    key = PrivateKey(stored.id, GROUP, "rsa", stored.private or "")
    name = await store.write(publish)
    await store.write(lambda tx: tx.execute("DELETE FROM deliveries"))
    said = await store.read(lambda tx: kept.find(tx, name))
    assert said is not None
    left = [origin for _ in range(posts) for origin in origins]

    async def lane() -> None:
        while left:
            url = left.pop() + "/inbox"
            headers = {"content-type": "application/activity+json"}
            request = Request("POST", url, headers, said.body)
            headers |= sign(request, key, "cavage", now_ms())
            await exchange(client, "POST", url, headers=headers, body=said.body, cap=4096, cut=True)

    await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))


async def by_worker(client: httpx.AsyncClient, config: Config, store: Store, posts: int) -> None:
    """Publish, and let the worker deliver until nothing is due."""
    for _ in range(posts):
        await store.write(publish)
    await Worker(store, client, config.site).drain()


@dataclass(frozen=True, slots=True)
class Cost:
    """How fast something went, and how many milliseconds of CPU each took."""

    rate: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:,.0f}/s, {self.cpu:.2f} ms CPU each"


async def measured(count: int, work: Callable[[], Awaitable[None]]) -> Cost:
    """Run something that does so many, and say what it cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    used = time.process_time() - cpu
    return Cost(count / (time.perf_counter() - wall), used / count * 1000)


async def signing(store: Store) -> Cost:
    """Sign and do nothing else: what each delivery costs at least, and how busy this machine is."""
    stored = await store.read(lambda tx: keys.signing(tx, GROUP, "rsa"))
    key = PrivateKey(stored.id, GROUP, "rsa", stored.private or "")
    request = Request("POST", "https://far.example/inbox", {}, b"{}")

    async def work() -> None:
        for _ in range(1_000):
            sign(request, key, "cavage", now_ms())

    return await measured(1_000, work)


async def both(
    config: Config, store: Store, origins: list[str], posts: int, *, warm: bool
) -> tuple[Cost, Cost]:
    """Deliver bare and by the worker, to hosts never spoken to or (`warm`) to ones just spoken to."""
    await store.write(lambda tx: add_followers(tx, origins))

    async def cost(work: Callable[[httpx.AsyncClient], Awaitable[None]]) -> Cost:
        async with make_client(config, resolver=OneAddress()) as client:
            if warm:
                await work(client)
            return await measured(len(origins) * posts, lambda: work(client))

    async def best(work: Callable[[httpx.AsyncClient], Awaitable[None]]) -> Cost:
        costs = [await cost(work) for _ in range(ROUNDS)]
        return Cost(max(one.rate for one in costs), min(one.cpu for one in costs))

    return (
        await best(lambda client: bare(client, store, origins, posts)),
        await best(lambda client: by_worker(client, config, store, posts)),
    )


async def compare(
    config: Config, store: Store, scheme: str, port: int, scale: float
) -> AsyncIterator[Line]:
    """Deliver one post to many hosts, and several to fewer, with each cost beside the bare one."""
    signs = await signing(store)
    note = f"signing alone is {signs.cpu:.2f} ms of it"
    many = [f"{scheme}://host-{n}.bench.test:{port}" for n in range(int(HOSTS * scale))]
    cases = (("cold", many, 1, 1.6), ("warm", many[: len(many) // POSTS], POSTS, 0.8))
    for what, origins, posts, bar in cases:
        alone, worker = await both(config, store, origins, posts, warm=what == "warm")
        ratio = worker.rate / alone.rate
        tls = scheme == "https"
        met = worker.cpu <= bar and (worker.rate >= 780 or posts > 1) if tls else ratio >= 0.6
        yield Line(
            row=f"fan-out, {'TLS' if tls else 'plain HTTP'}, {what}",
            bar=f"≤ {bar} ms CPU each" + ("" if posts > 1 else ", ≥ 780/s")
            if tls
            else "≥ 0.6 of bare",
            measured=str(worker),
            met=met,
            ratio=f"{ratio:.2f} of {alone}",
            note=f"{posts} to {len(origins)} hosts; {note}",
        )


async def sick(config: Config, store: Store, port: int, scale: float) -> Line:
    """Deliver to many hosts of which a quarter is sick; when do the healthy ones hear?"""
    origins = [f"https://sick-{n}.bench.test:{port}" for n in range(int(HOSTS * scale))]
    await store.write(lambda tx: add_followers(tx, origins))
    async with make_client(config, resolver=OneAddress()) as client:
        worker = asyncio.create_task(Worker(store, client, config.site).run())
        await heard(config, port)
        healthy = len(origins) - -(-len(origins) // 4)
        before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.time()
        waited: list[float] = []
        await store.write(publish)
        while len(waited) < healthy and time.time() < begun + LONGEST:
            await asyncio.sleep(0.5)
            waited += [moment - begun for moment in await heard(config, port)]
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    p95 = percentile(waited, 0.95)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    return Line(
        row="the same, a quarter of the hosts sick",
        bar="healthy hosts hear at p95 within 2 s, memory flat",
        measured=f"p95 {p95:.2f} s, median {percentile(waited, 0.5):.2f} s, +{more} MB",
        met=p95 <= 2 and len(waited) == healthy,
        note=f"{len(waited)} of {healthy} healthy hosts; silent, slow, 500, 429 and 410 beside them",
    )


async def heard(config: Config, port: int) -> list[float]:
    """When each host that is well first heard something since this was last asked."""
    async with make_client(config, resolver=OneAddress()) as client:
        answer = await client.get(f"https://host-0.bench.test:{port}/heard")
        return answer.json()


async def plan(store: Store, scale: float) -> Line:
    """Plan a post to 100,000 followers on 5,000 hosts."""
    origins = [f"https://host-{n}.plan.test" for n in range(int(5_000 * scale))]
    await store.write(lambda tx: add_followers(tx, origins, 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    said = await store.write(publish)
    seconds = time.perf_counter() - begun
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    progress = await store.read(lambda tx: deliveries.progress(tx, said))
    assert progress is not None and progress.planned == len(origins)
    return Line(
        row=f"planning for {len(origins) * 20:,} followers",
        bar="< 1 s, flat memory",
        measured=f"{seconds:.2f} s, +{more} MB",
        met=seconds < 1 and more < 10,
        note=f"on {len(origins):,} hosts",
    )


async def rows(scale: float = 1.0) -> list[Line]:
    """Measure on a SQLite file in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.pem")
        issued = authority.issue_cert("*.bench.test")
        issued.private_key_and_cert_chain_pem.write_to_path(folder / "host.pem")
        async with an_instance(folder / "data", folder / "ca.pem") as (config, store):
            await store.write(add_group)
            with receivers() as port:
                lines = [line async for line in compare(config, store, "http", port, scale)]
            with receivers(str(folder / "host.pem")) as port:
                lines += [line async for line in compare(config, store, "https", port, scale)]
                lines.append(await sick(config, store, port, scale))
            return [*lines, await plan(store, scale)]


if __name__ == "__main__":
    print(render(uvloop.run(rows())))
