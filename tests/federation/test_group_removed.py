"""A group that is removed takes along what its members had of it: who they were, what they wrote, what they decided."""

from __future__ import annotations

from doorstep import Browser
from minuting import ann as ann
from minuting import begin, published
from minuting import one as one
from world import Instance

from fedi.actors.groups import remove_group
from fedi.clock import now_ms
from fedi.storage.tx import Tx

PRIVATE = "zqkeys"


def rows_of(tx: Tx, group: str) -> dict[str, int]:
    """How many rows of each table belong to a group."""
    tables = tx.all("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%grp TEXT%'")
    asked = {t["name"]: f"SELECT 1 AS one FROM {t['name']} WHERE grp = :grp" for t in tables}
    found = {table: len(tx.all(sql, grp=group)) for table, sql in asked.items()}
    return {table: count for table, count in found.items() if count}


async def test_nothing_of_its_members_is_left(one: Instance, ann: Browser) -> None:
    group = one.config.site.group("harbour")
    await published(one)
    await begin(ann, title=f"Draft of {PRIVATE}")
    await ann.open("/console/harbour/people")
    await ann.send("/console/harbour/people/invite", uses="1", days="1")
    await ann.open("/console/harbour/roles")
    csrf = ann.form("/console/harbour/roles").values["csrf"][0]
    await ann.post("/console/harbour/roles", csrf=csrf, do="take", role="notes")
    before = await one.read(lambda tx: rows_of(tx, group))
    assert {"members", "drafts", "pending", "log", "roles", "invitations"} <= before.keys()

    await one.write(lambda tx: remove_group(tx, one.config.site, "harbour", now_ms()))
    assert await one.read(lambda tx: rows_of(tx, group)) == {}
    said = await one.read(
        lambda tx: tx.all("SELECT type, body FROM activities WHERE actor = :group", group=group)
    )
    assert [row["type"] for row in said] == ["Delete"]
    await ann.open("/console/harbour")
    assert ann.status == 404
    await ann.open("/console")
    assert "You belong to no group yet" in ann.page and PRIVATE not in ann.page
