"""A translation hides what it marks, as the text does that it translates."""

from __future__ import annotations

from hearing import Hearing
from hidden import MEMBERS, PARTNERS, walk
from village import Person, a_fetch, send

from fedi.actors.may_read import Reader, may_read
from fedi.clock import now_ms
from fedi.publishing import prepare
from fedi.storage import objects
from fedi.storage.tx import Tx

TEXT = """---
title: "Assembly [[members: zqmem1]]"
language: en
---
Seen by all. [[members: zqmem2]] [[partners: zqpar1]]
"""
TRANSLATION = """---
title: "Asamblea [[members: zqmem3]]"
---
Lo ven todas. [[members: zqmem4 @hidden@home.example]] [[partners: zqpar2]]
"""


async def test_what_a_translation_marks_is_in_nothing_that_leaves(at: Hearing) -> None:
    post = await at.here.publish(source=TEXT)
    await prepare.translate_file(at.here.house, post, "es", TRANSLATION, by="us", now=now_ms())
    await at.world.deliver()
    walked = await walk(at, post, f"{post}?lang=es", f"{post}/embed", f"/oembed?url={post}")
    assert walked.telling("Lo ven todas") and walked.telling(MEMBERS, PARTNERS) == []
    assert any(b"Lo ven todas" in heard.body for heard in at.village.heard)
    for heard in at.village.heard:
        assert MEMBERS.encode() not in heard.body and PARTNERS.encode() not in heard.body
        assert "hidden" not in heard.path

    def rows(tx: Tx) -> list[str]:
        return [
            str(dict(row))
            for table in tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
            for row in tx.all(f"SELECT * FROM {table['name']}")
            if dict(row).get("audience") not in ("members", "partners")
        ]

    assert [row for row in await at.here.read(rows) if MEMBERS in row or PARTNERS in row] == []
    shown = (await send(at.client, a_fetch(post, Person(at.village, "ben").key))).text
    assert "zqpar1" in shown and "zqpar2" in shown and MEMBERS not in shown

    def whole(tx: Tx) -> str:
        audience = may_read(tx, post, Reader(member_of=at.harbour))
        version = objects.version(tx, post, audience or "")
        assert version
        return version.document.decode()

    document = await at.here.read(whole)
    words = ("zqmem1", "zqmem2", "zqmem3", "zqmem4", "zqpar1", "zqpar2")
    assert [word for word in words if word not in document] == []
    await at.here.withdraw(post)
    await at.world.deliver()
    everything = str(await at.all_there_is())
    assert MEMBERS not in everything and PARTNERS not in everything
