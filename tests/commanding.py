"""The command line in this process, beside a village of other people; as quick as calling functions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import orjson
import pytest
from build import incoming, some_keys
from click.testing import CliRunner, Result
from running import eventually
from village import Person, Village

from fedi import opening
from fedi.activitypub.client import make_client
from fedi.activitypub.vocabulary import read_actor
from fedi.actors import known
from fedi.actors.groups import add_group
from fedi.actors.instance import add_instance
from fedi.actors.receive import receive
from fedi.clock import now_ms
from fedi.commands import cli, group_changes
from fedi.config import Config, load
from fedi.delivery.clockwork import Clockwork
from fedi.delivery.worker import Worker
from fedi.opening import open_house
from fedi.site import Site
from fedi.storage import actors
from fedi.storage.migrate import migrate
from fedi.storage.store import open_store
from fedi.storage.tx import Tx
from fedi.web.server import listening, server

T = TypeVar("T")


@dataclass
class Terminal:
    """An instance with the group harbour, and somebody who types commands in a folder of their own."""

    folder: Path
    village: Village
    monkeypatch: pytest.MonkeyPatch
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Config:
        return load(self.environment)

    @property
    def environment(self) -> dict[str, str]:
        given = {"data": str(self.folder / "data"), "domain": "groups.example", "listen": "0"}
        given |= self.settings
        return {f"FEDI_{name.upper()}": value for name, value in given.items()}

    @property
    def site(self) -> Site:
        return self.config.site

    def runs(self, *words: str, given: str | bytes | None = None) -> Result:
        """Run a command and return what it printed, where, and how it ended."""
        self.monkeypatch.chdir(self.folder)
        result = CliRunner(env=dict(self.environment)).invoke(cli, words, input=given)
        assert not re.search("Traceback|nobody foresaw", result.output), result.output
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def fedi(self, *words: str, given: str | bytes | None = None) -> str:
        """Run a command that succeeds, and return what it printed on standard output."""
        result = self.runs(*words, given=given)
        assert result.exit_code == 0, result.stderr
        return result.stdout.strip()

    def says(self, *words: str, given: str | bytes | None = None) -> str:
        """Run a command that succeeds and prints nothing, and return what it tells the person."""
        result = self.runs(*words, given=given)
        assert (result.exit_code, result.stdout) == (0, ""), result.output
        return result.stderr.strip()

    def refuses(self, *words: str, given: str | bytes | None = None) -> str:
        """Run a command that cannot be done: nothing on standard output, a sentence and exit status 1."""
        result = self.runs(*words, given=given)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        first, *cure = result.stderr.splitlines()
        assert first.startswith("fedi: ")
        assert first.endswith((".", "!", "?", ":")), first
        assert all(line.startswith("      ") for line in cure)
        return result.stderr.strip()

    def misuses(self, *words: str) -> str:
        """Run a command that nobody can mean: usage on standard error and exit status 2."""
        result = self.runs(*words)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        return result.stderr.strip()

    def json(self, *words: str) -> Any:
        return orjson.loads(self.fedi(*words, "--json"))

    def write(self, name: str, text: str | bytes) -> str:
        """Write a file into the folder, and return its name."""
        data = text.encode() if isinstance(text, str) else text
        (self.folder / name).write_bytes(data)
        return name

    def publish(self, text: str = "The lift works again.\n", kind: str = "update") -> str:
        return self.fedi("publish", "harbour", "--kind", kind, "-", given=text)

    def add(self, name: str, **more: Any) -> None:
        """Add a group without making keys, which is slow."""
        rsa, ed25519 = some_keys()
        self.change(
            lambda tx: add_group(
                tx, self.site, name, name.title(), now=now_ms(), rsa=rsa, ed25519=ed25519, **more
            )
        )

    def knows(self, person: Person) -> Person:
        """Let somebody be known here already, with handle and keys."""

        def unit(tx: Tx) -> None:
            document = self.village.documents[f"/users/{person.name}"]
            assert isinstance(document, dict)
            known.keep(tx, read_actor(document), document, now_ms())
            actors.set_handle(tx, person.id, f"{person.name}@{self.village.host}")

        self.change(unit)
        return person

    def hears(self, activity: Mapping[str, Any]) -> None:
        """Let an activity arrive whose sender is known and proven."""
        self.change(lambda tx: receive(tx, incoming(dict(activity), site=self.site, now=now_ms())))

    def change(self, unit: Callable[[Tx], T]) -> T:
        """Change the database beside the commands."""

        async def inside() -> T:
            async with await open_store(self.config) as store:
                return await store.write(unit)

        return asyncio.run(inside())

    def delivers(self) -> list[dict[str, Any]]:
        """Deliver and do what is due, and return what the village was told by it."""
        before = len(self.village.told)

        async def inside() -> None:
            async with open_house(self.config) as house:
                for _ in range(3):
                    await Worker(house.store, house.client, house.site).drain()
                    await Clockwork(house).drain()

        asyncio.run(inside())
        return self.village.told[before:]


def a_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> Terminal:
    """An instance that knows nobody, with the group harbour; the only other host is the village."""
    folder.mkdir(exist_ok=True)
    village = Village()
    terminal = Terminal(folder, village, monkeypatch, settings)
    monkeypatch.setattr(
        opening, "make_client", lambda config, _: make_client(config, {village.host: village})
    )
    # Making keys takes long, and other tests make them.
    monkeypatch.setattr(group_changes, "generate_rsa", lambda: some_keys(7)[0])
    (folder / "data" / "media").mkdir(parents=True, mode=0o700)
    (folder / "data").chmod(0o700)
    migrate(terminal.config)
    rsa, ed25519 = some_keys()
    terminal.change(lambda tx: add_instance(tx, terminal.site, rsa, ed25519, now_ms()))
    terminal.add("harbour")
    return terminal


@contextmanager
def answering(app: Any, config: Config) -> Generator[None]:
    """Serve an application on its socket, in a thread beside the commands."""
    uvicorn, sock = server(app, config), listening(config)
    thread = Thread(target=lambda: asyncio.run(uvicorn.serve(sockets=[sock])))
    thread.start()
    try:
        eventually(lambda: uvicorn.started or not thread.is_alive(), "the server to start")
        assert uvicorn.started
        yield
    finally:
        uvicorn.should_exit = True
        thread.join()
        sock.close()
