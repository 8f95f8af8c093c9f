"""The front cache with texts in several languages: each reader gets theirs, drawn once for all who want the same."""

from __future__ import annotations

from typing import Any

from fedi.web.front import Front, Message, Receive, Scope, Send
from fedi.web.i18n import choose
from fedi.web.tongues import best_of, wanted


class Translated:
    """An application whose one text is there in several languages; it answers with the one it chose."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self.drawn: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wish = dict(scope["headers"]).get(b"accept-language", b"").decode()
        spoken = choose(wish)
        said = f"{spoken} {best_of((*wanted(wish), spoken), self.texts) or self.texts[0]}"
        self.drawn.append(said)
        headers = [(b"Fedi-Topics", b"object:x")]
        if len(self.texts) > 1:
            headers.append((b"Fedi-Languages", " ".join(self.texts).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said.encode()})


async def ask(front: Front, wish: str) -> tuple[str, list[bytes]]:
    said: list[Message] = []

    async def keep(message: Message) -> None:
        said.append(message)

    async def never() -> Any:
        raise AssertionError

    headers = [(b"accept", b"text/html"), (b"accept-language", wish.encode())]
    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": headers}
    await front(scope, never, keep)
    return said[1]["body"].decode(), [name for name, _ in said[0]["headers"]]


async def test_each_reader_gets_the_language_they_like_best() -> None:
    app = Translated("en", "so", "es")
    front = Front(app, language=choose)
    assert (await ask(front, "so, en;q=0.5"))[0] == "en so"
    assert (await ask(front, "es"))[0] == "es es"
    assert (await ask(front, "en"))[0] == "en en"
    assert (await ask(front, "fr, so;q=0.2"))[0] == "fr so"
    assert (await ask(front, "fr"))[0] == "fr en"


async def test_what_many_want_is_drawn_once_and_the_header_for_us_is_not_sent_on() -> None:
    app = Translated("en", "so")
    front = Front(app, language=choose)
    await ask(front, "so, en;q=0.5")
    drawn = len(app.drawn)
    for wish in ("so;q=0.9, en;q=0.3", "so, en-GB", "so, zu, en;q=0.1", "so"):
        said, headers = await ask(front, wish)
        assert said == "en so"
        assert not {b"fedi-languages", b"fedi-topics"} & {name.lower() for name in headers}
    assert len(app.drawn) == drawn == 2


async def test_a_new_translation_is_seen_once_its_topic_is_signalled() -> None:
    app = Translated("en")
    front = Front(app, language=choose)
    assert (await ask(front, "so, en"))[0] == "en en"
    app.texts = ("en", "so")
    assert (await ask(front, "so, en"))[0] == "en en"
    front.clear("object:x")
    assert (await ask(front, "so, en"))[0] == "en so"
    app.texts = ("en",)
    front.clear("object:x")
    assert (await ask(front, "so, en"))[0] == "en en"
