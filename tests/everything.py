"""One group does everything a group can do, and all that left the house meanwhile is kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import orjson
from build import some_keys
from hearing import Hearing, hearing
from PIL import Image
from polling import votes
from sounds import an_ogg
from village import Heard, Person
from written import CALL, MINUTES, POLL, REQUEST

from fedi.actors import follows as wishes
from fedi.actors.groups import remove_group, rotate_keys, set_profile
from fedi.clock import now_ms
from fedi.conversation import asked, blocking, quotes, reports
from fedi.practices.polls import counting
from fedi.publishing import acts, prepare
from fedi.publishing.acts import Act
from fedi.storage import media
from fedi.storage.media import Picture
from fedi.storage.tx import Tx

HARBOUR, SISTER = "harbour", "sister"
PICTURE = "pictures:\n  - {file: door.png, description: A door, focal: [0.1, 0.2]}\n"
UPDATE = f"""---
title: The lift works
language: en
hashtags: [housing]
warning: Noise
{PICTURE}voices:
  - {{file: speech.ogg, transcript: "How the lift sounds [[members: from Ada's]]"}}
---
Nine weeks. Thank you, @anna@home.example! #lift <https://lift.example/>
"""
QUIET = "---\nvisibility: {audience}\nlanguage: so\n---\nQuietly, @anna@home.example.\n"


@dataclass
class Emitted:
    """All documents that were served, and all activities that were said and delivered."""

    origin: str
    served: dict[str, httpx.Response] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)

    @property
    def harbour(self) -> str:
        return f"{self.origin}/groups/{HARBOUR}"

    def document(self, url: str) -> dict[str, Any]:
        return orjson.loads(self.served[url].content)


async def do_everything(folder: Path) -> Emitted:
    """Let harbour do all it can, with anna, ben and cara looking on from https://home.example."""
    async with hearing(folder) as at:
        emitted = Emitted(at.here.config.origin)
        anna, ben, cara = (at.village.person(name) for name in ("anna", "ben", "cara"))
        at.village.documents["/users/anna/notes/9"] = {
            "@context": "https://www.w3.org/ns/activitystreams",
            **anna.a_note("The tide is high", "9"),
        }
        await at.here.add_group(SISTER, "Sister Street")
        (folder / "door.png").write_bytes(_picture())
        (folder / "speech.ogg").write_bytes(an_ogg())
        await _be_followed(at, anna, ben, cara)
        emitted.objects = await _publish(at, folder)
        await _talk(at, anna, cara, emitted.objects)
        await _ask_nicely(at, anna, emitted.objects[0])
        await _withdraw_some(at, emitted.objects)
        await _change_keys(at)
        await at.world.deliver()
        await _fetch_all(at, emitted)
        await at.here.write(lambda tx: remove_group(tx, at.here.house.site, SISTER, now_ms()))
        await at.world.deliver()
        for url in (f"{emitted.origin}/groups/{SISTER}", emitted.objects[-1]):
            emitted.served[f"gone {url}"] = await at.here.get(url)
        emitted.said = await at.here.read(_said)
        emitted.heard = [heard for heard in at.village.heard if heard.method == "POST"]
        return emitted


def everything(folder: Path) -> Emitted:
    """Do it in an event loop of its own."""
    return asyncio.run(do_everything(folder))


