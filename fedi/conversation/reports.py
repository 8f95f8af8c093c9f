"""Reports: those of other servers are kept for our admins, and ours go to theirs."""

from __future__ import annotations

from fedi.activitypub.vocabulary import id_of
from fedi.actors.receive import Incoming, receives
from fedi.delivery import activities as build
from fedi.delivery import outbox
from fedi.errors import Refused
from fedi.site import Site
from fedi.storage import actors, notes, reports
from fedi.storage.tx import Tx

MOST_OBJECTS = 50
LONGEST = 5_000


@receives("Flag")
def on_flag(tx: Tx, told: Incoming) -> None:
    """Keep a report about things of ours."""
    named = [id_of(thing) for thing in told.activity.objects[:MOST_OBJECTS]]
    ours = [name for name in named if name and told.site.is_local(name)]
    if ours:
        content = told.activity.content[:LONGEST]
        reports.add(tx, told.by, told.activity.id, ours, content, told.now)


def report(tx: Tx, site: Site, url: str, content: str, now: int) -> str:
    """Report a post to its author's server, in the name of the instance, so that no group is exposed."""
    note = notes.find_at(tx, url)
    author = actors.find(tx, note.author) if note else None
    if note is None or author is None:
        raise Refused(
            f"{url} is not a post that is known here.", cure="Look it up with fedi lookup first."
        )
    activity = build.flag(site.actor, author.id, [note.id], content[:LONGEST])
    return outbox.send(tx, site, by=site.actor, activity=activity, to=[author.id], now=now)
