"""When a poll is open, when its counts are told, and what is left once it is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson

from fedi.delivery import activities, outbox
from fedi.delivery.activities import Audience
from fedi.delivery.clockwork import job
from fedi.errors import Refused
from fedi.house import House
from fedi.practices.polls.model import Poll
from fedi.publishing.recounting import recount
from fedi.publishing.times import to_ms, zone
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import jobs, objects, polls
from fedi.storage.objects import StoredObject
from fedi.storage.polls import StoredPoll
from fedi.storage.tx import Tx


def settle(tx: Tx, stored: StoredObject, poll: Poll, now: int) -> Poll:
    """Open a poll as it is published, or see what an edit may change in it; return it with what was counted.

    Raises Refused where nobody could vote, and for other options, or another way to choose, after the first vote.
    """
    if stored.audience == "members":
        raise Refused(
            _("People vote from their own servers, so a poll for members alone reaches nobody."),
            cure=_("Publish it for followers or partners."),
        )
    tx.lock("poll", stored.id)
    ends = poll.ends or _moment(stored.published_at, poll) + (poll.open_for or timedelta())
    poll = replace(poll, ends=ends, open_for=None)
    known = polls.find(tx, stored.id)
    closed_at = known and (known.closed_at or (None if known.is_open(now) else known.ends_at))
    if known and closed_at is not None:
        return _once_closed(known, poll, _moment(closed_at, poll))
    if to_ms(ends) <= now:
        raise Refused(
            _("This poll would end before anybody could vote."), cure=_("Let it end later.")
        )
    if known is None or _asks_otherwise(known, poll):
        if known and known.voters:
            raise Refused(
                _("People have voted, so what can be chosen stays as it is; the text may change."),
                cure=_("Withdraw this poll and publish another one."),
            )
        fresh = StoredPoll(
            stored.id, poll.names, (0,) * len(poll.options), poll.multiple, to_ms(ends)
        )
        polls.keep(tx, fresh)
        known = fresh
    polls.move_end(tx, stored.id, to_ms(ends))
    jobs.add(tx, "polls.close", stored.id, {"object": stored.id}, to_ms(ends))
    poll = poll.counted(known.votes, known.voters)
    if poll.status != "closed":
        return poll
    polls.stop(tx, stored.id, now)
    jobs.add(tx, "polls.close", stored.id, {"object": stored.id}, now)
    return poll.closed(_moment(now, poll))


def align(whole: Poll, seen: Poll) -> Poll:
    """Return the poll as everybody sees it who may read it; raise Refused where some would see other options."""
    if (whole.names, whole.multiple) != (seen.names, seen.multiple):
        raise Refused(
            _("Everybody who votes sees the same options."),
            cure=_("Hide parts of the text instead."),
        )
    return whole


def tell(tx: Tx, site: Site, object_id: str, now: int) -> None:
    """Publish the counts of an open poll as they are now, also to the servers of those who voted."""
    known = _known(tx, object_id)
    if known and known.is_open(now):
        _recount(tx, site, known, None, now)


def close(tx: Tx, site: Site, object_id: str, now: int) -> None:
    """Publish what came of a poll that has ended and forget who voted; come back later if it has not."""
    known = _known(tx, object_id)
    if known is None:
        return
    if known.is_open(now):
        jobs.add(tx, "polls.close", object_id, {"object": object_id}, known.ends_at)
        return
    _recount(tx, site, known, known.closed_at or known.ends_at, now)
    polls.stop(tx, object_id, known.ends_at)
    polls.forget_votes(tx, object_id)


@job("polls.tell")
async def tell_counts(house: House, payload: dict[str, Any]) -> None:
    """Tell what was counted since it was told last."""
    now = house.now()
    await house.store.write(lambda tx: tell(tx, house.site, payload["object"], now))


@job("polls.close")
async def close_poll(house: House, payload: dict[str, Any]) -> None:
    """Close a poll at its end."""
    now = house.now()
    await house.store.write(lambda tx: close(tx, house.site, payload["object"], now))


def _known(tx: Tx, object_id: str) -> StoredPoll | None:
    """Return a poll, locked until commit; it is gone once it was withdrawn."""
    tx.lock("object", object_id)
    tx.lock("poll", object_id)
    return polls.find(tx, object_id)


def _recount(tx: Tx, site: Site, known: StoredPoll, closed_at: int | None, now: int) -> None:
    stored = objects.find(tx, known.object)
    if stored is None:
        return
    is_open_to_all = stored.audience in ("public", "unlisted")
    voters = polls.one_voter_of_each_server(tx, stored.id) if is_open_to_all else []

    def change(poll: Poll) -> Poll:
        counted = poll.counted(known.votes, known.voters)
        return counted if closed_at is None else counted.closed(_moment(closed_at, poll))

    is_last = closed_at is not None
    if recount(tx, site, stored.id, change, now, also=voters, is_news=is_last) or not is_last:
        return
    # Its author closed it, so followers have heard; those who voted have not.
    version = objects.version(tx, stored.id, stored.audience)
    if version is not None and voters:
        update = activities.update(stored.actor, orjson.loads(version.document), now)
        audience = cast(Audience, stored.audience)
        outbox.send(
            tx, site, by=stored.actor, activity=update, to=voters, now=now, audience=audience
        )


def _once_closed(known: StoredPoll, poll: Poll, closed_at: datetime) -> Poll:
    """See that an edit leaves a closed poll closed, with its text alone to be changed."""
    is_as_it_was = to_ms(poll.ends) == known.ends_at if poll.ends else False
    if not is_as_it_was or poll.status == "open" or _asks_otherwise(known, poll):
        raise Refused(
            _("This poll is closed; only its text can still change."),
            cure=_("Publish another one."),
        )
    return poll.counted(known.votes, known.voters).closed(closed_at)


def _asks_otherwise(known: StoredPoll, poll: Poll) -> bool:
    return (known.options, known.is_multiple) != (poll.names, poll.multiple)


def _moment(ms: int, poll: Poll) -> datetime:
    """Return a moment on the clock of a poll, to the second."""
    return datetime.fromtimestamp(ms // 1000, zone(poll.timezone) or UTC)
