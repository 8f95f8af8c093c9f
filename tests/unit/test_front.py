"""The front cache: what is kept, for whom, until when; and that nobody can choose what others are shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fedi.web.front import Front, Message, Receive, Scope, Send

DOCUMENT = "application/activity+json"


class App:
    """An application that counts how often it is asked, and answers with what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        self.topics: bytes | None = b"group:harbour instance"
        self.meanwhile: Callable[[], Any] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        language = headers.get(b"accept-language", b"")
        self.asked.append(scope["path"])
        self.meanwhile()
        answer = [(b"Content-Type", b"text/plain"), (b"ETag", b'"own"')]
        if self.topics is not None:
            answer.append((b"Fedi-Topics", self.topics))
        await send({"type": "http.response.start", "status": self.status, "headers": answer})
        text = b"%s %s %d" % (scope["path"].encode(), language, len(self.asked))
        await send({"type": "http.response.body", "body": text[:5], "more_body": True})
        await send({"type": "http.response.body", "body": text[5:]})


class Browser:
    """Asks a front."""

    def __init__(self, **parts: Any) -> None:
        self.app = App()
        self.front = Front(self.app, language=lambda wish: "fr" if "fr" in wish else "en", **parts)

    async def ask(
        self, path: str = "/x", query: bytes = b"", method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        given = [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ]
        return await self.ask_with(given, path, query, method)

    async def ask_with(
        self,
        headers: list[tuple[bytes, bytes]],
        path: str = "/x",
        query: bytes = b"",
        method: str = "GET",
    ) -> tuple[int, dict[str, str], bytes]:
        said: list[Message] = []

        async def keep(message: Message) -> None:
            said.append(message)

        never: Callable[[], Awaitable[Message]] = pytest.fail  # type: ignore[assignment]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": headers,
        }
        await self.front(scope, never, keep)
        start, *rest = said
        head = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return start["status"], head, b"".join(message.get("body", b"") for message in rest)


async def test_an_answer_that_names_its_topics_is_kept_until_one_is_signalled() -> None:
    browser = Browser()
    first = await browser.ask()
    assert await browser.ask() == first
    assert "fedi-topics" not in first[1]
    browser.front.clear("group:other")
    assert await browser.ask() == first
    browser.front.clear("instance")
    assert await browser.ask() != first
    browser.front.clear("*")
    await browser.ask()
    assert len(browser.app.asked) == 3


@pytest.mark.parametrize(("status", "topics"), [(200, None), (404, b"x"), (500, b"x"), (302, b"x")])
async def test_other_answers_are_not_kept(status: int, topics: bytes | None) -> None:
    browser = Browser()
    browser.app.status, browser.app.topics = status, topics
    for _ in range(2):
        found, headers, _ = await browser.ask()
        assert found == status
        assert "fedi-topics" not in headers
    assert len(browser.app.asked) == 2


@pytest.mark.parametrize("header", ["cookie", "authorization"])
async def test_who_signs_in_is_neither_answered_from_here_nor_kept(header: str) -> None:
    browser = Browser()
    _, headers, _ = await browser.ask(**{header: "x"})
    assert "fedi-topics" not in headers
    await browser.ask()
    await browser.ask(**{header: "x"})
    assert len(browser.app.asked) == 3


@pytest.mark.parametrize("header", ["signature", "signature_input"])
async def test_where_fetches_must_be_signed_no_signed_one_is_kept(header: str) -> None:
    browser = Browser(signed_fetch=True)
    await browser.ask(**{header: "x"})
    await browser.ask(**{header: "x"})
    assert len(browser.app.asked) == 2


async def test_a_signed_head_is_not_turned_into_something_else() -> None:
    browser = Browser()
    seen: list[str] = []
    drawn = browser.app.__call__

    async def look(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["method"])
        await drawn(scope, receive, send)

    browser.front._app = look
    await browser.ask(method="HEAD", signature="x")
    await browser.ask(method="HEAD")
    assert seen == ["HEAD", "GET"]


