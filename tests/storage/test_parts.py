"""Parts of published things: lists of them, who sees them, and many at once; on both databases."""

from __future__ import annotations

import asyncio

import orjson
from build import SITE, a_group
from signed import NOW
from written import document_of, publishes, ready

from fedi.actors import groups as removing
from fedi.publishing.acts import Act
from fedi.publishing.translating import translate
from fedi.storage import objects, parts, translations
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
AT_ONCE = 6


def minutes(year: int, *decisions: str) -> str:
    listed = "".join(f"  - {decision}\n" for decision in decisions)
    return (
        f"---\ntitle: Meeting\nlanguage: en\ndate: {year}-06-03T19:00\ntimezone: Europe/London\n"
        f"decisions:\n{listed}---\n"
    )


async def settled(store: Store) -> None:
    await store.write(lambda tx: a_group(tx))


async def test_decisions_are_listed_by_when_they_were_taken_and_when_they_come_back(
    store: Store,
) -> None:
    await settled(store)

    def unit(tx: Tx) -> None:
        publishes(tx, ready("minutes", minutes(2025, "{text: A, review: 2027-01-01}", "B")))
        publishes(tx, ready("minutes", minutes(2027, "{text: C, review: 2026-01-01}")))
        publishes(
            tx,
            ready("minutes", minutes(2026, "D").replace("title:", "visibility: unlisted\ntitle:")),
        )
        taken = parts.taken(tx, HARBOUR, "decision", "public")
        assert [one.title for one in taken] == ["C", "B", "A"]
        first = parts.taken(tx, HARBOUR, "decision", "public", limit=1)[0]
        rest = parts.taken(tx, HARBOUR, "decision", "public", before=(first.taken_at, first.part))
        assert [one.title for one in rest] == ["B", "A"]
        since = parts.taken(tx, HARBOUR, "decision", "public", since=first.taken_at)
        assert [one.title for one in since] == ["C"]
        due = parts.due(tx, HARBOUR, "decision", "public")
        assert [one.title for one in due] == ["C", "A"]
        after = parts.due(tx, HARBOUR, "decision", "public", after=(due[0].due, due[0].part))
        assert [one.title for one in after] == ["A"]
        assert parts.years(tx, HARBOUR, "decision", "public") == (taken[2].taken_at, first.taken_at)
        assert parts.years(tx, HARBOUR, "action", "public") is None
        assert [one.title for one in parts.taken(tx, HARBOUR, "decision", "unlisted")] == ["D"]

    await store.write(unit)


async def test_what_is_removed_leaves_its_row_and_nothing_it_said(store: Store) -> None:
    await settled(store)

    def unit(tx: Tx) -> None:
        made = publishes(tx, ready("minutes", minutes(2027, "Secret plans", "B")))
        part = parts.of_object(tx, made)[0]
        parts.remove(tx, part.id, NOW)
        assert parts.find(tx, part.id) == parts.StoredPart(
            part.id, made, HARBOUR, "decision", part.key, 0, part.taken_at, NOW
        )
        seen = parts.seen(tx, part.id, "public")
        assert seen and (seen.gone_at, seen.document, seen.title, seen.facts) == (NOW, b"", "", {})
        assert [one.title for one in parts.taken(tx, HARBOUR, "decision", "public")] == ["B"]
        assert parts.titles(tx, part.id) == {}

    await store.write(unit)


async def test_a_group_that_goes_takes_its_parts_and_translations_along(store: Store) -> None:
    await settled(store)

    def unit(tx: Tx) -> None:
        made = publishes(tx, ready("minutes", minutes(2027, "A")))
        _translate(tx, made, "es")
        removing.remove_group(tx, SITE, "harbour", NOW + 5)
        [part] = parts.of_object(tx, made)
        assert part.removed_at == NOW + 5
        assert translations.of_object(tx, made, "public") == []
        assert parts.taken(tx, HARBOUR, "decision", "public") == []

    await store.write(unit)


async def test_minutes_published_at_once_give_every_decision_its_own_number(store: Store) -> None:
    await settled(store)
    made = await asyncio.gather(
        *(
            store.write(lambda tx: publishes(tx, ready("minutes", minutes(2027, "A", "B"))))
            for _ in range(AT_ONCE)
        )
    )

    def numbers(tx: Tx) -> list[str]:
        return [one["identifier"] for m in made for one in document_of(tx, m)["decisions"]]

    found = await store.read(numbers)
    assert sorted(found, key=lambda key: int(key.partition("-")[2])) == [
        f"2027-{n}" for n in range(1, 2 * AT_ONCE + 1)
    ]


async def test_translations_that_come_at_once_are_all_kept(store: Store) -> None:
    await settled(store)
    made = await store.write(lambda tx: publishes(tx, ready("minutes", minutes(2027, "A"))))
    languages = ("es", "fr", "de", "pt", "ar", "so")
    await asyncio.gather(
        *(store.write(lambda tx, code=code: _translate(tx, made, code)) for code in languages)
    )

    def unit(tx: Tx) -> tuple[int, set[str]]:
        stored = objects.find(tx, made)
        version = objects.version(tx, made, "public")
        assert stored and version
        return stored.version, set(orjson.loads(version.document)["contentMap"])

    assert await store.read(unit) == (1 + len(languages), {"en", *languages})


def _translate(tx: Tx, made: str, language: str) -> str:
    source = f"---\ntitle: In {language}\n---\nText\n"
    arguments = {"object": made, "language": language, "source": source, "mentions": {}}
    return translate(tx, SITE, Act("translate", "harbour", "us", arguments), NOW + 1)
