"""Minutes and other groups: what is chosen from theirs, whom they ask to witness, and who sees none of it."""

from __future__ import annotations

import orjson
from doorstep import Browser, a_browser
from minuting import NEW, TYPED, begin, draft_at
from world import Instance

from fedi.clock import now_ms
from fedi.storage import actors, notes, partners, reading
from fedi.storage.actors import Actor
from fedi.storage.notes import Note
from fedi.storage.tx import Tx

ELSEWHERE = "https://kiez.example/groups/mietrat"


async def test_minutes_of_another_group_are_not_there(one: Instance, ann: Browser) -> None:
    await one.add_group("quay")
    heron = await a_browser(one, "heron", "quay")
    path = await begin(ann)
    for at in (
        path,
        path.replace("harbour", "quay"),
        NEW,
        f"{NEW}/import",
        "/console/harbour/actions",
    ):
        await heron.open(at)
        assert heron.status == 404, at
    await heron.open("/console/quay/write/minutes")
    csrf = heron.form("/console/quay/write/minutes").values["csrf"][0]
    await heron.post(path.replace("harbour", "quay"), csrf=csrf, do="discard")
    assert heron.status == 404
    assert (await draft_at(one, path)).title == TYPED["title"]


def _known(tx: Tx, now: int) -> None:
    """Let harbour know a group elsewhere, which published two things."""
    actors.put_remote(
        tx,
        Actor(
            id=ELSEWHERE,
            is_local=False,
            type="Group",
            host="kiez.example",
            username="mietrat",
            name="Mietrat",
            inbox=f"{ELSEWHERE}/inbox",
        ),
        now,
    )
    for number, (title, said) in enumerate(
        [("", "<p>Die Bäckerei bleibt.</p>"), ("Fünf Höfe", "<p>x</p>")]
    ):
        note = Note(
            id=f"{ELSEWHERE}/{number}",
            author=ELSEWHERE,
            type="Note",
            visibility="public",
            html=said,
            document=orjson.dumps({"name": title} if title else {}).decode(),
            published_at=now - number,
            received_at=now,
        )
        notes.add(tx, note)
        reading.add(tx, "https://alpha.test/groups/harbour", note.id, note.published_at)


async def test_a_mirror_is_chosen_from_what_groups_elsewhere_published(
    one: Instance, ann: Browser
) -> None:
    await one.write(lambda tx: _known(tx, now_ms()))
    await ann.open(NEW)
    assert "Mietrat" in ann.page and "Die Bäckerei bleibt." in ann.page and "Fünf Höfe" in ann.page
    path = await begin(ann, mirror_pick=f"{ELSEWHERE}/0", mirror_note="So could ours.")
    source = (await draft_at(one, path)).source
    assert f'post: "{ELSEWHERE}/0"' in source and "note: So could ours." in source
    assert "title: Mietrat" in source
    await ann.send(path, do="save", mirror_pick="", mirror_post="https://other.example/1")
    source = (await draft_at(one, path)).source
    assert 'post: "https://other.example/1"' in source and "title: Mietrat" not in source
    await ann.send(path, do="check", mirror_post="kiez.example")
    assert ann.status == 422 and 'id="mirror_post-e"' in ann.page


async def test_a_partner_group_is_asked_to_witness(one: Instance, ann: Browser) -> None:
    await ann.open(NEW)
    assert "Choose partner groups first" in ann.page

    def befriend(tx: Tx) -> None:
        _known(tx, now_ms())
        partners.add(tx, one.config.site.group("harbour"), ELSEWHERE, now_ms())

    await one.write(befriend)
    path = await begin(ann, witness="@mietrat@kiez.example", witness_note="We saw every hand.")
    assert "Mietrat (@mietrat@kiez.example)" in ann.page
    source = (await draft_at(one, path)).source
    assert 'group: "@mietrat@kiez.example"' in source and "note: We saw every hand." in source
