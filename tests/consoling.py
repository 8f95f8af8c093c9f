"""Members at their browsers: what they see of their group's console, and the forms they send."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import httpx
import pytest
from build import some_keys
from members import a_member
from open_house import HTML, OpenHouse

from fedi.actors.groups import add_group
from fedi.clock import now_ms
from fedi.storage.tx import Tx
from fedi.web.console.visitor import cookie_name

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Browser:
    """One signed-in member's browser, which sends forms as a page of ours would."""

    def __init__(self, house: OpenHouse, client: httpx.Client, person: str) -> None:
        self.house = house
        self.client = client
        self.person = person

    def get(self, path: str, *, status: int = 200) -> str:
        """Open a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return html.unescape(answer.text)

    def post(self, path: str, *, on: str = "/account", status: int = 303, **fields: object) -> str:
        """Send the form of a page; return where it leads, or what is shown at once."""
        found = _CSRF.search(self.client.get(on).text)
        assert found, f"{on} has no form"
        answer = self.client.post(path, data={"csrf": found[1], **fields})
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{answer.text[-2000:]}"
        return answer.headers["Location"] if status == 303 else html.unescape(answer.text)


def stranger(house: OpenHouse, path: str) -> httpx.Response:
    """What somebody gets who is not signed in, in a browser whose cookies nobody sees afterwards."""
    with httpx.Client(base_url=house.config.origin, headers=HTML, timeout=20) as client:
        return client.get(path)


@contextmanager
def browsers(
    house: OpenHouse, group: str, *names: str, language: str = "en"
) -> Iterator[list[Browser]]:
    """Browsers of members of a group, who are made if need be."""
    site = house.config.site
    clients: list[httpx.Client] = []
    made: list[Browser] = []
    try:
        for name in names:
            person, token = house.write(lambda tx, name=name: a_member(tx, site.group(group), name))
            client = httpx.Client(
                base_url=house.config.origin,
                headers={**HTML, "Accept-Language": language},
                cookies={cookie_name(site): token},
                timeout=20,
            )
            clients.append(client)
            made.append(Browser(house, client, person.id))
        yield made
    finally:
        for client in clients:
            client.close()


_numbers = count(1)


@pytest.fixture
def group(house: OpenHouse) -> str:
    """A group of its own for each test."""
    name = f"governed{next(_numbers)}"
    rsa, ed25519 = some_keys()

    def add(tx: Tx) -> None:
        add_group(
            tx, house.config.site, name, "Harbour Tenants", now=now_ms(), rsa=rsa, ed25519=ed25519
        )

    house.write(add)
    return name


@pytest.fixture
def two(house: OpenHouse, group: str) -> Iterator[list[Browser]]:
    """Ann and Ben of that group."""
    with browsers(house, group, f"ann {group}", f"ben {group}") as made:
        yield made


@pytest.fixture
def three(house: OpenHouse, group: str) -> Iterator[list[Browser]]:
    """Ann, Ben and Cem."""
    with browsers(house, group, *(f"{name} {group}" for name in ("ann", "ben", "cem"))) as made:
        yield made
