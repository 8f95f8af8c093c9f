"""lookup: fetch as the server would, and show what was understood and what was refused, and why."""

from __future__ import annotations

from typing import Any

import click

from fedi.activitypub import nodeinfo
from fedi.activitypub.handles import Handle, parse_handle
from fedi.activitypub.html import excerpt, plain
from fedi.activitypub.keys import read_keys
from fedi.activitypub.vocabulary import ACTOR_TYPES, Actor, Note, read_actor, read_note, type_of
from fedi.activitypub.webfinger import confirm, finger
from fedi.clock import iso
from fedi.commands.running import print_json, with_house
from fedi.errors import FediError, Malformed, Unreachable
from fedi.house import House


class Account:
    """What was seen on the way, line by line; a refusal is part of it and ends it."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.refused = ""

    def say(self, label: str, value: Any) -> None:
        """Note something that was understood."""
        if value not in (None, "", (), []):
            self.lines.append((label, str(value)))


@click.command()
@click.argument("what", metavar="@NAME@HOST|URL")
@click.option("--json", "as_json", is_flag=True)
@with_house
async def lookup(house: House, what: str, as_json: bool) -> None:
    """Fetch an account or post as the server would, and show what was understood and what was refused."""
    account = Account()
    try:
        await _look(house, what, account)
    except FediError as error:
        account.refused = f"{error.sentence} {_causes(error)}".strip()
    if as_json:
        print_json({"understood": dict(account.lines), "refused": account.refused or None})
    else:
        for label, value in account.lines:
            click.echo(f"{label}: {value}")
        if account.refused:
            click.echo(f"refused: {account.refused}", err=True)
    if account.refused:
        raise SystemExit(1)


def _causes(error: BaseException) -> str:
    """Say what lies behind a refusal, for whoever looks into it."""
    cause = error.__cause__
    return f"({type(cause).__name__}: {cause})" if cause is not None else ""


async def _look(house: House, what: str, account: Account) -> None:
    url = what
    if not what.startswith(("https://", "http://")):
        handle = parse_handle(what)
        account.say("handle", handle)
        found = await finger(house.door, handle)
        account.say("WebFinger subject", found.subject)
        account.say("WebFinger self", found.self_href)
        url = found.self_href
    if house.site.is_local(url):
        raise Malformed("That is an address of this server.", cure="See it in a browser.")
    document = (await house.door.document(url, by=await house.remote.signer())).document
    account.say("id", document.get("id"))
    account.say("type", type_of(document))
    if type_of(document) in ACTOR_TYPES:
        await _actor(house, read_actor(document), document, account)
    else:
        _post(read_note(document), account)


async def _actor(house: House, actor: Actor, document: dict[str, Any], account: Account) -> None:
    account.say("name", actor.name)
    account.say("summary", excerpt(plain(actor.summary_html), 300))
    account.say("inbox", actor.inbox)
    account.say("shared inbox", actor.shared_inbox or "none, or on another origin")
    for key in read_keys(document):
        account.say("key", f"{key.algorithm} {key.id}")
    if not read_keys(document):
        raise Malformed("No usable key: nothing this actor sends could be believed.")
    confirmed: Handle | None = await confirm(house.door, actor.id, actor.username)
    account.say(
        "handle confirmed both ways", confirmed or "no: WebFinger does not lead back to this id"
    )
    try:
        host = actor.id.split("/")[2]
        software = await nodeinfo.about(house.door, host)
        account.say("software", f"{software.software} {software.version}" if software else None)
    except Unreachable:
        account.say("software", "unknown")


def _post(note: Note, account: Account) -> None:
    account.say("author", note.attributed_to)
    account.say("in reply to", note.in_reply_to)
    account.say("title", note.name)
    account.say("warning or summary", note.summary)
    account.say("language", note.language)
    account.say("visibility", note.visibility(None))
    account.say("published", iso(note.published_ms) if note.published_ms else None)
    account.say("mentions", ", ".join(mention.href for mention in note.mentions))
    account.say("attachments", len(note.attachments))
    account.say("text", excerpt(plain(note.content_html), 500))


COMMANDS = (lookup,)
