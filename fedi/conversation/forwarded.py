"""Activities that somebody else passed on without a proof we can check: their origin has the word."""

from __future__ import annotations

from fedi.activitypub.origins import same_origin
from fedi.activitypub.vocabulary import Activity, id_of
from fedi.actors import blocked
from fedi.site import Site
from fedi.storage import jobs, notes, objects
from fedi.storage.tx import Tx

TYPES = ("Create", "Update", "Delete")
"""What can be checked at its origin."""


def take(tx: Tx, site: Site, activity: Activity, *, carried_by: str, now: int) -> None:
    """Ask the origin of a forwarded post about it, where it concerns something here; nothing else takes effect.

    Fetching is bounded: one job for each id, and only for what names something of ours or is known here
    (interop §5.3, §6.3, §6.20).
    """
    if activity.type not in TYPES:
        return
    name = id_of(activity.object)
    if name is None or site.is_local(name) or not same_origin(name, activity.actor):
        return
    if blocked.severity(tx, blocked.INSTANCE, [activity.actor, carried_by, name]) == "block":
        return
    if notes.is_buried(tx, name, activity.actor) or not _concerns_us(tx, site, activity, name):
        return
    jobs.add(tx, "conversation.fetch", name, {"id": name, "inbox_of": None}, now)


def _concerns_us(tx: Tx, site: Site, activity: Activity, name: str) -> bool:
    if notes.find(tx, name) is not None:
        return True
    if activity.type == "Delete":
        return False
    carried = activity.object if isinstance(activity.object, dict) else {}
    parent = id_of(carried.get("inReplyTo"))
    if parent is None:
        return any(site.is_local(recipient) for recipient in activity.recipients)
    if site.is_local(parent):
        return objects.find(tx, parent) is not None
    known = notes.find(tx, parent)
    return known is not None and known.thread is not None
