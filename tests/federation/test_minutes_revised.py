"""Minutes that were revised say the new wherever they are read, and the old in their history alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from assembly import ASSEMBLY
from world import HTML, Instance, world

CHANGES = {
    '"Heat, Marsh Street': '"Cold, Marsh Street',
    "We carry the Marsh Street kitchen until the hearing on 25 June": "We carry it until 30 June",
    "consent: 29": "consent: 28",
    "2027-06-03T": "2027-06-04T",
    "place: {name: Kingsley Hall, area: Bristol}": "place: {name: New Hall, area: Bristol}",
    "review: 2027-06-10": "review: 2027-07-01",
    "attendance: 27": "attendance: 28",
    "Collect old sheets": "Collect new sheets",
    "Insurance is not clear.": "Insurance is dear.",
    "  place: Kingsley Hall": "  place: Newest Hall",
}
GONE = (
    *("Heat, Marsh", "25 June", "Kingsley Hall", "3 June 2027", "2027-06-03", "27 present"),
    *("Collect old", "Insurance is not clear", "29 consent", "20270610"),
)


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    """An instance with a group."""
    async with world(tmp_path, "alpha") as one:
        await one["alpha"].add_group("harbour", "Harbour Tenants")
        yield one["alpha"]


async def test_every_way_to_read_minutes_says_what_the_last_version_says(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    changed = ASSEMBLY
    for before, after in CHANGES.items():
        assert before in changed
        changed = changed.replace(before, after)
    await alpha.edit(minutes, changed)
    document = (await alpha.get(minutes)).json()
    first, _second, third = (one["id"] for one in document["decisions"])
    task = document["actionItems"][2]["id"]
    group = "/groups/harbour"
    said = {
        minutes: ("Cold, Marsh", "30 June", "New Hall", "4 June 2027", "Newest Hall", "Insurance is dear"),
        f"{minutes}/embed": ("Cold, Marsh",),
        f"{minutes}.md": ("Cold, Marsh", "30 June", "2027-06-04T19:00", "consent: 28", "attendance: 28"),
        f"{group}/feed.atom": ("Cold, Marsh", "30 June", "28 consent", "28 present", "Collect new"),
        f"{group}/feed.json": ("Cold, Marsh", "30 June", "28 consent", "28 present", "Collect new"),
        f"{group}/decisions": ("Cold, Marsh", "30 June", "1 July 2027"),
        f"{group}/decisions/feed.atom": ("30 June", "28 consent", "Insurance is dear"),
        f"{group}/decisions/calendar.ics": ("20270701", "SEQUENCE:1"),
        group: ("Cold, Marsh",),
        first: ("30 June", "Cold, Marsh"),
        third: ("Insurance is dear", "1 July 2027"),
        task: ("Collect new sheets",),
    }  # fmt: skip
    for path, words in said.items():
        for accept in {HTML, "application/activity+json"} if "/groups" not in path else {"*/*"}:
            text = (await alpha.get(path, accept)).text
            assert [word for word in GONE if word in text] == [], (path, accept)
            if accept != "application/activity+json":
                assert [word for word in words if word not in text] == [], path
    assert document["headline"].startswith("Cold, Marsh") and document["version"] == 2
    history = (await alpha.get(f"{minutes}/versions/1", HTML)).text
    assert "We carry the Marsh Street kitchen until the hearing on 25 June" in history


async def test_an_edit_leaves_the_dates_of_decisions_alone_that_stay_as_they_are(
    alpha: Instance,
) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    first, second, _third = (one["id"] for one in (await alpha.get(minutes)).json()["decisions"])
    await alpha.edit(minutes, ASSEMBLY.replace("consent: 29", "consent: 28"))
    assert (await alpha.get(first)).json()["version"] == 2
    unchanged = (await alpha.get(second)).json()
    assert unchanged["version"] == 1 and "updated" not in unchanged


async def test_a_small_change_is_told_and_can_be_compared(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    await alpha.edit(minutes, ASSEMBLY.replace("attendance: 27", "attendance: 28"))
    assert "details changed" in await alpha.page(minutes)
    compared = await alpha.page(f"{minutes}/versions/2")
    assert "<del>27</del>" in compared and "<ins>28</ins>" in compared