async def test_what_changed_while_it_was_drawn_is_shown_and_not_kept() -> None:
    for topic in ("instance", "*"):
        browser = Browser()
        browser.app.meanwhile = lambda b=browser, t=topic: b.front.clear(t)
        await browser.ask()
        browser.app.meanwhile = lambda: None
        await browser.ask()
        await browser.ask()
        assert len(browser.app.asked) == 2


async def test_very_many_signals_while_something_is_drawn_are_remembered_or_all_is_stale() -> None:
    browser = Browser()

    def clear_many() -> None:
        browser.front.clear("instance")
        for number in range(10_001):
            browser.front.clear(f"object:{number}")

    browser.app.meanwhile = clear_many
    await browser.ask()
    browser.app.meanwhile = lambda: None
    await browser.ask()
    assert len(browser.app.asked) == 2


async def test_pages_documents_and_languages_are_kept_apart() -> None:
    browser = Browser()
    for accept in (DOCUMENT, "text/html", "*/*"):
        for language in ("en", "fr"):
            await browser.ask(accept=accept, accept_language=language)
    assert len(browser.app.asked) == 6
    await browser.ask(accept=f"{DOCUMENT}, text/html;q=0.1", accept_language="fr-CA, en;q=0.5")
    assert len(browser.app.asked) == 6


async def test_the_application_sees_only_the_language_that_the_answer_is_kept_for() -> None:
    browser = Browser()
    said_twice = [(b"accept-language", b"de"), (b"accept-language", b"fr")]
    _, _, poisoned = await browser.ask_with(said_twice)
    assert b" fr " in poisoned
    _, _, body = await browser.ask(accept_language="fr")
    assert body == poisoned
    _, _, body = await browser.ask(accept_language="en-GB,x" + "y" * 5_000)
    assert b" en " in body


async def test_the_head_alone_is_that_of_the_whole() -> None:
    browser = Browser()
    status, headers, body = await browser.ask(method="HEAD")
    assert (status, body) == (200, b"")
    assert await browser.ask() == (status, headers, b"/x en 1")
    assert headers["content-length"] == "7"
    browser.app.topics = None
    assert (await browser.ask("/y", method="HEAD"))[2] == b""


async def test_who_has_it_already_is_told_so() -> None:
    browser = Browser()
    _, headers, _ = await browser.ask()
    tag = headers["etag"]
    for match in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        status, again, body = await browser.ask(if_none_match=match)
        assert (status, body, again["etag"]) == (304, b"", tag)
        assert "content-length" not in again
    status, _, body = await browser.ask(if_none_match='"other"')
    assert (status, body) == (200, b"/x en 1")


async def test_made_up_queries_push_out_no_page() -> None:
    browser = Browser(capacity=40_000)
    await browser.ask("/page")
    for number in range(500):
        await browser.ask("/page", query=b"x=%d" % number)
    asked = len(browser.app.asked)
    await browser.ask("/page")
    assert len(browser.app.asked) == asked


async def test_what_is_kept_stays_within_its_room() -> None:
    browser = Browser(capacity=80_000)
    for number in range(500):
        await browser.ask(f"/{number}" + "x" * 400)
        await browser.ask("/q", query=b"%d" % number + b"y" * 400)
    shelves = (browser.front._plain, browser.front._asked)
    assert 0 < len(shelves[0]) <= 70
    assert 0 < len(shelves[1]) <= 10
    assert sum(len(keys) for shelf in shelves for keys in shelf._by_topic.values()) <= 160


async def test_very_long_addresses_and_wishes_are_not_remembered() -> None:
    browser = Browser()
    for _ in range(2):
        await browser.ask("/long", query=b"x" * 600)
    assert len(browser.app.asked) == 2
    for number in range(100):
        await browser.ask(accept="x" * 600 + str(number))
    assert len(browser.front._formats) < 5


async def test_a_post_passes_through() -> None:
    browser = Browser()
    for _ in range(2):
        await browser.ask(method="POST")
    assert len(browser.app.asked) == 2
