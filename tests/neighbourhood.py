"""A neighbourhood to look at: groups with every kind of post, as short and as long as they may be, and replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from build import a_remote_actor, some_keys
from leaflets import ARABIC, CALL, MINUTES, POLL, REQUEST, SHORT, UPDATE
from polling import vote

from fedi import practices
from fedi.actors.groups import add_group, mark_verified, set_profile
from fedi.actors.instance import add_instance
from fedi.conversation import changes
from fedi.practices.polls import counting
from fedi.publishing import draft, pictures, publish
from fedi.publishing.kinds import kind
from fedi.publishing.publish import Ready
from fedi.site import Site
from fedi.storage import follows, groups, media, notes, objects
from fedi.storage.follows import ACCEPTED
from fedi.storage.media import Picture
from fedi.storage.notes import Note
from fedi.storage.tx import Tx

practices.load()

DAY = 86_400_000
HERON = "https://brackish.example/users/heron"
WREN = "https://brackish.example/users/wren"

RENTERS = (
    "Renters in St Philips, Easton and around the harbour. We meet on Thursdays, share a kitchen, "
    "and turn up for each other."
)
GROUPS: tuple[tuple[str, str, str, str, str], ...] = (
    ("riverbank", "Riverbank Tenants’ Union", "house", "", RENTERS),
    ("coop", "Marsh Street Food Co-op", "grain", "allotment", "Vegetables, bread, a van"),
    ("flood", "Severn Flood Watch", "wave", "river", "Gauges, sandbags, neighbours"),
    ("nightbus", "Night Bus Kitchen", "bowl", "ember", "Hot food from 23:00 to 4:00"),
    ("oldmarket", "Old Market Assembly", "ring", "plum", "Open assembly, first Sunday"),
    ("spoke", "Spoke and Chain", "wheel", "lino", "Bicycle repair for couriers"),
    ("babeloued", "رابطة مستأجري باب الواد", "tree", "allotment", "مستأجرون معا"),
    ("early", "Early Shift", "sun", "ember", ""),
)  # fmt: skip


@dataclass(slots=True)
class Neighbourhood:
    """The ids of what stands there, by a name of its own."""

    posts: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> str:
        """The path of a post's page."""
        return "/" + self.posts[name].split("/", 3)[3]


def settle(tx: Tx, site: Site, now: int, shown: Picture | None = None) -> Neighbourhood:
    """Fill an empty instance: eight groups, the first of them with everything, the last with nothing at all."""
    rsa, ed25519 = some_keys()
    add_instance(tx, site, rsa, ed25519, now)
    for name, title, motif, ink, summary in GROUPS:
        made = now - 90 * DAY
        add_group(tx, site, name, title, summary, now=made, rsa=rsa, ed25519=ed25519)
        set_profile(tx, site, name, {"motif": motif, "ink": ink}, made)
    set_profile(tx, site, "riverbank", _profile(), now)
    mark_verified(tx, "riverbank", {"https://riverbank.example/": now})
    for who in (HERON, WREN):
        a_remote_actor(tx, who, now=now)
        follows.add(tx, who, site.group("riverbank"), ACCEPTED, f"{who}/follows/1", now)
    here = Neighbourhood()
    _publish_all(tx, site, here, now, shown)
    _answer_all(tx, site, here, now)
    return here


def _profile() -> dict[str, Any]:
    return {
        "about": "<p>Started in 2023 in a launderette. Open to every renter, whatever your papers say.</p>",
        "fields": (
            ("Meets", "Thursdays 19:00, Kingsley Hall, step-free"),
            ("Website", "https://riverbank.example/"),
            ("Elsewhere", "https://elsewhere.example/riverbank"),
        ),
        "place": "Bristol, England",
        "languages": ("en", "so", "ar"),
        "themes": ("Housing", "heat", "food"),
    }


