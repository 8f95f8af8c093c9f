"""Several instances of fedi in one process: behind one HTTP client, or each on a loopback socket of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx
from build import some_keys
from running import LOOPBACK, free_port
from village import ACTIVITY_JSON
from written import SOURCES

from fedi.activitypub.client import make_client
from fedi.actors import follows as wishes
from fedi.actors.groups import add_group
from fedi.actors.instance import add_instance
from fedi.app import Application, create_app
from fedi.clock import now_ms
from fedi.config import Config, load
from fedi.conversation import asked
from fedi.conversation.fetching import get_note
from fedi.delivery.clockwork import Clockwork
from fedi.delivery.worker import Worker
from fedi.house import House
from fedi.publishing import prepare, publish
from fedi.storage import hosts, jobs
from fedi.storage.groups import Group
from fedi.storage.migrate import migrate
from fedi.storage.store import open_store
from fedi.storage.tx import Tx
from fedi.web.server import listening, server

T = TypeVar("T")
HTML = "text/html"
ROUNDS = 60


@dataclass
class Instance:
    """One instance, with what a person at its command line can do; `world` is None on real sockets."""

    config: Config
    number: int
    visitor: httpx.AsyncClient
    world: Mapping[str, Any] | None
    work: bool = False
    app: Application = field(init=False)
    worker: Worker = field(init=False)
    clockwork: Clockwork = field(init=False)
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)
    _groups: int = 0

    @property
    def house(self) -> House:
        assert self.app.house is not None
        return self.app.house

    @property
    def is_up(self) -> bool:
        return hasattr(self, "app") and self.app.house is not None

    @property
    def domain(self) -> str:
        return self.config.domain

    @property
    def inbox(self) -> str:
        return self.config.site.shared_inbox

    async def start(self) -> None:
        """Begin to answer; may be done again after `stop`, with everything that was there."""
        self.app = create_app(self.config, world=self.world, work=self.work)
        if self.world is None:
            await self._running.enter_async_context(_served(self.app, self.config))
        else:
            await self._running.enter_async_context(_alive(self.app))
        house = self.house
        self.worker = Worker(house.store, house.client, house.site, at_home=self.app)
        self.clockwork = Clockwork(house)

    async def stop(self) -> None:
        """Be down."""
        await self._running.aclose()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    async def write(self, unit: Callable[[Tx], T]) -> T:
        return await self.house.store.write(unit)

    async def read(self, unit: Callable[[Tx], T]) -> T:
        return await self.house.store.read(unit)

    async def add_group(self, name: str = "harbour", title: str = "Harbour", **more: Any) -> Group:
        """A group with keys that no other instance has."""
        self._groups += 1
        rsa, ed25519 = some_keys(10 * self.number + self._groups)
        return await self.write(
            lambda tx: add_group(
                tx, self.house.site, name, title, now=now_ms(), rsa=rsa, ed25519=ed25519, **more
            )
        )

    async def publish(
        self, kind: str = "update", source: str | None = None, group: str = "harbour", to: str = ""
    ) -> str:
        """Publish a text, or answer something with it; return its id."""
        if to and not self.house.site.is_local(to):
            to = (await get_note(self.house, to)).id
        text = SOURCES[kind] if source is None else source
        told = await prepare.publish_file(
            self.house, group, kind, text, folder=Path.cwd(), by="us", now=now_ms(), reply_to=to
        )
        return told.id

    async def edit(self, object_id: str, source: str) -> None:
        await prepare.edit_file(
            self.house, object_id, source, folder=Path.cwd(), by="us", now=now_ms()
        )

    async def withdraw(self, object_id: str) -> None:
        await self.write(lambda tx: publish.withdraw(tx, self.house.site, object_id, now_ms()))

    async def follow(self, group: str, handle: str) -> str:
        """Let a group of this instance ask to follow somebody; return their id."""
        who = await self.house.remote.by_handle(handle)
        await self.write(lambda tx: wishes.follow(tx, self.house.site, group, who.id, now_ms()))
        return who.id

    async def unfollow(self, group: str, who: str) -> None:
        await self.write(lambda tx: wishes.unfollow(tx, self.house.site, group, who, now_ms()))

    async def like(self, group: str, url: str) -> str:
        note = await get_note(self.house, url)
        return await self.write(
            lambda tx: asked.like(tx, self.house.site, group, note.id, now_ms())
        )

    async def boost(self, group: str, url: str) -> str:
        note = await get_note(self.house, url)
        return await self.write(
            lambda tx: asked.boost(tx, self.house.site, group, note.id, now_ms())
        )

    async def undo(self, group: str, what: str) -> None:
        await self.write(lambda tx: asked.undo(tx, self.house.site, group, what, now_ms()))

    async def get(self, url: str, accept: str = ACTIVITY_JSON, **headers: str) -> httpx.Response:
        """Fetch something of this instance as a visitor, or as a program without a signature."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        address = self.config.origin + url if url.startswith("/") else url
        return await self.visitor.get(address, headers={"accept": accept, **given})

    async def page(self, url: str) -> str:
        """Fetch a page as a visitor's browser does."""
        answer = await self.get(url, HTML)
        assert answer.status_code == 200, f"{url}: {answer.status_code}"
        return answer.text

    async def is_due(self, now: int) -> bool:
        """Tell whether something waits to be delivered or done by this moment."""
        dues = [await self.read(hosts.next_due), await self.read(jobs.next_due)]
        return any(due is not None and due <= now for due in dues)


