"""What the demo instances hold: groups, posts, and what they say to each other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from fedi.activitypub.keys import generate_ed25519, generate_rsa
from fedi.actors import follows, groups
from fedi.config import load
from fedi.conversation import asked
from fedi.conversation.fetching import get_note
from fedi.house import House
from fedi.opening import open_house
from fedi.publishing import acts, prepare
from fedi.publishing.acts import Act
from fedi.storage import follows as follow_rows

POSTS = Path(__file__).parent / "posts"
PATIENCE = 60.0

GROUPS = {
    "north": [
        ("riverbank", "Riverbank Tenants’ Union", "house", "", "Bristol, England", "housing,heat,food",
         "Renters in St Philips, Easton and around the harbour. We meet on Thursdays, share a kitchen, "
         "and turn up for each other."),
        ("coop", "Marsh Street Food Co-op", "grain", "allotment", "Bristol, England", "food",
         "Vegetables, bread, a van."),
        ("flood", "Severn Flood Watch", "wave", "river", "Gloucester, England", "climate",
         "Gauges, sandbags, neighbours."),
    ],
    "south": [
        ("mietrat", "Mietrat Kreuzkiez", "house", "ember", "Berlin", "housing",
         "Mieterinnen und Mieter aus zwölf Häusern. Jeden zweiten Dienstag im Kiezladen."),
        ("nightbus", "Night Bus Kitchen", "bowl", "ember", "Leipzig", "food",
         "Hot food from 23:00 to 4:00."),
    ],
}  # fmt: skip


async def fill(north: Mapping[str, str], south: Mapping[str, str]) -> None:
    """Add groups, let them follow each other, publish, answer, like and share; given both environments."""
    async with AsyncExitStack() as stack:
        alpha, beta = [
            Voice(await stack.enter_async_context(open_house(load(environment))))
            for environment in (north, south)
        ]
        await alpha.add_groups(GROUPS["north"])
        await beta.add_groups(GROUPS["south"])
        for ours, *_ in GROUPS["north"]:
            for theirs, *_ in GROUPS["south"]:
                await alpha.follow(ours, theirs, beta)
                await beta.follow(theirs, ours, alpha)
        await alpha.until_followed("riverbank", len(GROUPS["south"]))
        await beta.until_followed("mietrat", len(GROUPS["north"]))
        await converse(alpha, beta)


async def converse(alpha: Voice, beta: Voice) -> None:
    """Publish on both sides, and answer across."""
    lift = await alpha.publish("riverbank", "update", "lift.md")
    court = await beta.publish("mietrat", "update", "hof.md")
    await alpha.publish("riverbank", "minutes", "lift-at-last.md")
    theirs = {"https://south/hof": court, "@south": f"@{beta.house.site.domain}"}
    minutes = await alpha.publish("riverbank", "minutes", "assembly.md", names=theirs)
    await alpha.translate(minutes, "es", "assembly.es.md", names=theirs)
    request = await alpha.publish("riverbank", "request", "marsh-street.md")
    call = await alpha.publish("riverbank", "call", "open-the-windows.md")
    await alpha.pin("riverbank", call)
    await alpha.publish("coop", "update", "bread.md")
    await alpha.publish("coop", "poll", "which-day.md")
    await alpha.publish("flood", "call", "gauge-day.md")
    await beta.publish("nightbus", "request", "stove.md")
    await beta.reply("mietrat", minutes, "reply-witness.md")
    await beta.reply("nightbus", request, "reply-soup.md")
    await alpha.reply("riverbank", court, "reply-hof.md")
    for group, post in (
        ("mietrat", lift),
        ("nightbus", lift),
        ("mietrat", call),
        ("nightbus", request),
    ):
        await beta.react(asked.like, group, post)
    await beta.react(asked.boost, "mietrat", call)
    await beta.react(asked.boost, "nightbus", request)
    await alpha.react(asked.boost, "riverbank", court)


class Voice:
    """Speaks for the groups of one instance, on the database that its server uses at the same time."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def add_groups(self, wanted: list[tuple[str, ...]]) -> None:
        """Add groups with their profiles."""
        house = self.house
        for name, title, motif, ink, place, themes, summary in wanted:
            rsa, ed25519 = await asyncio.to_thread(generate_rsa), generate_ed25519()
            profile = {
                "motif": motif,
                "ink": ink,
                "place": place,
                "themes": tuple(themes.split(",")),
                "languages": ("de", "en") if name == "mietrat" else ("en",),
            }
            await house.store.write(
                lambda tx, name=name, title=title, summary=summary, rsa=rsa, ed25519=ed25519: (
                    groups.add_group(
                        tx,
                        house.site,
                        name,
                        title,
                        summary,
                        now=house.now(),
                        rsa=rsa,
                        ed25519=ed25519,
                    )
                )
            )
            await house.store.write(
                lambda tx, name=name, profile=profile: groups.set_profile(
                    tx, house.site, name, profile, house.now()
                )
            )

    async def follow(self, ours: str, theirs: str, other: Voice) -> None:
        """Let a group here follow one there."""
        house = self.house
        who = await house.remote.by_handle(other.house.site.handle(theirs))
        await house.store.write(
            lambda tx: follows.follow(tx, house.site, ours, who.id, house.now())
        )

    async def until_followed(self, name: str, count: int) -> None:
        """Wait until so many follow a group, which shows that both servers hear each other."""
        actor = self.house.site.group(name)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if (
                await self.house.store.read(lambda tx: follow_rows.counts(tx, actor))
            ).followers >= count:
                return
            await asyncio.sleep(0.2)
        raise SystemExit(
            f"Nobody followed {name} within {PATIENCE:.0f} seconds; see fedi deliveries."
        )

    async def publish(
        self,
        group: str,
        kind: str,
        file: str,
        reply_to: str = "",
        *,
        names: Mapping[str, str] | None = None,
    ) -> str:
        """Publish one of the sample posts and return its id; `names` are put in place of those in the file."""
        source = await _text(file, names)
        told = await prepare.publish_file(
            self.house,
            group,
            kind,
            source,
            folder=POSTS,
            by="demo",
            now=self.house.now(),
            reply_to=reply_to,
        )
        return told.id

    async def translate(
        self, object_id: str, language: str, file: str, *, names: Mapping[str, str]
    ) -> None:
        """Add one of the sample translations."""
        house, source = self.house, await _text(file, names)
        await prepare.translate_file(house, object_id, language, source, by="demo", now=house.now())

    async def reply(self, group: str, url: str, file: str) -> str:
        """Answer a post of the other side."""
        note = await get_note(self.house, url)
        return await self.publish(group, "update", file, note.id)

    async def react(self, how: object, group: str, url: str) -> None:
        """Like or share a post of the other side."""
        note, house = await get_note(self.house, url), self.house
        await house.store.write(lambda tx: how(tx, house.site, group, note.id, house.now()))  # type: ignore[operator]

    async def pin(self, group: str, object_id: str) -> None:
        """Keep a post at the top of its group's page."""
        house = self.house
        act = Act("pin", group, "demo", {"object": object_id})
        await house.store.write(lambda tx: acts.perform(tx, house.site, act, house.now()))


async def _text(file: str, names: Mapping[str, str] | None) -> str:
    """Read one of the sample posts, with the names of this demo in place of those it is written with."""
    text = await asyncio.to_thread((POSTS / file).read_text, "utf-8")
    for written, meant in (names or {}).items():
        text = text.replace(written, meant)
    return text
