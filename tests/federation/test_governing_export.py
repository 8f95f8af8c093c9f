"""Everything a group has as one file: made in the background, complete, without its members, gone after a day."""

from __future__ import annotations

import stat
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest
from build import a_follow, a_remote_actor
from governed import HARBOUR, Hall, agrees, asks, harbour_with
from signed import ANNA, NOW
from written import BOAT, MINUTES, UPDATE, publishes, ready

from fedi.config import Config
from fedi.delivery.retry import DAY
from fedi.errors import Refused
from fedi.governing import export
from fedi.publishing.acts import Act
from fedi.storage import exports, partners
from fedi.storage.store import Store
from fedi.storage.tx import Tx

EXPORT = Act("export", "harbour", "", {}, "Export everything")


async def begun(config: Config, store: Store) -> tuple[Hall, str]:
    """A group with posts, a picture and a draft, of which an export was asked for; return its name."""

    def unit(tx: Tx) -> str:
        ann, ben = harbour_with(tx, "ann", "ben")
        a_remote_actor(tx)
        a_follow(tx, of=HARBOUR)
        partners.add(tx, HARBOUR, ANNA, NOW)
        publishes(tx, ready("minutes"))
        publishes(tx, ready("update", pictures=(BOAT,)))
        tx.execute(
            "INSERT INTO drafts (id, grp, kind, form, source, made_by, changed_by, created_at, "
            "updated_at) VALUES ('d1', :grp, 'update', '{}', 'Half a thought', 'x', 'x', 1, 1)",
            grp=HARBOUR,
        )
        waiting = asks(tx, EXPORT, ann).pending
        return agrees(tx, waiting, ben).done or ""

    name = await store.write(unit)
    config.media.mkdir(parents=True, exist_ok=True)
    (config.media / BOAT.name).write_bytes(b"a boat")
    return Hall(config, store), name


def place(config: Config, found: exports.Export) -> Path:
    return export.path_of(config, found)


async def test_it_has_texts_documents_pictures_and_settings_and_nobody_of_the_group(
    config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE", 1)
    hall, name = await begun(config, store)
    await hall.work(NOW)
    found = await store.read(lambda tx: exports.find(tx, name))
    assert found and found.made_at == NOW and found.expires_at == NOW + DAY
    path = place(config, found)
    assert path.stat().st_size == found.bytes
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with ZipFile(path) as file:
        within = {info.filename: file.read(info) for info in file.infolist()}
    group = orjson.loads(within.pop("group.json"))
    assert group["profile"]["title"] == "Harbour Tenants" and group["followers"] == [ANNA]
    assert group["partners"] == [ANNA]
    assert within.pop("README.txt") and within.pop(f"pictures/{BOAT.name}") == b"a boat"
    texts = {path.split("/")[1]: data for path, data in within.items() if path.endswith(".md")}
    assert texts["minutes"] == MINUTES.encode()
    posts = {path: data for path, data in within.items() if path.startswith("posts/update")}
    assert sorted(path.rpartition(".")[2] for path in posts) == ["json", "md"]
    assert UPDATE.encode() in posts.values()
    [draft] = (path for path in within if path.startswith("drafts/"))
    assert within[draft] == b"Half a thought"
    assert not any(b"person-" in data for data in (*within.values(), orjson.dumps(group)))


async def test_it_is_gone_after_a_day(config: Config, store: Store) -> None:
    hall, name = await begun(config, store)
    await hall.work(NOW)
    found = await store.read(lambda tx: exports.find(tx, name))
    assert found
    await hall.work(NOW + DAY - 1)
    assert place(config, found).is_file()
    await hall.work(NOW + DAY)
    assert list(place(config, found).parent.iterdir()) == []
    assert await store.read(lambda tx: exports.of_group(tx, HARBOUR)) == []


async def test_one_is_made_at_a_time(config: Config, store: Store) -> None:
    hall, _name = await begun(config, store)

    def again(tx: Tx) -> None:
        waiting = asks(tx, EXPORT, "person-ann").pending
        agrees(tx, waiting, "person-ben")

    with pytest.raises(Refused, match="being made already"):
        await store.write(again)
    await hall.work(NOW)
    await store.write(again)
    assert len(await store.read(lambda tx: exports.of_group(tx, HARBOUR))) == 2


async def test_a_file_half_made_when_the_machine_stopped_is_made_anew(
    config: Config, store: Store
) -> None:
    hall, name = await begun(config, store)
    found = await store.read(lambda tx: exports.find(tx, name))
    assert found
    part = place(config, found).with_name(f"{found.name}.zip.part")
    part.parent.mkdir()
    part.write_bytes(b"half")
    await hall.work(NOW)
    assert not part.exists()
    with ZipFile(place(config, found)) as file:
        assert file.testzip() is None
