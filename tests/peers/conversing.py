"""A group here and a person on a foreign server, and what passes between them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from foreign import Peer
from running import Running, eventually

Delivery = Mapping[str, Any]
_numbers = count(1)


@dataclass(frozen=True)
class Conversation:
    """Who talks with whom; the foreign server signs in `form` first and takes no other."""

    instance: Running
    peer: Peer
    form: str
    group: str
    person: str
    person_handle: str
    person_id: str

    @property
    def handle(self) -> str:
        return f"@{self.group}@{self.instance.domain}"

    @property
    def group_id(self) -> str:
        return f"{self.instance.origin}/groups/{self.group}"

    def do(self, deed: str, **how: Any) -> Any:
        """Let the person do something with the group."""
        return self.peer.do(deed, by=self.person, to=self.handle, **how)

    def fedi(self, *words: str, given: str | None = None) -> str:
        """Run a command of the instance."""
        return self.instance.fedi(*words, given=given)

    def publish(self, kind: str, source: str) -> str:
        """Publish a text of the group and return its id."""
        return self.fedi("publish", self.group, "--kind", kind, "-", given=source)

    def follow(self) -> str:
        """Follow the group and wait for its Accept, fully checked; return the id of the Follow."""
        follow = self.peer.do("follow", by=self.person, whom=self.handle)
        accept = self.heard("Accept", lambda told: told["object"]["id"] == follow)
        assert accept["inbox"] == f"/people/{self.person}/inbox"
        return follow

    def heard(self, kind: str, which: Callable[[Delivery], bool] = lambda told: True) -> Delivery:
        """Wait for an activity of the group at the foreign server; its signature and proof must hold there."""
        found = eventually(
            lambda: [told for told in self.said() if told["type"] == kind and which(told)],
            f"{kind} at {self.person_handle}",
        )
        for told in found:
            assert (told["form"], told["signed"], told["status"]) == (self.form, True, 202)
            assert told["key"].startswith(f"{self.group_id}#")
            assert told["proof"] == "verified"
            assert told["taken"], "Fedify's own inbox did not take it"
        return found[-1]

    def said(self) -> list[Delivery]:
        """Give what the foreign server has heard of this group so far."""
        return [told for told in self.peer.do("inbox") if told.get("actor") == self.group_id]

    def sees(self, text: str, url: str) -> None:
        """Wait until a page shows a text."""
        eventually(lambda: text in self.instance.page(url), f"{text!r} on {url}")

    def sees_no_more(self, text: str, url: str) -> None:
        """Wait until a page does not show a text."""
        eventually(lambda: text not in self.instance.page(url), f"{text!r} to go from {url}")

    def has_followers(self, count: int) -> None:
        """Wait until the group's page tells of this many followers."""
        told = re.compile(rf"\b{count} followers?\b")
        page = self.group_id
        eventually(lambda: told.search(self.instance.page(page)), f"{count} followers on {page}")

    def counts(self) -> dict[str, Any]:
        """Give the group's counts as an admin sees them."""
        return json.loads(self.fedi("group", "show", self.group, "--json"))


def begin(instance: Running, peer: Peer, form: str, *options: str) -> Conversation:
    """Make a group and a person that no other test knows."""
    number = next(_numbers)
    group, person = f"tenants{number}", f"alice{number}"
    summary = ("--summary", "We meet on Thursdays.")
    instance.fedi("group", "add", group, "--title", "Tenants United", *summary, *options)
    told = peer.do("person", name=person, title="Alice Example")
    return Conversation(instance, peer, form, group, person, told["handle"], told["id"])
