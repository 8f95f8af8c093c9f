"""The layer of the inboxes: what it answers itself, what it lets pass, and what holds for every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hearing import Hearing, hearing
from village import delivery, send

from fedi.web import letterbox
from fedi.web.answers import HEADERS
from fedi.web.arrival import LARGEST_BODY, body
from fedi.web.front import Message, Scope
from fedi.web.inbox import Inbox
from fedi.web.letterbox import Letterbox
from fedi.web.limits import FAILURES, Limits, Rule


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


def asking(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://alpha.example")


async def beyond(scope: Scope, receive: Any, send: Any) -> None:
    """The application behind the letterbox."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize("path", ["/inbox", "/inbox/", "/actor/inbox", "/groups/harbour/inbox"])
async def test_an_inbox_takes_posts_alone_and_says_so(here: Hearing, path: str) -> None:
    async with asking(Letterbox(beyond, here.here.house)) as client:
        for method in ("GET", "PUT", "DELETE", "OPTIONS"):
            answer = await client.request(method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert (await client.post(path, content=b"{}")).status_code == 400


@pytest.mark.parametrize(
    "path", ["/", "/groups/inbox", "/inboxes", "/groups/a/b/inbox", "/x/inbox"]
)
async def test_all_else_goes_on_to_the_application(here: Hearing, path: str) -> None:
    async with asking(Letterbox(beyond, here.here.house)) as client:
        assert (await client.post(path)).status_code == 299
        assert (await client.get(path)).status_code == 299


async def test_every_answer_has_the_headers_of_the_house(here: Hearing) -> None:
    anna = here.village.person("anna")
    taken = await send(
        here.client, delivery(anna.says("Follow", here.harbour), here.here.inbox, anna.key)
    )
    refused = await send(here.client, delivery({"type": "Follow"}, here.here.inbox, None))
    for answer, status in ((taken, 202), (refused, 400)):
        assert answer.status_code == status
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "strict-transport-security" in answer.headers
    assert refused.headers["cache-control"] == "no-store"
    assert refused.json()["error"]


async def test_who_posts_too_much_or_signs_wrongly_too_often_waits(
    here: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = here.village.person("anna")
    monkeypatch.setattr(letterbox, "INBOX", Rule("inbox", 3, 0.001))
    limits = Limits()
    app = Letterbox(beyond, here.here.house, limits)
    inbox = f"{here.here.house.site.origin}/inbox"
    wrong = delivery(anna.says("Follow", here.harbour), inbox, here.village.person("ben").key)
    async with asking(app) as client:
        assert [(await send(client, wrong)).status_code for _ in range(4)] == [401, 401, 401, 429]
        assert int((await send(client, wrong)).headers["retry-after"]) > 1
    monkeypatch.setattr(letterbox, "INBOX", Rule("plenty", 1_000, 1))
    for _ in range(FAILURES.burst - 3):
        limits.take(FAILURES, "127.0.0.1")
    async with asking(app) as client:
        assert (await send(client, wrong)).status_code == 429
        unsigned = delivery(anna.says("Bite", here.harbour), inbox, None)
        assert (await send(client, unsigned)).status_code == 202, (
            "who does not sign asks for no key"
        )


async def test_an_accident_is_answered_without_its_details(
    here: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: Any) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(Inbox, "take", breaks)
    async with asking(Letterbox(beyond, here.here.house)) as client:
        headers = {"content-type": "application/activity+json"}
        answer = await client.post("/inbox", content=b"{}", headers=headers)
    assert answer.status_code == 500
    assert "inside" not in answer.text


async def test_a_body_that_says_it_is_too_large_is_not_read(here: Hearing) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("nobody may read this")

    async def answer(message: Message) -> None:
        sent.append(message)

    headers = [
        (b"content-type", b"application/activity+json"),
        (b"content-length", str(LARGEST_BODY + 1).encode()),
    ]
    scope = {"type": "http", "method": "POST", "path": "/inbox", "query_string": b""}
    await Letterbox(beyond, here.here.house)({**scope, "headers": headers}, receive, answer)
    assert sent[0]["status"] == 413
    assert (b"connection", b"close") in sent[0]["headers"]


async def test_a_body_that_breaks_off_is_no_body() -> None:
    messages = iter(
        [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> Message:
        return next(messages)

    with pytest.raises(letterbox.Malformed):
        await body(receive)