@dataclass
class World:
    """Instances by the first part of their names; `visitor` fetches without being anybody."""

    instances: dict[str, Instance]
    visitor: httpx.AsyncClient

    def __getitem__(self, name: str) -> Instance:
        return self.instances[name]

    async def deliver(self, *, ahead: int = 0) -> None:
        """Let every instance that is up deliver and do what is due, until nothing is.

        `ahead` is how many milliseconds the clocks of workers and clockworks are ahead meanwhile.
        """
        now = now_ms() + ahead if ahead else None
        for _ in range(ROUNDS):
            due = [
                one
                for one in self.instances.values()
                if one.is_up and await one.is_due(now or now_ms())
            ]
            if not due:
                return
            for one in due:
                await one.worker.drain(now)
                await one.clockwork.drain(now)
        raise AssertionError("there is always something left to do")


@asynccontextmanager
async def world(
    folder: Path,
    *names: str,
    others: Mapping[str, Any] | None = None,
    sockets: bool = False,
    work: bool = False,
    **settings: str,
) -> AsyncGenerator[World]:
    """Run an instance for each name: `alpha` is https://alpha.test, or some port of 127.0.0.1 with `sockets`.

    `others` are further hosts with their ASGI apps; `settings` are those of the environment without FEDI_, in
    small letters, for all instances. With `work` they deliver by themselves, and `deliver` is of no use.
    """
    apps: dict[str, Any] = dict(others or {})
    configs = {name: _config(folder / name, name, sockets, settings) for name in names}
    async with AsyncExitStack() as stack:
        made: dict[str, Instance] = {}
        visitor_apps = None if sockets else apps
        for number, (name, config) in enumerate(configs.items(), 1):
            apps[config.domain] = made[name] = Instance(config, number, _NOBODY, visitor_apps, work)
        near = replace(next(iter(configs.values())), allow_private=_near())
        visitor = await stack.enter_async_context(make_client(near, visitor_apps))
        for one in made.values():
            one.visitor = visitor
            await _settle(one)
            await one.start()
            stack.push_async_callback(one.stop)
        yield World(made, visitor)


_NOBODY: Any = None


def _near() -> Any:
    return load({"FEDI_ALLOW_PRIVATE": LOOPBACK}).allow_private


def _config(folder: Path, name: str, sockets: bool, settings: Mapping[str, str]) -> Config:
    given = {"data": str(folder), "domain": f"{name}.test", "rate_limits": "off"}
    if sockets:
        address = f"127.0.0.1:{free_port()}"
        given |= {"domain": address, "listen": address, "allow_private": LOOPBACK}
    return load({f"FEDI_{key.upper()}": value for key, value in (given | settings).items()})


async def _settle(one: Instance) -> None:
    """Give an instance its database and keys; making new ones takes long."""
    migrate(one.config)
    rsa, ed25519 = some_keys(10 * one.number)
    async with await open_store(one.config) as store:
        await store.write(lambda tx: add_instance(tx, one.config.site, rsa, ed25519, now_ms()))


@asynccontextmanager
async def _alive(app: Application) -> AsyncGenerator[None]:
    """Run the lifespan of an application as a server does."""
    to_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    from_app: asyncio.Queue[Any] = asyncio.Queue()
    living = asyncio.create_task(app({"type": "lifespan"}, to_app.get, from_app.put))
    for moment in ("startup", "shutdown"):
        await to_app.put({"type": f"lifespan.{moment}"})
        said = await from_app.get()
        assert said["type"] == f"lifespan.{moment}.complete", said
        if moment == "startup":
            yield
    await living


@asynccontextmanager
async def _served(app: Application, config: Config) -> AsyncGenerator[None]:
    """Run an application on its socket."""
    uvicorn = server(app, config)
    serving = asyncio.create_task(uvicorn.serve(sockets=[listening(config)]))
    while not uvicorn.started:
        assert not serving.done(), "the server ended before it began"
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        uvicorn.should_exit = True
        await serving
