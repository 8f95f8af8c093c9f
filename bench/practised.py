"""What members and readers of a lively group do: minutes in three forms, votes, reading, the register, the console."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.filling import NAME, fill
from bench.load import Result, best_of, get, load
from bench.people import PUBLIC, Person
from bench.running import Process, free_port, instance, settings
from bench.table import Line
from fedi.clock import iso, now_ms
from fedi.config import Config
from fedi.config import load as read_settings
from fedi.house import House
from fedi.opening import open_house
from fedi.people import accounts, membership, sessions
from fedi.publishing import redaction
from fedi.publishing.prepare import publish_file
from fedi.storage import deliveries, drafts, follows, pending
from fedi.storage.drafts import Draft
from fedi.storage.pending import Pending
from fedi.storage.tx import Tx
from fedi.web.console.visitor import cookie_name

VOTES, READ, DECISIONS, WAITING = 500, 1_000, 2_000, 200
EACH = 40
"""So many decisions stand in one minutes of the register."""
ROUNDS = 5
DAY = 86_400_000
POLL = (
    "---\noptions: [Thursday, Friday, Either]\nopen_for: 7 days\n---\nWhich day is good for you?\n"
)
TEXT = "We spoke about the rents of the quarter and what the owners wrote. " * 6
HARD = {
    "prose": "Tenants of Harbour Street met on Friday and spoke about rents. ",
    "digits": "1",
    "letters": "a",
    "capitalised words": "Aaa ",
    "names of streets": "12 rue de la Aaa ",
    "half addresses": "a.b@",
    "cards": "4111 1111 1111 1111 ",
    "coordinates": "1.234567, ",
}
"""What a text of 100 kB is made of, for the guard."""


async def rows(scale: float = 1.0) -> list[Line]:
    """Measure each with an instance of its own."""
    with tempfile.TemporaryDirectory() as name:
        environment = settings(Path(name), free_port())
        config = read_settings(environment)
        people = [Person(f"https://h{n % 100}.example", n) for n in range(READ)]
        await fill(config, people=people)
        async with open_house(config) as house:
            await _published(house, "minutes", minutes(EACH))
            few = await register(environment)
            lines = [await three_projections(house, max(5, int(40 * scale)))]
            poll = await _published(house, "poll", POLL)
            number = max(EACH, int(DECISIONS * scale))
            for _ in range(number // EACH):
                await _published(house, "minutes", minutes(EACH))
            token = await house.store.write(lambda tx: crowd(tx, config, int(WAITING * scale) or 1))
            await house.store.write(lambda tx: listen(tx, config, people))
        many = await register(environment)
        with instance(environment, "--no-worker") as server:
            lines += [
                await arriving(server, config, "a post of somebody followed", people, _post),
                await arriving(
                    server, config, "a vote", people[:VOTES], lambda who, _: _vote(who, poll)
                ),
            ]
            cookie = f"{cookie_name(config.site)}={token}"
            lines.append(await console(server, cookie, int(WAITING * scale) or 1))
        async with open_house(config) as house:
            await house.store.read(lambda tx: check(tx, config, poll))
        lines.append(_compared(few, many, number))
        return [*lines, guarded()]


def minutes(number: int) -> str:
    """Write minutes with so many decisions and something for partners and members alone."""
    decisions = "".join(
        f"  - {{text: Decision {n} about the rents, how: consent, review: 2027-06-{n % 28 + 1:02d}}}\n"
        for n in range(number)
    )
    return (
        "---\ntitle: Assembly\ndate: 2026-05-06T19:00\ntimezone: Europe/Berlin\n"
        f"decisions:\n{decisions}---\n## Rents\n\n{TEXT}\n\n"
        f"[[partners: {TEXT}]]\n\n[[members: {TEXT}]]\n"
    )


async def _published(house: House, kind: str, source: str) -> str:
    told = await publish_file(house, NAME, kind, source, folder=Path(), by="bench", now=now_ms())
    return told.id


async def three_projections(house: House, times: int) -> Line:
    """Publish minutes with ten decisions that strangers, partners and members each see differently."""
    source, each = minutes(10), list[float]()
    for _ in range(times):
        begun = time.process_time()
        await _published(house, "minutes", source)
        each.append((time.process_time() - begun) * 1000)
    return Line(
        row="publishing minutes in three projections",
        bar="",
        measured=f"{min(each):.0f} ms CPU",
        note=f"{len(source) / 1000:.1f} kB, ten decisions; the best of {times}",
    )


def crowd(tx: Tx, config: Config, number: int) -> str:
    """Let so many drafts, acts and failed deliveries wait for the group; return the token of a member's session."""
    now, group = now_ms(), config.site.group(NAME)
    person = accounts.add_person(tx, "wren", now=now)
    other = accounts.add_person(tx, "finch", now=now)
    for one in (person, other):
        membership.join(tx, group, one.id, now)
    row = tx.one("SELECT id FROM activities WHERE actor = :actor ORDER BY id LIMIT 1", actor=group)
    said = row["id"] if row else ""
    for n in range(number):
        drafts.add(
            tx,
            Draft(f"d{n}", group, "minutes", other.id, other.id, now, now + n, source=minutes(3)),
        )
        pending.add(
            tx,
            Pending(
                f"p{n}", group, "profile", {"title": f"Name {n}"}, "", other.id, now, now + DAY
            ),
        )
        deliveries.add(tx, said, group, f"https://h{n % 100}.example/users/u{n}", now, shared=False)
    tx.execute("UPDATE deliveries SET state = 'failed', last_error = 'refused'")
    return sessions.begin(tx, person.id, "bench", now)


