"""What stands against somebody: the hardest of all that names them, however many names they have."""

from __future__ import annotations

from fedi.storage import blocks
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = "https://groups.example/groups/harbour"


async def test_the_hardest_counts_and_each_group_has_its_own(store: Store) -> None:
    def unit(tx: Tx) -> None:
        blocks.add(tx, blocks.INSTANCE, "bad.example", blocks.LIMIT, 1)
        blocks.add(tx, blocks.INSTANCE, "https://bad.example/u/eve", blocks.BLOCK, 1)
        blocks.add(tx, HARBOUR, "noisy.example", blocks.BLOCK, 1)
        eve = ["https://bad.example/u/eve", "bad.example"]
        assert blocks.severity(tx, blocks.INSTANCE, eve) == blocks.BLOCK
        assert blocks.severity(tx, blocks.INSTANCE, eve[1:]) == blocks.LIMIT
        assert blocks.severity(tx, blocks.INSTANCE, ["noisy.example", "example"]) is None
        assert blocks.severity(tx, HARBOUR, ["noisy.example"]) == blocks.BLOCK
        assert blocks.severity(tx, HARBOUR, []) is None

    await store.write(unit)


async def test_nothing_is_overlooked_among_many_names(store: Store) -> None:
    def unit(tx: Tx) -> None:
        names = [f"{n}.example" for n in range(2 * blocks.AT_ONCE + 3)]
        assert blocks.severity(tx, blocks.INSTANCE, names) is None
        for name in names:
            blocks.add(tx, blocks.INSTANCE, name, blocks.LIMIT, 1)
            assert blocks.severity(tx, blocks.INSTANCE, names) == blocks.LIMIT
            blocks.remove(tx, blocks.INSTANCE, name)

    await store.write(unit)
