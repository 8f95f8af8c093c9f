"""Activities written by hand over the samples, and what a server that receives them knew before."""

from __future__ import annotations

import base64
import hashlib
import json
from copy import deepcopy
from typing import Any

from .plain import AS2
from .samples import ADDRESSED, ANNA, EVENT, GROUP, GROUP_ID, NOTE, NOW, QUOTE, TYPE, E
from .shapes import Delivered, Json, Stored

FOLLOW_OF_ANNA: Json = {
    "id": "https://peer.example/follows/1",
    "type": "Follow",
    "actor": ANNA,
    "object": GROUP_ID,
}
QUOTE_REQUEST_OF_ANNA: Json = {
    "id": "https://peer.example/requests/1",
    "type": "QuoteRequest",
    "actor": ANNA,
    "object": f"{E}/updates/1",
    "instrument": "https://peer.example/notes/2",
}


def activity(kind: str, number: int, about: Any, **more: Any) -> Json:
    """Return an activity of the group."""
    return {
        "@context": [AS2],
        "id": f"{E}/activities/{number}",
        "type": kind,
        "actor": GROUP_ID,
        "object": deepcopy(about),
        **more,
    }


CREATE = activity("Create", 1, NOTE, published="2026-11-21T10:00:00Z", **deepcopy(ADDRESSED))
CREATE_EVENT = activity("Create", 2, EVENT, **deepcopy(ADDRESSED))
LATER_NOTE: Json = {**NOTE, "updated": "2026-11-21T10:30:00Z"}
UPDATE = activity("Update", 3, LATER_NOTE, **deepcopy(ADDRESSED))
UPDATE_EVENT = activity(
    "Update", 4, {**EVENT, "updated": "2026-11-21T10:30:00Z"}, **deepcopy(ADDRESSED)
)
UPDATE_GROUP = activity("Update", 5, GROUP, **deepcopy(ADDRESSED))
DELETE = activity(
    "Delete",
    6,
    {"id": NOTE["id"], "type": "Tombstone", "formerType": "Note"},
    **deepcopy(ADDRESSED),
)
DELETE_EVENT = activity(
    "Delete",
    7,
    {"id": EVENT["id"], "type": "Tombstone", "formerType": "Event"},
    **deepcopy(ADDRESSED),
)
ANNOUNCE = activity("Announce", 8, "https://peer.example/notes/5", **deepcopy(ADDRESSED))
LIKE = activity("Like", 9, "https://peer.example/notes/5", to=[ANNA])
FOLLOW = activity("Follow", 10, ANNA, to=[ANNA])
UNDO = activity("Undo", 11, FOLLOW, to=[ANNA])
ACCEPT = activity("Accept", 12, FOLLOW_OF_ANNA, to=[ANNA])
REJECT = activity("Reject", 13, FOLLOW_OF_ANNA, to=[ANNA])
ACCEPT_QUOTE = activity("Accept", 14, QUOTE_REQUEST_OF_ANNA, to=[ANNA], result=f"{E}/stamps/1")
QUOTE_REQUEST = activity(
    "QuoteRequest", 15, "https://peer.example/notes/1", instrument=QUOTE, to=[ANNA]
)
ADD = activity("Add", 16, EVENT["id"], target=GROUP["featured"], **deepcopy(ADDRESSED))
REMOVE = activity("Remove", 17, EVENT["id"], target=GROUP["featured"], **deepcopy(ADDRESSED))
FLAG = activity("Flag", 18, [ANNA, "https://peer.example/notes/5"], content="spam")
BLOCK = activity("Block", 19, ANNA)
STORED = Stored(
    now=NOW,
    actors={
        GROUP_ID: GROUP,
        ANNA: {"id": ANNA, "type": "Person", "followers": f"{ANNA}/followers"},
    },
    following=frozenset({GROUP_ID}),
    asked={one["id"]: one for one in (FOLLOW_OF_ANNA, QUOTE_REQUEST_OF_ANNA)},
)


def signed(document: Json, url: str = "https://peer.example/inbox") -> Delivered:
    """Return a POST in the one signature profile that suits all; the signature itself is a dummy."""
    body = json.dumps(document).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = {
        **TYPE,
        "Host": url.split("/")[2],
        "Date": "Sat, 21 Nov 2026 11:00:00 GMT",
        "Digest": f"SHA-256={digest}",
        "Signature": (
            f'keyId="{GROUP_ID}#key-1",algorithm="rsa-sha256",'
            'headers="(request-target) host date digest content-type",signature="c2lnbmVk"'
        ),
    }
    return Delivered(document, headers, url, body)
