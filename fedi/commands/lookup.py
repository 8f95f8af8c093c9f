"""lookup: fetch as the server would, and show what was understood and what was refused, and why."""

from __future__ import annotations

from typing import Any

import click

from fedi.activitypub import nodeinfo
from fedi.activitypub.context import understand
from fedi.activitypub.handles import parse_handle
from fedi.activitypub.html import excerpt, plain
from fedi.activitypub.keys import read_keys
from fedi.activitypub.proofs import check_proof, proof_key_ids
from fedi.activitypub.vocabulary import (
    ACTOR_TYPES,
    Actor,
    Note,
    as_list,
    read_actor,
    read_note,
    type_of,
)
from fedi.activitypub.webfinger import confirm, finger
from fedi.actors import blocked
from fedi.clock import iso
from fedi.commands.follows import is_address
from fedi.commands.running import fail, print_json, sentence, with_house
from fedi.errors import FediError, Malformed, Refused, Unreachable
from fedi.house import House

OWN_ADDRESSES = {
    "outbox": "outbox",
    "followers": "followers",
    "following": "following",
    "featured": "featured",
}
"""Keys of an actor that count only on its own origin, with the name they have once read."""


class Account:
    """What was seen on the way: what was understood, line by line, and what was refused."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.refused: list[str] = []

    def say(self, label: str, value: Any) -> None:
        """Note something that was understood."""
        if value not in (None, "", (), []):
            self.lines.append((label, str(value)))

    def refuse(self, why: str) -> None:
        """Note something that is not used."""
        self.refused.append(why)

    def as_json(self) -> dict[str, Any]:
        """Return all of it; what was said several times is a list."""
        understood: dict[str, Any] = {}
        for label, value in self.lines:
            before = understood.get(label)
            understood[label] = value if before is None else [*as_list(before), value]
        return {"understood": understood, "refused": self.refused}


@click.command()
@click.argument("what", metavar="@NAME@HOST|URL")
@click.option("--json", "as_json", is_flag=True)
@with_house
async def lookup(house: House, what: str, as_json: bool) -> None:
    """Fetch an account or post as the server would, and show what was understood and what was refused."""
    account = Account()
    failure: FediError | None = None
    try:
        await _look(house, what, account)
    except FediError as error:
        failure = error
        account.refuse(sentence(error))
    if as_json:
        print_json(account.as_json())
    else:
        for label, value in account.lines:
            click.echo(f"{label}: {value}")
        for why in account.refused[: -1 if failure else None]:
            click.echo(f"refused: {why}")
    if failure is not None:
        fail(failure)


async def _look(house: House, what: str, account: Account) -> None:
    url = what
    if not is_address(what):
        handle = parse_handle(what)
        account.say("handle", handle)
        if handle.host == house.site.domain:
            raise _ours()
        found = await finger(house.door, handle)
        account.say("WebFinger subject", found.subject)
        account.say("WebFinger self", found.self_href)
        url = found.self_href
    if house.site.is_local(url):
        raise _ours()
    fetched = await house.door.document(url, by=await house.remote.signer(), fresh=True)
    document = understand(fetched.document)
    account.say("id", document.get("id"))
    account.say("type", type_of(document))
    severity = await house.store.read(
        lambda tx: blocked.severity(tx, blocked.INSTANCE, [fetched.url])
    )
    if severity:
        account.refuse(f"This instance {severity}s that server, so nothing of it is shown.")
    if type_of(document) in ACTOR_TYPES:
        await _actor(house, read_actor(document), document, account)
    else:
        _post(read_note(document), document, account)
        await _proof(house, fetched.document, account)


def _ours() -> Refused:
    return Refused(
        "That is an address of this server.",
        cure="Open it in a browser; fedi doctor says how it looks from outside.",
    )


async def _actor(house: House, actor: Actor, document: dict[str, Any], account: Account) -> None:
    account.say("name", actor.name)
    account.say("summary", excerpt(plain(actor.summary_html), 300))
    for field in actor.fields:
        account.say("field", f"{field.name}: {plain(field.value_html)}")
    account.say("page", actor.url)
    account.say("inbox", actor.inbox)
    account.say("shared inbox", actor.shared_inbox)
    for name, read in OWN_ADDRESSES.items():
        account.say(name, getattr(actor, read))
        if document.get(name) and getattr(actor, read) is None:
            account.refuse(f"`{name}` is not on the actor's own server.")
    endpoints = document.get("endpoints")
    if isinstance(endpoints, dict) and endpoints.get("sharedInbox") and not actor.shared_inbox:
        account.refuse("`sharedInbox` is not on the actor's own server.")
    account.say("followers are approved", "by hand" if actor.manually_approves else None)
    account.say("also known as", ", ".join(actor.also_known_as))
    account.say("moved to", actor.moved_to)
    await _name_and_keys(house, actor, document, account)
    await _software(house, actor, account)


async def _name_and_keys(
    house: House, actor: Actor, document: dict[str, Any], account: Account
) -> None:
    keys = read_keys(document)
    for key in keys:
        account.say("key", f"{key.algorithm} {key.id}")
    handle = await confirm(house.door, actor.id, actor.username)
    account.say("handle confirmed both ways", handle)
    if handle is None:
        account.refuse("WebFinger does not lead back to this id, so the handle is not shown.")
    if not keys:
        raise Malformed("It has no usable key: nothing this actor sends could be believed.")


async def _software(house: House, actor: Actor, account: Account) -> None:
    try:
        found = await nodeinfo.about(house.door, actor.id.split("/")[2])
    except Unreachable as error:
        account.refuse(f"NodeInfo: {sentence(error)}")
        return
    account.say("software", f"{found.software} {found.version}" if found else None)


def _post(note: Note, document: dict[str, Any], account: Account) -> None:
    account.say("author", note.attributed_to)
    account.say("in reply to", note.in_reply_to)
    account.say("quotes", note.quote)
    account.say("title", note.name)
    account.say("warning" if note.sensitive else "summary", note.summary)
    account.say("language", note.language)
    account.say("visibility", note.visibility(None))
    account.say("published", iso(note.published_ms) if note.published_ms else None)
    account.say("edited", iso(note.updated_ms) if note.updated_ms else None)
    for mention in note.mentions:
        account.say("mentions", mention.href)
    account.say("hashtags", " ".join(f"#{tag}" for tag in note.hashtags))
    if event := note.event:
        account.say("begins", f"{iso(event.start_ms)} {event.timezone}".strip())
        account.say("ends", iso(event.end_ms) if event.end_ms else None)
        account.say("status", event.status)
        account.say("place", ", ".join(place.name for place in event.places if place.name))
    if note.poll:
        account.say("poll", " / ".join(option.name for option in note.poll.options))
    account.say("attachments", len(note.attachments) or None)
    dropped = len(as_list(document.get("attachment"))) - len(note.attachments) - len(note.links)
    if dropped > 0:
        account.refuse(f"{dropped} of its attachments are of no kind that is shown.")
    account.say("text", excerpt(plain(note.content_html), 500))


async def _proof(house: House, document: dict[str, Any], account: Account) -> None:
    """Check the proofs a post carries, as is done with what somebody else forwards."""
    for key_id in proof_key_ids(document):
        try:
            key = await house.remote.key(key_id)
        except Unreachable as error:
            account.refuse(f"The key of its proof could not be fetched. {sentence(error)}")
            continue
        if key is not None and check_proof(document, key):
            account.say("proof", f"holds, by {key.owner}")
        else:
            account.refuse(f"Its proof by {key_id} does not hold.")


COMMANDS = (lookup,)
