"""Partners of groups, and what each audience sees of a version, on both databases."""

from __future__ import annotations

from dataclasses import replace

from build import SITE

from fedi.storage import objects, partners, versions
from fedi.storage.objects import StoredObject
from fedi.storage.partners import Partner
from fedi.storage.store import Store
from fedi.storage.tx import Tx
from fedi.storage.versions import Version

HARBOUR, ORCHARD = SITE.group("harbour"), SITE.group("orchard")
BEN, CARA = "https://far.example/ben", "https://far.example/cara"
POST = "https://groups.example/updates/1"
STORED = StoredObject(POST, "update", HARBOUR, "Note", "public", 1, POST, 1, 1)


def seen(audience: str, text: str, number: int = 1) -> Version:
    return Version(POST, number, audience, text.encode(), "", text, {}, 1)


async def test_each_group_has_partners_of_its_own(store: Store) -> None:
    def unit(tx: Tx) -> None:
        assert partners.add(tx, HARBOUR, BEN, 2)
        assert partners.add(tx, HARBOUR, CARA, 1)
        assert partners.add(tx, ORCHARD, CARA, 3)
        assert not partners.add(tx, HARBOUR, BEN, 9)

    await store.write(unit)
    assert await store.read(lambda tx: partners.of_group(tx, HARBOUR)) == [
        Partner(CARA, 1),
        Partner(BEN, 2),
    ]
    assert await store.read(lambda tx: partners.is_partner(tx, HARBOUR, BEN))
    assert not await store.read(lambda tx: partners.is_partner(tx, ORCHARD, BEN))
    assert await store.write(lambda tx: partners.remove(tx, HARBOUR, CARA))
    assert not await store.write(lambda tx: partners.remove(tx, HARBOUR, CARA))
    assert not await store.read(lambda tx: partners.is_partner(tx, HARBOUR, CARA))
    assert await store.read(lambda tx: partners.is_partner(tx, ORCHARD, CARA))


async def test_what_others_see_belongs_to_the_present_version(store: Store) -> None:
    def unit(tx: Tx) -> None:
        objects.add(tx, STORED, seen("public", "a"))
        versions.set_others(
            tx, POST, 1, "public", [seen("partners", "a b"), seen("members", "a b c")]
        )

    await store.write(unit)
    assert await store.read(lambda tx: versions.audiences(tx, POST, 1)) == {
        "public",
        "partners",
        "members",
    }
    assert await store.read(lambda tx: versions.source(tx, POST, "public")) == "a b c"
    changed = [seen("members", "a d")]
    await store.write(lambda tx: versions.set_others(tx, POST, 1, "public", changed))
    assert await store.read(lambda tx: objects.version(tx, POST, "partners")) is None
    assert await store.read(lambda tx: versions.source(tx, POST, "public")) == "a d"
    later = replace(STORED, version=2)
    await store.write(lambda tx: objects.revise(tx, later, seen("public", "e", 2)))
    assert await store.read(lambda tx: objects.version(tx, POST, "members")) is None
    assert await store.read(lambda tx: versions.source(tx, POST, "public")) == "e"
    first = await store.read(lambda tx: versions.all_seen(tx, POST, "members"))
    assert [version.source for version in first] == ["a d"]
    await store.write(lambda tx: objects.withdraw(tx, POST, 5))
    assert await store.read(lambda tx: versions.all_seen(tx, POST, "members")) == []
