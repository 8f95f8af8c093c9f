"""What FEDERATION.md says about minutes is what is said and read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
from assembly import ASSEMBLY
from build import SITE, a_group
from written import document_of, publishes, ready

from fedi.activitypub.context import OBJECT_CONTEXT, dropped_terms
from fedi.activitypub.parse import parse
from fedi.practices.minutes.document import from_document, to_document
from fedi.practices.minutes.terms import minutes_terms
from fedi.publishing.kinds import Subject
from fedi.publishing.markdown import Mentioned
from fedi.storage import parts
from fedi.storage.store import Store
from fedi.storage.tx import Tx

WRITTEN = (Path(__file__).parents[2] / "FEDERATION.md").read_text("utf-8")
SECTION = WRITTEN.partition("### Minutes\n")[2].partition("\n### ")[0]
MINUTES, DECISION, ACTION = (
    parse(sample.encode()) for sample in re.findall(r"```json\n(.*?)```", SECTION, re.S)
)


def _subject() -> Subject:
    people = {
        one["webfinger"]: Mentioned(one["webfinger"], one["attributedTo"], "")
        for one in (MINUTES["witness"], MINUTES["mirror"])
    }
    title, actor = MINUTES["name"], MINUTES["attributedTo"]
    return Subject(MINUTES["id"], actor, title, "en", people=people)


def test_the_sample_is_read_and_said_again_in_every_term() -> None:
    details = from_document(MINUTES)
    assert details
    said = orjson.loads(orjson.dumps(minutes_terms(details, _subject())))
    assert {name: MINUTES.get(name) for name in said} == said
    part = to_document(details, _subject())
    assert (part.name, part.summary) == (MINUTES["name"], MINUTES["summary"])
    for piece, sample in zip(part.pieces, (DECISION, ACTION), strict=True):
        assert {name: sample.get(name) for name in piece.terms} == dict(piece.terms)
        assert (piece.id, piece.title, piece.content) == (
            sample["id"],
            sample["headline"],
            sample["content"],
        )


def test_every_term_of_the_samples_has_a_meaning() -> None:
    for sample in (MINUTES, DECISION, ACTION):
        assert not dropped_terms({"@context": OBJECT_CONTEXT, **sample})


async def test_a_sample_has_no_key_that_is_not_said(store: Store) -> None:
    def unit(tx: Tx) -> list[dict[str, Any]]:
        a_group(tx)
        minutes = publishes(tx, ready("minutes", ASSEMBLY))
        seen = [parts.seen(tx, one.id, "public") for one in parts.of_object(tx, minutes)]
        found = [orjson.loads(one.document) for one in seen if one]
        return [document_of(tx, minutes), *found]

    document, *pieces = await store.write(unit)
    assert document["attributedTo"] == SITE.group("harbour")
    assert set(MINUTES) <= set(document)
    assert set(DECISION) <= set(pieces[0]) | set(pieces[2])
    assert set(ACTION) <= set(pieces[3])
