"""A filled instance that answers on a loopback port from a thread of this process, for pages and browsers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import neighbourhood
import pytest
import uvicorn
from neighbourhood import Neighbourhood
from running import LOOPBACK, free_port

from fedi.app import Application, create_app
from fedi.clock import now_ms
from fedi.config import Config, load
from fedi.storage import parts
from fedi.storage.tx import Tx

T = TypeVar("T")
HTML = {"Accept": "text/html"}


@dataclass(frozen=True)
class OpenHouse:
    """The running instance, what stands in it, and a client that asks as a visitor's browser does."""

    config: Config
    here: Neighbourhood
    client: httpx.Client
    app: Application
    loop: asyncio.AbstractEventLoop

    def write(self, unit: Callable[[Tx], T]) -> T:
        """Change something while it runs."""
        house = self.app.house
        assert house
        return asyncio.run_coroutine_threadsafe(house.store.write(unit), self.loop).result(20)

    def page(self, path: str, *, status: int = 200, language: str = "en") -> str:
        """Fetch a page."""
        answer = self.client.get(path, headers={"Accept-Language": language})
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.text

    @property
    def pages(self) -> dict[str, str]:
        """The path of every page that anybody may look at, by a name of its own."""
        lists = {
            "front": "/",
            "groups": "/groups",
            "group": "/groups/riverbank",
            "calls-of-group": "/groups/riverbank?kind=call",
            "own-pictures": "/groups/spoke",
            "empty-group": "/groups/early",
            "rtl-group": "/groups/babeloued",
            "calendar": "/calendar",
            "tag": "/tags/heat",
            "about": "/about",
            "rules": "/rules",
            "privacy": "/privacy",
            "follow": "/groups/riverbank/follow",
            "reply": self.here.path("call") + "/interact",
            "register": "/groups/riverbank/decisions",
            "register-review": "/groups/riverbank/decisions?show=review",
            "register-empty": "/groups/early/decisions",
            "version": self.here.path("minutes") + "/versions/1",
            "decision": self.part("decision"),
        }
        gone = ("withdrawn",)
        posts = {name: self.here.path(name) for name in self.here.posts if name not in gone}
        return lists | posts

    def part(self, kind: str) -> str:
        """The path of the first decision or task of the minutes."""
        minutes = self.config.site.origin + self.here.path("minutes")
        found = self.write(lambda tx: parts.of_object(tx, minutes, kind))
        return found[0].id.removeprefix(self.config.site.origin)

    @property
    def failures(self) -> dict[str, tuple[str, int]]:
        """Pages that say what did not work, with their status."""
        return {
            "not-here": ("/nothing", 404),
            "no-such-tag": ("/tags/unused", 404),
            "taken-down": (self.here.path("withdrawn"), 410),
            "no-handle": ("/groups/riverbank/follow?acct=x", 422),
            "elsewhere": ("/authorize_interaction?uri=https://elsewhere.example/1", 400),
        }


@contextmanager
def serving(folder: Path) -> Iterator[OpenHouse]:
    """Fill an instance and serve it until the end of the block."""
    port = free_port()
    config = load(
        {
            "FEDI_DATA": str(folder),
            "FEDI_DOMAIN": f"localhost:{port}",
            "FEDI_RATE_LIMITS": "off",
            "FEDI_ALLOW_PRIVATE": LOOPBACK,
            "FEDI_LOG": "warning",
        }
    )
    app = create_app(config, work=False)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),), daemon=True)
    thread.start()
    try:
        _wait_until(lambda: server.started or not thread.is_alive())
        assert server.started
        with httpx.Client(base_url=config.origin, headers=HTML, timeout=20) as client:
            opened = OpenHouse(config, Neighbourhood(), client, app, loop)
            picture, own = (neighbourhood.paint(config.media) for _ in range(2))

            def fill(tx: Tx) -> Neighbourhood:
                here = neighbourhood.settle(tx, config.site, now_ms(), picture)
                neighbourhood.own_pictures(tx, config.site, own, now_ms())
                return here

            opened.here.posts.update(opened.write(fill).posts)
            yield opened
    finally:
        server.should_exit = True
        thread.join(20)
        loop.close()


def _wait_until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not so():
        assert time.monotonic() < deadline, "the instance did not start within 20 seconds"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHouse]:
    """One filled instance for all tests that only look; what they add stays for the others."""
    with serving(tmp_path_factory.mktemp("house")) as opened:
        yield opened