def _publish_all(tx: Tx, site: Site, here: Neighbourhood, now: int, shown: Picture | None) -> None:
    def put(
        name: str, group: str, kind_name: str, source: str, days_ago: float = 0, **more: str
    ) -> str:
        at = now - round(days_ago * DAY)
        here.posts[name] = publish_text(tx, site, group, kind_name, source, at, now, **more)
        return here.posts[name]

    put("arabic", "babeloued", "minutes", ARABIC, 12)
    put(
        "finished", "riverbank", "call", CALL.replace("Open the", "Shut the"), 40, day=_day(now, -9)
    )
    put("cancelled", "coop", "call", CALL, 8, status="cancelled", day=_day(now, 20))
    put("postponed", "flood", "call", CALL, 7, status="postponed", day=_day(now, 31))
    put("tentative", "coop", "call", CALL, 6, status="tentative", day=_day(now, 33))
    for state in ("covered", "closed"):
        put(state, "riverbank", "request", REQUEST, 6, state=state)
    for name, source in SHORT.items():
        put(f"short-{name}", "oldmarket", name, source, 5)
    warned = UPDATE.replace("language", 'warning: "Eviction, police"\nlanguage')
    put("warned", "riverbank", "update", warned, 4)
    put("update", "riverbank", "update", UPDATE, 3)
    put("request", "riverbank", "request", REQUEST, 2)
    put("minutes", "riverbank", "minutes", MINUTES, 1)
    put("call", "riverbank", "call", CALL)
    put("unlisted", "riverbank", "update", "---\nvisibility: unlisted\n---\nNot in the stream.\n")
    put("poll", "nightbus", "poll", POLL, 3)
    put("poll-closed", "nightbus", "poll", POLL.replace("3 weeks", "2 days"), 9)
    _vote_all(tx, site, here, now)
    if shown:
        group = groups.find(tx, "riverbank")
        assert group
        what = Ready(draft.read(kind("update"), "---\n---\nThe hall, painted.\n"), {}, (shown,) * 1)
        here.posts["pictured"] = publish.publish(tx, site, group, what, now)
    gone = put("withdrawn", "riverbank", "update", UPDATE)
    publish.withdraw(tx, site, gone, now)
    publish.pin(tx, site, here.posts["call"], now)


def _vote_all(tx: Tx, site: Site, here: Neighbourhood, now: int) -> None:
    for name, at in (("poll", now), ("poll-closed", now - 8 * DAY)):
        for who, option in ((HERON, "Tuesdays"), (HERON, "Thursdays"), (WREN, "Tuesdays")):
            assert vote(tx, here.posts[name], option, who, at)
    counting.tell(tx, site, here.posts["poll"], now)
    counting.close(tx, site, here.posts["poll-closed"], now)


def publish_text(
    tx: Tx, site: Site, group_name: str, kind_name: str, source: str, at: int, now: int, **more: str
) -> str:
    """Let a group publish a text whose days are counted from now."""
    days = {"met": _day(now, -2), "day": _day(now, 12), "review": _day(now, 5), "by": _day(now, 18)}
    words: Mapping[str, str] = {"status": "confirmed", "state": "open", **days, **more}
    group = groups.find(tx, group_name)
    assert group
    read = draft.read(kind(kind_name), source.format(**words) if "{" in source else source)
    return publish.publish(tx, site, group, Ready(read), at)


def _answer_all(tx: Tx, site: Site, here: Neighbourhood, now: int) -> None:
    for name in ("minutes", "call", "request", "update"):
        post = here.posts[name]
        answer(
            tx,
            site,
            post,
            "1",
            "<p>Ask us about insurance, we had the same fight in 2025.</p>",
            now,
        )
        answer(tx, site, post, "2", "<p>I can do childcare on Tuesdays.</p>", now, by=WREN, to="1")
        answer(tx, site, post, "3", "<p>Same here.</p>", now, to="2", warning="Police")
        answer(tx, site, post, "4", "<p>شكرا لكم جميعا</p>", now, by=WREN, to="3", language="ar")
        answer(tx, site, post, "5", "<p>And here.</p>", now, to="4")
        objects.tally(tx, post, likes=12, shares=34)
        publish_text(
            tx, site, "coop", "update", f"---\nreply_to: {post}\n---\nWe bring bread.\n", now, now
        )


def answer(
    tx: Tx,
    site: Site,
    post: str,
    name: str,
    html: str,
    now: int,
    *,
    by: str = HERON,
    to: str = "",
    **more: Any,
) -> None:
    """A reply from elsewhere, under one of our posts; `to` names another reply that it answers."""
    own = f"https://brackish.example/notes/{post.rpartition('/')[2]}-"
    note = Note(
        id=own + name,
        author=by,
        type="Note",
        visibility="public",
        html=html,
        document="{}",
        published_at=now + int(name),
        received_at=now,
        in_reply_to=own + to if to else post,
        thread=post,
        to_group=None,
        **{"language": "en", **more},
    )
    notes.add(tx, note)
    changes.counted(tx, note, 1)


def paint(folder: Path) -> Picture:
    """Put a picture into the media folder."""
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.linear_gradient("L").resize((1200, 800)).convert("RGB").save(buffer, "JPEG")
    made = pictures.encode(buffer.getvalue())
    name = pictures.store(folder, made)
    return Picture(
        name,
        made.media_type,
        made.width,
        made.height,
        len(made.data),
        made.blurhash,
        "A grey wall, darker to the right",
    )


def own_pictures(tx: Tx, site: Site, picture: Picture, now: int) -> None:
    """Let a group have pictures of its own in place of drawn ones."""
    media.add(tx, picture, object_id=None, audience="public", now=now)
    set_profile(tx, site, "spoke", {"avatar": picture.name, "banner": picture.name}, now)


def _day(now: int, days: int) -> str:
    return (datetime.fromtimestamp(now / 1000, UTC) + timedelta(days=days)).date().isoformat()
