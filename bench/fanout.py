"""One post to a thousand hosts: `python -m bench.fanout`; read the ratios."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from socket import AddressFamily, socket

import httpx
import trustme
import uvloop
from aiohttp.abc import AbstractResolver, ResolveResult

from fedi.activitypub.client import make_client
from fedi.activitypub.keys import PrivateKey, generate_ed25519, generate_rsa
from fedi.activitypub.posting import Poster
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
FEWER, POSTS = 200, 5
IN_FLIGHT = 64
GROUP = "https://groups.example/groups/harbour"
TEXT = "<p>" + "We meet on Friday at the harbour, and everybody is welcome. " * 20 + "</p>"


class OneAddress(AbstractResolver):
    """Every name leads here."""

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        pass


@contextmanager
def receivers(*certificate: str) -> Iterator[int]:
    """Run the thousand hosts in a process of their own and yield their port."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.receivers", str(port), *certificate]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield port
    finally:
        process.kill()
        process.wait()


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
    poster = Poster(client)
    left = [origin for _ in range(posts) for origin in origins]

    async def lane() -> None:
        while left:
            url = left.pop() + "/inbox"
            headers = {"content-type": "application/activity+json"}
            request = Request("POST", url, headers, said.body)
            headers |= sign(request, key, "cavage", now_ms())
            await poster.post(url, headers, said.body, cap=4096, seconds=12)

    await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))


async def by_worker(client: httpx.AsyncClient, config: Config, store: Store, posts: int) -> None:
    """Publish, and let the worker deliver until nothing is due."""
    for _ in range(posts):
        await store.write(publish)
    await Worker(store, client, config.site).drain()


async def measured(
    what: str, count: int, work: Callable[[], Awaitable[None]], against: float = 0.0
):
    """Run something, print its rate and its CPU time, and return the rate."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    rate = count / (time.perf_counter() - wall)
    used = (time.process_time() - cpu) / count * 1000
    ratio = f"{rate / against:.2f} of bare" if against else ""
    print(f"{what:<44} {rate:>7,.0f}/s {used:>6.2f} ms CPU  {ratio}")
    return rate


async def signing(store: Store) -> None:
    """Sign and do nothing else: what each delivery costs at least, and how busy this machine is."""
    stored = await store.read(lambda tx: keys.signing(tx, GROUP, "rsa"))
    key = PrivateKey(stored.id, GROUP, "rsa", stored.private or "")
    request = Request("POST", "https://far.example/inbox", {}, b"{}")

    async def work() -> None:
        for _ in range(HOSTS):
            sign(request, key, "cavage", now_ms())

    await measured("signing alone", HOSTS, work)


async def compare(config: Config, store: Store, scheme: str, port: int) -> None:
    """Deliver bare and by the worker, to hosts never spoken to and to ones just spoken to."""
    many = [f"{scheme}://host-{n}.bench.test:{port}" for n in range(HOSTS)]
    few = many[:FEWER]

    async def both(what: str, origins: list[str], posts: int, *, warm: bool) -> None:
        await store.write(lambda tx: add_followers(tx, origins))
        count, rate = len(origins) * posts, 0.0
        for name in ("bare", "worker"):
            async with make_client(config, resolver=OneAddress()) as client:

                async def work(name: str = name, client: httpx.AsyncClient = client) -> None:
                    if name == "bare":
                        await bare(client, store, origins, posts)
                    else:
                        await by_worker(client, config, store, posts)

                if warm:
                    await work()
                label = f"{scheme} {what}, {name}"
                rate = await measured(label, count, work, 0.0 if name == "bare" else rate)

    await both(f"cold, 1 post to {HOSTS} hosts", many, 1, warm=False)
    await both(f"warm, {POSTS} posts to {FEWER} hosts", few, POSTS, warm=True)


async def sick(config: Config, store: Store, port: int) -> None:
    """Deliver to a thousand hosts of which a quarter is sick; when do the healthy ones hear?"""
    origins = [f"https://sick-{n}.bench.test:{port}" for n in range(HOSTS)]
    await store.write(lambda tx: add_followers(tx, origins))
    async with make_client(config, resolver=OneAddress()) as client:
        worker = asyncio.create_task(Worker(store, client, config.site).run())
        await heard(config, port)
        begun = time.time()
        await store.write(publish)
        await asyncio.sleep(8)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    moments = await heard(config, port)
    waited = [moment - begun for moment in moments]
    print(
        f"a quarter sick: {len(waited)} healthy hosts heard, median {waited[len(waited) // 2]:.2f} s, "
        f"p95 {waited[int(len(waited) * 0.95)]:.2f} s"
    )


async def heard(config: Config, port: int) -> list[float]:
    """When each host that is well first heard something since this was last asked."""
    async with make_client(config, resolver=OneAddress()) as client:
        answer = await client.get(f"https://host-0.bench.test:{port}/heard")
        return answer.json()


async def plan(store: Store) -> None:
    """Plan a post to 100,000 followers on 5,000 hosts."""
    origins = [f"https://host-{n}.plan.test" for n in range(5_000)]
    await store.write(lambda tx: add_followers(tx, origins, 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    said = await store.write(publish)
    seconds = time.perf_counter() - begun
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    progress = await store.read(lambda tx: deliveries.progress(tx, said))
    assert progress is not None
    print(f"planning 100,000 followers: {seconds:.2f} s, {progress.planned} deliveries, +{more} MB")


async def main() -> None:
    """Measure on SQLite files in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.pem")
        issued = authority.issue_cert("*.bench.test")
        issued.private_key_and_cert_chain_pem.write_to_path(folder / "host.pem")
        async with an_instance(folder / "data", folder / "ca.pem") as (config, store):
            await store.write(add_group)
            await signing(store)
            with receivers() as port:
                await compare(config, store, "http", port)
            with receivers(str(folder / "host.pem")) as port:
                await compare(config, store, "https", port)
                await sick(config, store, port)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"most memory so far, this bench included: {peak} MB")
            await plan(store)


if __name__ == "__main__":
    uvloop.run(main())
