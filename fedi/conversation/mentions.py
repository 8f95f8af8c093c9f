"""What a member says about their group in public, under a name of their own, is shared where the group wants that."""

from __future__ import annotations

from fedi.activitypub.vocabulary import Note as ReadNote
from fedi.actors import blocked
from fedi.conversation import asked
from fedi.site import Site
from fedi.storage import groups, house_rules, members, notes
from fedi.storage.tx import Tx


def pass_on(tx: Tx, site: Site, read: ReadNote, now: int) -> None:
    """Let each mentioned group that wants it share a post of a member of its own; never an answer to anything.

    A member is whoever signs in here with the account that wrote it.
    """
    named = [mention.href for mention in read.mentions if site.is_local(mention.href)]
    if not named or read.in_reply_to is not None:
        return
    note = notes.find(tx, read.id)
    if note is None or note.visibility != "public" or note.hidden_at is not None:
        return
    for actor in dict.fromkeys(named):
        group = groups.find_by_actor(tx, actor)
        if (
            group is not None
            and group.removed_at is None
            and house_rules.find(tx, actor).boosts_mentions
            and members.has_account(tx, actor, note.author)
            and not blocked.severity(tx, actor, [note.author])
        ):
            asked.boost(tx, site, group.name, note.id, now)
