"""The ASGI layer of the inboxes: what is posted there does without the framework, which would cost as much again."""

from __future__ import annotations

import logging
import re

from fedi.activitypub.signatures import Request
from fedi.errors import FediError, Malformed, TooBig, Unreachable
from fedi.house import House
from fedi.web.answers import headers_for, headers_of, spoken
from fedi.web.arrival import LARGEST_BODY, body, signed_request
from fedi.web.front import Application, Headers, Receive, Scope, Send
from fedi.web.inbox import Inbox
from fedi.web.limits import COSTLY, FAILURES, INBOX, Limits
from fedi.web.negotiate import ACTIVITY_JSON

JSON_TYPES = (ACTIVITY_JSON, "application/ld+json", "application/json")
_PATH = re.compile(r"(?:/groups/(?P<group>[^/\0]+)|(?P<instance>/actor))?/inbox/?")

logger = logging.getLogger(__name__)


class _Spoilt(FediError):
    """Something that no inbox takes, or that went wrong by accident."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Letterbox:
    """Answers for the shared inbox and every personal one; all else goes on to the application."""

    def __init__(self, app: Application, house: House, limits: Limits | None = None) -> None:
        self._app = app
        self._site = house.site
        self._inbox = Inbox(house)
        self._limits = limits
        self._always = _raw(headers_for(house.site))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI scope."""
        found = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        inbox_of = self._site.actor if found["instance"] else None
        if found["group"]:
            inbox_of = self._site.group(found["group"])
        try:
            await self._take(scope, receive, inbox_of)
        except FediError as error:
            await self._refuse(error, send)
        except Exception as error:
            logger.exception("Unexpected failure", exc_info=error, extra={"path": scope["path"]})
            await self._refuse(_Spoilt("Something went wrong here.", 500), send)
        else:
            await _answer(202, [*self._always, (b"content-length", b"0")], b"", send)

    async def _take(self, scope: Scope, receive: Receive, inbox_of: str | None) -> None:
        """Hold a request against the limits before anything is done for it, then take in what it brings."""
        asked = signed_request(self._site, scope, None)
        limits, address = self._limits, (scope.get("client") or ("",))[0]
        is_signed = not {"signature", "signature-input"}.isdisjoint(asked.headers)
        if limits is not None:
            limits.take(INBOX, address)
            if is_signed:
                limits.check(FAILURES, address)
        try:
            await self._inbox.take(await _whole(asked, receive), inbox_of)
        except FediError as error:
            if limits is not None and is_signed and error.status in COSTLY:
                limits.take(FAILURES, address)
            raise

    async def _refuse(self, error: FediError, send: Send) -> None:
        if isinstance(error, Unreachable):
            logger.info("A fetch failed: %s", error.sentence)
        content = spoken(error)
        headers = {
            "content-type": "application/json",
            "content-length": str(len(content)),
            **headers_of(error),
        }
        if error.status == 405:
            headers["allow"] = "POST"
        if isinstance(error, TooBig):
            headers["connection"] = "close"  # nobody reads the rest
        await _answer(error.status, [*self._always, *_raw(headers)], content, send)


async def _whole(asked: Request, receive: Receive) -> Request:
    """Give a request with its body, or raise if no inbox takes such."""
    if asked.method != "POST":
        raise _Spoilt("An inbox takes POST and nothing else.", 405)
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in JSON_TYPES:
        raise Malformed("An inbox takes application/activity+json.")
    length = asked.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 9 or int(length) > LARGEST_BODY):
        raise TooBig("This is larger than 1 MB.")
    return Request(asked.method, asked.url, asked.headers, await body(receive))


async def _answer(status: int, headers: Headers, content: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _raw(headers: dict[str, str]) -> Headers:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
