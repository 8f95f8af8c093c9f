"""A Join of something of ours that cannot be joined is answered, so that its sender need not wait (FEP-8a8e)."""

from __future__ import annotations

from fedi.actors.receive import Incoming, receives
from fedi.delivery import activities as build
from fedi.delivery import outbox
from fedi.storage.tx import Tx


@receives("Join")
def on_join(tx: Tx, told: Incoming) -> None:
    """Answer with Ignore; a practice whose things can be joined registers its own handler for its kind."""
    group = told.about.group
    if told.about.kind is None or group is None or not told.activity.id:
        return
    answer = build.ignore(group, told.document)
    outbox.send(tx, told.site, by=group, activity=answer, to=[told.by], now=told.now)
