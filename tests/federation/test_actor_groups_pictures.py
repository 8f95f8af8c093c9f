"""A group's own pictures are served while they are its avatar or banner, and not a moment longer."""

from __future__ import annotations

from typing import Any

import pytest
from build import SITE, a_group, jobs_of
from signed import NOW

from fedi.actors.groups import remove_group, set_profile
from fedi.storage import media
from fedi.storage.media import Picture
from fedi.storage.store import Store
from fedi.storage.tx import Tx


async def change(store: Store, **pictures: Any) -> None:
    """Give a group these pictures."""

    def unit(tx: Tx) -> None:
        for name in filter(None, pictures.values()):
            picture = Picture(name, "image/png", 10, 10, 100)
            media.add(tx, picture, object_id=None, audience="public", now=NOW)
        set_profile(tx, SITE, "harbour", pictures, NOW)

    await store.write(unit)


async def discarded(store: Store) -> set[str]:
    """The names of the files that are about to go."""
    jobs = await store.read(lambda tx: jobs_of(tx, "media.discard"))
    names = {name for job in jobs for name in job["names"]}
    for name in names:
        assert not await store.read(lambda tx, name=name: media.find(tx, name))
    return names


@pytest.mark.parametrize("later", [{"avatar": "new.png"}, {"avatar": ""}])
async def test_a_picture_of_a_group_that_was_replaced_goes(
    store: Store, later: dict[str, Any]
) -> None:
    await store.write(a_group)
    await change(store, avatar="old.png", banner="wide.png")
    assert await discarded(store) == set()
    await change(store, **later)
    assert await discarded(store) == {"old.png"}
    assert await store.read(lambda tx: media.find(tx, "wide.png"))


async def test_a_picture_that_still_is_the_other_one_stays(store: Store) -> None:
    await store.write(a_group)
    await change(store, avatar="one.png", banner="one.png")
    await change(store, avatar="two.png")
    assert await discarded(store) == set()
    await change(store, banner="two.png")
    assert await discarded(store) == {"one.png"}


async def test_the_pictures_of_a_removed_group_go(store: Store) -> None:
    await store.write(a_group)
    await change(store, avatar="old.png", banner="wide.png")
    await store.write(lambda tx: remove_group(tx, SITE, "harbour", NOW + 9000))
    assert await discarded(store) == {"old.png", "wide.png"}
