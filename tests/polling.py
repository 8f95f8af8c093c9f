"""Votes as other servers send them, and what became of a poll."""

from __future__ import annotations

from typing import Any

from village import Person
from written import document_of

from fedi.storage import polls
from fedi.storage.polls import StoredPoll
from fedi.storage.tx import Tx


def a_vote(by: Person, poll: str, option: str, name: str = "vote", **more: Any) -> dict[str, Any]:
    """The Note in which Mastodon, Misskey and Pleroma send a vote: a name and no content."""
    return {
        "id": f"{by.id}#votes/{name}",
        "type": "Note",
        "name": option,
        "attributedTo": by.id,
        "inReplyTo": poll,
        "to": [poll.rpartition("/polls/")[0] + "/groups/harbour"],
        **more,
    }


def votes(by: Person, poll: str, *options: str, name: str = "vote") -> dict[str, Any]:
    """A Create with one vote, or with several at once as GoToSocial sends them."""
    cast: list[Any] = [
        a_vote(by, poll, option, f"{name}-{number}") for number, option in enumerate(options)
    ]
    return by.says("Create", cast if len(cast) > 1 else cast[0], name, to=cast[0]["to"])


def counts(document: dict[str, Any]) -> dict[str, int]:
    """What a Question says of each option."""
    options = document.get("anyOf") or document["oneOf"]
    return {option["name"]: option["replies"]["totalItems"] for option in options}


def counted(tx: Tx, poll: str) -> dict[str, int]:
    """What was counted here for each option, told or not."""
    found = known(tx, poll)
    return dict(zip(found.options, found.votes, strict=True))


def known(tx: Tx, poll: str) -> StoredPoll:
    """A poll as it is counted."""
    found = polls.find(tx, poll)
    assert found
    return found


def told(tx: Tx, poll: str) -> dict[str, int]:
    """What the latest document says of each option."""
    return counts(document_of(tx, poll))