async def _be_followed(at: Hearing, anna: Person, ben: Person, cara: Person) -> None:
    site = at.here.house.site
    picture = _store(at, _picture())

    def unit(tx: Tx) -> None:
        media.add(tx, picture, object_id=None, audience="public", now=now_ms())
        changes = {
            "summary": "Renters around the harbour.",
            "about": "<p>We meet on Thursdays.</p>",
            "fields": (("Web", "https://harbour.example/"), ("Meets", "Thursdays")),
            "place": "Bristol",
            "languages": ("en", "so"),
            "themes": ("housing",),
            "avatar": picture.name,
            "banner": picture.name,
            "also_known_as": ("https://old.example/users/harbour",),
        }
        set_profile(tx, site, HARBOUR, changes, now_ms())

    await at.here.write(unit)
    for group in (HARBOUR, SISTER):
        await at.says(anna, "Follow", site.group(group), f"follow-{group}")
    await at.here.write(lambda tx: set_profile(tx, site, HARBOUR, {"locked": True}, now_ms()))
    for person in (ben, cara):
        await at.says(person, "Follow", at.harbour, "follow")
    await at.here.write(lambda tx: wishes.accept_request(tx, site, HARBOUR, ben.id, now_ms()))
    await at.here.write(lambda tx: wishes.refuse_request(tx, site, HARBOUR, cara.id, now_ms()))
    await at.world.deliver()


async def _publish(at: Hearing, folder: Path) -> list[str]:
    """Publish every kind for every audience, and edit; the last one is to be withdrawn."""
    made: list[str] = []
    texts = [("update", UPDATE)]
    texts += [
        (kind, text.replace("---\n", f"---\n{PICTURE}warning: Heat\n", 1))
        for kind, text in (("minutes", MINUTES), ("call", CALL), ("request", REQUEST))
    ]
    texts += [("update", QUIET.format(audience=who)) for who in ("unlisted", "followers")]
    texts += [("call", CALL.replace("Open the", "Shut the"))]
    poll = POLL.replace("---\n", f"---\n{PICTURE}warning: Dates\n", 1)
    texts += [("poll", poll), ("update", "Soon gone.\n")]
    for kind, text in texts:
        told = await prepare.publish_file(
            at.here.house, HARBOUR, kind, text, folder=folder, by="us", now=now_ms()
        )
        made.append(told.id)
        await at.world.deliver()
    later = [
        (made[0], UPDATE.replace("Nine", "Ten")),
        (made[2], texts[2][1].replace("confirmed", "postponed")),
        (made[3], texts[3][1].replace("needs:", "state: covered\nneeds:")),
        (made[6], texts[6][1].replace("confirmed", "cancelled")),
        (made[7], poll.replace("options:", "status: closed\noptions:")),
    ]
    await _vote(at, made[7])
    for post, text in later:
        await prepare.edit_file(at.here.house, post, text, folder=folder, by="us", now=now_ms())
        await at.world.deliver()
    return made


async def _vote(at: Hearing, poll: str) -> None:
    """Let anna vote, and tell what was counted."""
    anna, site = at.village.person("anna"), at.here.house.site
    assert await at.tell(anna, votes(anna, poll, "Friday")) == 202
    await at.here.write(lambda tx: counting.tell(tx, site, poll, now_ms()))
    await at.world.deliver()


async def _talk(at: Hearing, anna: Person, cara: Person, posts: list[str]) -> None:
    """Answer, like and share, take it back, follow and unfollow, answer one alone, report, block and let be."""
    note = f"{anna.id}/notes/9"
    for deed in (at.here.like, at.here.boost):
        said = await deed(HARBOUR, note)
        await at.world.deliver()
        await at.here.undo(HARBOUR, said)
    site = at.here.house.site
    await at.here.write(lambda tx: asked.boost(tx, site, SISTER, posts[0], now_ms()))
    await at.here.publish(source="We bring buckets.\n", to=note)
    await at.tell(anna, anna.replies(posts[0], "Well done", "reply"))
    await at.here.follow(HARBOUR, "cara@home.example")
    await at.world.deliver()
    await at.here.unfollow(HARBOUR, cara.id)
    await at.here.write(lambda tx: reports.report(tx, site, note, "Not kind.", now_ms()))
    quiet = anna.a_note("Between us?", "quiet", to=[at.harbour], cc=[])
    await at.says(anna, "Create", quiet, "quiet")
    await at.here.publish(source="Between us, @cara@home.example.\n", to=quiet["id"])
    for act in (blocking.block, blocking.lift):
        await at.here.write(lambda tx, act=act: act(tx, site, HARBOUR, cara.id, now_ms()))
        await at.world.deliver()


