"""Whoever is asked to agree to a change sees what it changes, beside all that would stand there then."""

from __future__ import annotations

from doorstep import Browser
from minuting import ann as ann
from minuting import ben as ben
from minuting import one as one
from minuting import published
from world import Instance

BEFORE, AFTER = "<del>Book</del>", "<ins>Clean</ins>"


async def test_a_second_member_sees_which_words_would_change(
    one: Instance, ann: Browser, ben: Browser
) -> None:
    path = await published(one)
    await ann.open("/console/harbour/posts/minutes")
    await ann.send(f"/console/harbour/posts/minutes/{path.rsplit('/', 1)[1]}/edit")
    draft = ann.at.partition("?")[0]
    await ann.send(draft, do="check", **{"actions-0-text": "Clean the hall"})
    await ann.send(draft, do="publish")
    waiting = ann.at.partition("?")[0]
    assert "/waiting/" in waiting, ann.page[-2000:]
    await ben.open(waiting)
    assert "What would change" in ben.page and BEFORE in ben.page and AFTER in ben.page
    assert (
        "Top floors read" not in ben.page.partition('<div class="diff"')[2].partition("</div>")[0]
    )
    await ben.send(f"{waiting}/agree")
    assert "Done: two members agreed." in ben.page
    assert "What would change" not in ben.page


async def test_what_was_never_published_is_compared_with_nothing(
    one: Instance, ann: Browser, ben: Browser
) -> None:
    await ann.open("/console/harbour/settings")
    await ann.send("/console/harbour/settings", title="Harbour Union")
    waiting = ann.at.partition("?")[0]
    await ben.open(waiting)
    assert ben.status == 200 and "/waiting/" in waiting
    assert "What would change" not in ben.page
