"""Votes as other servers send them, and what became of a poll."""

from __future__ import annotations

from typing import Any

from build import ANNA, SITE, a_follow, a_group, a_remote_actor
from signed import NOW
from village import Person
from written import POLL, document_of, ready

from fedi.activitypub.vocabulary import read_note
from fedi.conversation import votes as counting
from fedi.publishing import publish
from fedi.storage import polls
from fedi.storage.polls import StoredPoll
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
BEN = "https://far.example/users/ben"
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SHORT = POLL.replace("ends: 2190-12-03T19:00\ntimezone: Europe/London", "open_for: 3 days")
CLOSED = POLL.replace("options:", "status: closed\noptions:")


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


def a_poll_can_be_held(tx: Tx) -> None:
    """A group that anna follows; ben is known, and follows nobody."""
    a_group(tx)
    a_remote_actor(tx)
    a_remote_actor(tx, BEN)
    a_follow(tx, by=ANNA, of=HARBOUR)


def vote(tx: Tx, poll: str, option: str = "Friday", by: str = BEN, now: int = NOW) -> bool:
    """Let somebody vote, and tell whether it counts."""
    note = {
        "id": f"{by}/votes/{option}",
        "type": "Note",
        "name": option,
        "attributedTo": by,
        "inReplyTo": poll,
    }
    return counting.count(tx, read_note(note), now)


def edits(tx: Tx, poll: str, source: str, now: int = NOW + MINUTE) -> dict[str, Any]:
    """Let the group edit a poll, and return the document that came of it."""
    publish.edit(tx, SITE, poll, ready("poll", source), now)
    return document_of(tx, poll)
