"""Mobilizon takes titles of 3 to 200 characters, and the state of a call stands before its title."""

from __future__ import annotations

import pytest
from build import SITE, a_group
from federation.readers import READERS, Fetched
from signed import NOW
from written import CALL, document_of, publishes, ready

from fedi.practices.calls import document as calls
from fedi.practices.calls.model import STATUSES
from fedi.publishing import publish
from fedi.publishing.front_matter import FrontMatterError
from fedi.storage.store import Store
from fedi.storage.tx import Tx

TYPE = {"Content-Type": "application/activity+json; charset=utf-8"}
SHORTEST, LONGEST = "Now", "Round " * 29 + "again."


def called(title: str, status: str = "confirmed") -> str:
    return CALL.replace("Open the windows", title).replace("confirmed", status)


async def name_of(store: Store, title: str, status: str) -> str:
    """The name of a call whose state was changed, as Mobilizon reads it."""

    def unit(tx: Tx) -> dict[str, str]:
        a_group(tx)
        made = publishes(tx, ready("call", called(title)))
        if status != "confirmed":
            publish.edit(tx, SITE, made, ready("call", called(title, status)), NOW + 1000)
        return document_of(tx, made)

    document = await store.write(unit)
    read = READERS["Mobilizon"].read_object(Fetched(document["id"], 200, TYPE, document))
    assert document["headline"] == title
    return read.title


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("title", [SHORTEST, LONGEST])
async def test_the_shortest_and_the_longest_title_are_read_whole_in_every_state(
    store: Store, title: str, status: str
) -> None:
    assert (await name_of(store, title, status)).endswith(title)


@pytest.mark.parametrize("status", ["tentative", "postponed", "cancelled"])
async def test_where_the_words_for_a_state_are_long_the_title_makes_room(
    store: Store, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(calls._PREFIX, status, "Wurde leider bereits abgesagt: %(title)s")
    name = await name_of(store, LONGEST, status)
    assert name.startswith("Wurde leider bereits abgesagt: Round") and name.endswith("Round…")
    assert 190 < len(name) <= 200


@pytest.mark.parametrize("title", ["Go", LONGEST + "!", "e\u0301\u0323\u0301a", "'   a '"])
def test_a_title_that_mobilizon_would_not_take_is_refused(title: str) -> None:
    with pytest.raises(FrontMatterError):
        ready("call", called(title))


def test_other_kinds_may_have_shorter_and_longer_titles() -> None:
    for title in ("Go", "x" * 200):
        text = f"---\ntitle: {title}\ndate: 2026-12-03T19:00\ntimezone: Europe/London\n---\n"
        assert ready("minutes", text).draft.title == title