def listen(tx: Tx, config: Config, people: list[Person]) -> None:
    """Let the group follow everybody."""
    group = config.site.group(NAME)
    for person in people:
        activity = f"{group}/follows/{person.number}"
        follows.add(tx, group, person.id, follows.ACCEPTED, activity, now_ms())


async def arriving(
    server: Process,
    config: Config,
    what: str,
    people: list[Person],
    activity: Callable[[Person, str], dict[str, Any]],
) -> Line:
    """Let each of these people send one activity."""
    group = config.site.group(NAME)
    requests = [person.sends(f"{group}/inbox", activity(person, group)) for person in people]
    result = (await best_of(ROUNDS, server, requests)).only(202)
    return Line(
        row=f"inbox: {what}",
        bar="",
        measured=f"{result.per_core:,.0f}/s a core, {result.rate:,.0f}/s wall, p95 {result.p95:.0f} ms",
        note=f"{result.each:.2f} ms CPU; {len(requests)}",
    )


def check(tx: Tx, config: Config, poll: str) -> None:
    """Fail unless all that was sent took effect."""
    voters = tx.one("SELECT voters AS n FROM polls WHERE object = :poll", poll=poll)
    read = tx.one(
        "SELECT count(*) AS n FROM reading WHERE grp = :group", group=config.site.group(NAME)
    )
    if not voters or not read or voters["n"] != VOTES or read["n"] < READ:
        raise RuntimeError(f"{voters} of {VOTES} votes, {read} of {READ} posts")


def _post(person: Person, group: str) -> dict[str, Any]:
    content = f"<p>{TEXT}</p>"
    note = {
        "id": f"{person.id}/statuses/9",
        "type": "Note",
        "published": iso(now_ms()),
        "attributedTo": person.id,
        "to": [PUBLIC],
        "cc": [f"{person.id}/followers", group],
        "content": content,
    }
    return _create(person, note)


def _vote(person: Person, poll: str) -> dict[str, Any]:
    note = {
        "id": f"{person.id}/votes/1",
        "type": "Note",
        "name": ("Thursday", "Friday", "Either")[person.number % 3],
        "inReplyTo": poll,
        "attributedTo": person.id,
        "to": [poll.rpartition("/polls/")[0]],
    }
    return _create(person, note)


def _create(person: Person, note: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{note['id']}/activity",
        "type": "Create",
        "to": note["to"],
        "cc": note.get("cc", []),
        "object": note,
    }


async def register(environment: dict[str, str]) -> dict[str, Result]:
    """Ask for the register of decisions, each answer drawn anew."""
    path = f"/groups/{NAME}/decisions"
    found: dict[str, Result] = {}
    with instance(environment, "--no-worker") as server:
        for what, address in (
            ("decisions", path),
            ("decisions to review", f"{path}?show=review"),
            ("decisions, Atom", f"{path}/feed.atom"),
            ("decisions, calendar", f"{path}/calendar.ics"),
        ):
            request = get(server.port, address, "*/*", cookie="session=nobody")
            await load(server, [request] * 5, 1)
            found[what] = (
                await best_of(
                    ROUNDS, server, [request] * (50 if what.endswith("calendar") else 400), 4
                )
            ).only(200)
    return found


def _compared(few: dict[str, Result], many: dict[str, Result], number: int) -> Line:
    what = max(many, key=lambda name: many[name].each / few[name].each)
    return Line(
        row=f"register of {number:,} decisions",
        bar=f"≤ 2 × that of {EACH}",
        measured=", ".join(f"{name} {result.each:.1f}" for name, result in many.items())
        + " ms CPU",
        met=many[what].each <= 2 * few[what].each,
        ratio=", ".join(f"{name} {many[name].each / few[name].each:.2f}" for name in many),
    )


async def console(server: Process, cookie: str, number: int) -> Line:
    """Open the home of a console in which very much waits."""
    request = get(server.port, f"/console/{NAME}", cookie=cookie)
    await load(server, [request] * 5, 1)
    alone = (await best_of(ROUNDS, server, [request] * 50, 1)).only(200)
    return Line(
        row="home of the console",
        bar="p95 < 100 ms",
        measured=f"{alone.each:.0f} ms CPU, p95 {alone.p95:.0f} ms",
        met=alone.p95 < 100,
        note=f"{number} drafts, acts that wait, and failed deliveries each; one reader",
    )


def guarded() -> Line:
    """Look for private things in 100 kB of each sort of text, and in a quarter of it: which takes as much less."""
    ratios, taken = dict[str, float](), dict[str, float]()
    for what, piece in HARD.items():
        whole = piece * (100_000 // len(piece))
        quarter = whole[: len(whole) // 4]
        short = min(_seconds(quarter) for _ in range(3))
        taken[what] = min(_seconds(whole) for _ in range(2))
        ratios[what] = taken[what] / short
    worst = max(ratios, key=lambda what: ratios[what])
    slowest = max(taken, key=lambda what: taken[what])
    return Line(
        row="guard of private things, 100 kB",
        bar="in proportion to the length",
        measured=f"prose {taken['prose'] * 1000:.0f} ms, {slowest} {taken[slowest] * 1000:.0f} ms CPU",
        met=ratios[worst] < 8,
        ratio=f"{ratios[worst]:.1f} × a quarter of it ({worst})",
    )


def _seconds(text: str) -> float:
    begun = time.process_time()
    redaction.guard(text)
    return time.process_time() - begun
