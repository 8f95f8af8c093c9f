"""How much a request may bring: next to nothing, unless a page of ours takes files from whoever is signed in."""

from __future__ import annotations

from typing import Any

from quart.wrappers import Request
from quart.wrappers.request import Body
from werkzeug.exceptions import RequestEntityTooLarge

FROM_STRANGERS = 64 * 1024
FROM_TRANSLATORS = 1024 * 1024
"""Bytes of a form that anybody may send."""
FROM_MEMBERS = 32 * 1024 * 1024
"""Bytes of a form with its files."""


class BoundedBody(Body):
    """A body of so many bytes in all; the framework's own counts only what nobody has read yet."""

    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        super().__init__(expected_content_length, max_content_length)
        self._come = 0
        self._expected = expected_content_length or 0

    def append(self, data: bytes) -> None:
        """Take in what arrives, unless it is too much by now."""
        self._come += len(data)
        if self._come > (self._max_content_length or 0):
            self._refuse()
        else:
            super().append(data)

    def bound(self, most: int) -> None:
        """Take no more than so many bytes, counting those that came."""
        self._max_content_length = most
        if max(self._come, self._expected) > most:
            self._refuse()

    def _refuse(self) -> None:
        self._must_raise = RequestEntityTooLarge()
        self._data.clear()
        self.set_complete()


class BoundedRequest(Request):
    """A request whose body is bounded from its first byte on; whoever brings no cookie is signed in nowhere."""

    body_class = BoundedBody
    body: BoundedBody

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{**more, "max_content_length": FROM_MEMBERS})
        self.bound(FROM_MEMBERS if "cookie" in self.headers else FROM_STRANGERS)

    def bound(self, most: int) -> None:
        """Let the whole body have so many bytes, and each field of a form no more either."""
        self.max_content_length = self.max_form_memory_size = most
        self.body.bound(most)