async def _ask_nicely(at: Hearing, anna: Person, post: str) -> None:
    """Let somebody ask to quote and to join; grant, refuse, revoke, and pass over."""
    site = at.here.house.site
    for number, may in (("1", "public"), ("2", "nobody")):
        changes = {"quotes": may}
        await at.here.write(lambda tx, c=changes: set_profile(tx, site, HARBOUR, c, now_ms()))
        quoting = f"{anna.id}/notes/quote-{number}"
        await at.says(anna, "QuoteRequest", post, f"quote-{number}", instrument=quoting)
    await at.says(anna, "Join", post, "join")


async def _withdraw_some(at: Hearing, posts: list[str]) -> None:
    site = at.here.house.site
    for kind, post in (
        ("pin", posts[0]),
        ("pin", posts[1]),
        ("unpin", posts[1]),
        ("withdraw", posts[-1]),
    ):
        act = Act(kind, HARBOUR, "us", {"object": post})
        await at.here.write(lambda tx, a=act: acts.perform(tx, site, a, now_ms()))
        await at.world.deliver()


async def _change_keys(at: Hearing) -> None:
    rsa, ed25519 = some_keys(99)
    site = at.here.house.site
    await at.here.write(
        lambda tx: rotate_keys(tx, site, HARBOUR, now=now_ms(), rsa=rsa, ed25519=ed25519)
    )
    await asyncio.sleep(0.002)  # from the next millisecond on the new keys sign
    await at.here.publish(source="New keys.\n")
    [quote] = await at.here.read(lambda tx: tx.all("SELECT id FROM quotes WHERE state = 'granted'"))
    at.village.documents["quote"] = {"id": quote["id"]}


async def _fetch_all(at: Hearing, emitted: Emitted) -> None:
    """Fetch everything by its address, follow what leads from one page to the next, then revoke the quote."""
    domain, group = at.here.domain, at.harbour
    quote = str(at.village.documents.pop("quote")["id"])  # type: ignore[index]
    of_group = [
        f"{group}/{name}"
        for name in ("followers", "following", "outbox", "featured", "featured_tags")
    ]
    public = [post for post in emitted.objects[:-1] if post != emitted.objects[5]]
    about = [
        f"{post}/{name}" for post in public for name in ("replies", "likes", "shares", "context")
    ]
    instance = f"{emitted.origin}/actor"
    addresses = [
        *(instance, f"{instance}/outbox", f"{instance}/followers", f"{instance}/following"),
        *(group, at.here.house.site.group(SISTER), *of_group, *public, *about, quote),
        *(
            f"{emitted.origin}/.well-known/webfinger?resource=acct:{name}@{domain}"
            for name in (HARBOUR, "instance")
        ),
        *(
            f"{emitted.origin}/.well-known/nodeinfo",
            f"{emitted.origin}/nodeinfo/2.0",
            f"{emitted.origin}/nodeinfo/2.1",
        ),
        *[activity["id"] for activity in await at.here.read(_said)],
    ]
    for address in addresses:
        while address and address not in emitted.served:
            emitted.served[address] = await at.here.get(address)
            document = orjson.loads(emitted.served[address].content)
            page = document.get("first") or document.get("next")
            address = page if isinstance(page, str) else ""
    await at.here.write(lambda tx: quotes.revoke(tx, at.here.house.site, quote, now_ms()))
    emitted.served[f"gone {quote}"] = await at.here.get(quote)


def _said(tx: Tx) -> list[dict[str, Any]]:
    rows = tx.all("SELECT body FROM activities ORDER BY created_at, id")
    return [orjson.loads(row["body"]) for row in rows]


def _picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def _store(at: Hearing, data: bytes) -> Picture:
    from fedi.publishing import pictures

    made = pictures.encode(data)
    name = pictures.store(at.here.config.media, made)
    return Picture(name, made.media_type, made.width, made.height, len(made.data), made.blurhash)
