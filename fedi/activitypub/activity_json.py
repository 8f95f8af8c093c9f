"""What counts as an ActivityPub document in an HTTP answer, and reading it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fedi.activitypub.client import Answer
from fedi.activitypub.parse import parse
from fedi.errors import Malformed, WrongType

PROFILE = "https://www.w3.org/ns/activitystreams"
ACCEPT = f'application/activity+json, application/ld+json; profile="{PROFILE}"'


def is_activity_json(content_type: str) -> bool:
    """Tell whether a content type is one ActivityPub documents are taken from (interop §6.5)."""
    media_type, _, parameters = content_type.partition(";")
    match media_type.strip().lower():
        case "application/activity+json":
            return True
        case "application/ld+json":
            names = parameters.replace(";", " ").replace('"', " ").replace("=", " ").split()
            return "profile" in [name.lower() for name in names] and PROFILE in names
        case _:
            return False


def read_json(answer: Answer) -> dict[str, Any]:
    """Read the body as a JSON object or raise WrongType."""
    try:
        return parse(answer.body)
    except Malformed as error:
        raise WrongType(
            f"{urlsplit(answer.url).netloc} sent a document that cannot be read"
        ) from error
