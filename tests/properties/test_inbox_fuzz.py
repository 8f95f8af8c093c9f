"""Whatever is posted to the inbox, it never breaks, and what nobody proved has no effect."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hearing import Hearing, hearing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inbox_documents import CONTENT_TYPES, WAYS, changed, junk, samples, texts, written
from signed import BEN, key_of
from village import Person, delivery, send

from fedi.storage.tx import Tx

FINE = {202, 400, 401, 403, 404, 410, 413}
SHORT, LONG = 150, 5_000
COVERING = 'headers="(request-target) host date digest",signature="AAAA"'


class Target:
    """An instance with a post, two people it may hear of, and an event loop of its own."""

    def __init__(self, runner: asyncio.Runner, here: Hearing) -> None:
        self.runner, self.here = runner, here
        self.anna, self.ben = here.village.person("anna"), Person(here.village, "ben")
        self.post = runner.run(here.post())
        self.unchanged = runner.run(here.all_there_is())
        self.good = samples(self.anna, self.ben, here.harbour, self.post)
        self.ids = [
            *(here.harbour, f"{here.harbour}/followers", self.post, f"{self.post}/replies"),
            *(here.here.house.site.actor, here.here.inbox, self.anna.id, self.ben.id),
            f"{self.anna.id}/notes/1",
            "https://far.example/users/x",
            "https://www.w3.org/ns/activitystreams#Public",
            "https://169.254.169.254/latest/meta-data",
        ]

    def documents(self) -> st.SearchStrategy[Any]:
        """What is sent: mostly something that was good before it was changed."""
        anything = st.dictionaries(st.text(max_size=9), junk(st.sampled_from(self.ids)), max_size=5)
        return st.one_of(changed(self.good, self.ids), changed(self.good, self.ids), anything)

    def tell(self, body: bytes, kind: str, key: Any, form: Any, headers: dict[str, str]) -> int:
        """Post it and return the status."""
        request = delivery(body, self.here.here.inbox, key, form, kind=kind)
        answer = send(self.here.client, request, **headers)  # type: ignore[arg-type]
        return self.runner.run(answer).status_code


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Target]]:
    """Make a fresh target, which lives until the last test of the module."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        def make() -> Target:
            folder = tmp_path_factory.mktemp("fuzz")
            return Target(runner, runner.run(stack.enter_async_context(hearing(folder))))

        yield make
        runner.run(stack.aclose())


def fuzz(examples: int, run: Callable[[st.DataObject], None]) -> None:
    """Run something with so many different inputs."""
    slow = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    wrapped = settings(max_examples=examples, deadline=None, suppress_health_check=slow)
    wrapped(given(st.data())(run))()


def unproven(target: Target, examples: int) -> None:
    """Post what is not signed at all, or signed in a way that proves nothing."""
    documents = target.documents()
    nonsense = st.one_of(
        st.none(),
        texts.filter(lambda text: text.isascii() and text.isprintable()),
        st.sampled_from(
            [
                'keyId="x",signature="x"',
                f'keyId="{target.anna.key.id}",algorithm="rsa-sha256",{COVERING}',
                f'keyId="https://169.254.169.254/#k",{COVERING}',
            ]
        ),
    )

    def run(data: st.DataObject) -> None:
        body = written(data.draw(documents), data.draw(st.sampled_from(WAYS)))
        made = data.draw(nonsense)
        headers = {} if made is None else {"signature": made}
        kind = data.draw(st.sampled_from(CONTENT_TYPES))
        status = target.tell(body, kind, None, "cavage", headers)
        assert status in FINE, status
        assert _but_jobs(target.runner.run(target.here.all_there_is())) == _but_jobs(
            target.unchanged
        )

    fuzz(examples, run)


def _but_jobs(rows: dict[str, Any]) -> dict[str, Any]:
    """Everything but what it was decided to look up: keys and their owners, and that is known of them."""
    return {name: found for name, found in rows.items() if name not in ("jobs", "actors", "keys")}


def proven(target: Target, examples: int) -> None:
    """Post what is signed, by the actor it mostly names; afterwards everything still adds up."""
    documents = target.documents()
    keys = [target.anna.key] * 4 + [key_of(BEN)]

    def run(data: st.DataObject) -> None:
        body = written(data.draw(documents), data.draw(st.sampled_from(WAYS)))
        kind = data.draw(st.sampled_from(CONTENT_TYPES))
        key = data.draw(st.sampled_from(keys))
        form = data.draw(st.sampled_from(["cavage", "rfc9421"]))
        status = target.tell(body, kind, key, form, {})
        assert status in FINE | {429}, status

    fuzz(examples, run)
    target.runner.run(target.here.world.deliver())
    assert target.runner.run(target.here.here.read(_sums)) == []
    assert target.runner.run(target.here.here.get(target.post, "text/html")).status_code == 200
    assert target.runner.run(target.here.here.get(target.post)).status_code == 200


def _sums(tx: Tx) -> list[Any]:
    """Every object whose counts are not those of the rows they count."""
    return tx.all(
        """
        SELECT id, likes, shares, replies FROM objects WHERE
        likes <> (SELECT count(DISTINCT actor) FROM reactions WHERE object = id AND kind <> 'share')
        OR shares <> (SELECT count(*) FROM reactions WHERE object = id AND kind = 'share')
        OR replies <> (SELECT count(*) FROM notes WHERE thread = objects.id AND hidden_at IS NULL
                       AND visibility IN ('public', 'unlisted'))
        """
    )


@pytest.fixture(autouse=True)
def _nothing_unexpected(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


def test_what_nobody_proved_breaks_nothing_and_has_no_effect(target: Callable[[], Target]) -> None:
    unproven(target(), SHORT)


def test_what_is_signed_breaks_nothing_and_everything_adds_up(target: Callable[[], Target]) -> None:
    proven(target(), SHORT)


@pytest.mark.slow
def test_five_thousand_unproven_documents_have_no_effect(target: Callable[[], Target]) -> None:
    unproven(target(), LONG)


@pytest.mark.slow
def test_five_thousand_signed_documents_add_up(target: Callable[[], Target]) -> None:
    proven(target(), LONG)
