"""Minutes with all they can tell: the document, what its pieces say at their own addresses, and back."""

from __future__ import annotations

import orjson
import pytest
from assembly import ASSEMBLY, edited, pieces_of, published, with_decisions
from build import SITE, a_follow, a_group, a_remote_actor
from federation.readers import READERS, Fetched, check_everything
from written import ready

from fedi.activitypub.context import dropped_terms
from fedi.activitypub.handles import Handle
from fedi.activitypub.html import plain
from fedi.activitypub.webfinger import jrd
from fedi.actors.documents import actor_document
from fedi.errors import Refused
from fedi.practices.minutes.document import from_document
from fedi.publishing.markdown import Mentioned
from fedi.storage import groups
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
TYPE = {"Content-Type": "application/activity+json; charset=utf-8"}
PEOPLE = {
    "mietrat@kiez.example": Mentioned(
        "mietrat@kiez.example",
        "https://kiez.example/groups/mietrat",
        "https://kiez.example/@mietrat",
    )
}


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    def unit(tx: Tx) -> None:
        a_group(tx)
        a_remote_actor(tx)
        a_follow(tx, of=SITE.group("harbour"))

    await store.write(unit)


async def test_nothing_is_lost_in_json_ld_and_all_of_it_is_read_back(store: Store) -> None:
    document = await published(store)
    assert dropped_terms(document) == set()
    assert (
        from_document(orjson.loads(orjson.dumps(document)))
        == ready("minutes", ASSEMBLY).draft.details
    )


async def test_every_piece_is_a_document_of_its_own_that_others_read(store: Store) -> None:
    document = await published(store)
    pieces = await pieces_of(store, document["id"])
    assert [one["headline"] for one in pieces[:3]] == [
        one["headline"] for one in document["decisions"]
    ]
    assert len(pieces) == 6
    for piece in pieces:
        assert dropped_terms(piece) == set()
        assert (piece["partOf"], piece["context"]) == (document["id"], document["context"])
        assert (piece["to"], piece["cc"]) == (document["to"], document["cc"])
        assert document["id"] in piece["content"]
    actor, handle = await store.read(_profile)
    told = [Fetched(one["id"], 200, TYPE, one) for one in (document, *pieces)]
    assert check_everything(actor, handle, told) == []


def _profile(tx: Tx) -> tuple[Fetched, Fetched]:
    group = groups.find(tx, "harbour")
    assert group
    described = jrd(
        Handle("harbour", SITE.domain), HARBOUR, page=SITE.page_of("harbour"), origin=SITE.origin
    )
    headers = {"Content-Type": "application/jrd+json", "Access-Control-Allow-Origin": "*"}
    address = f"{SITE.origin}/.well-known/webfinger?resource=acct:harbour@groups.example"
    return (
        Fetched(HARBOUR, 200, TYPE, actor_document(tx, SITE, group)),
        Fetched(address, 200, headers, described),
    )


async def test_the_ids_in_the_minutes_are_those_of_the_pieces(store: Store) -> None:
    document = await published(store)
    pieces = await pieces_of(store, document["id"])
    inside = document["decisions"] + document["actionItems"]
    assert [one["id"] for one in inside] == [one["id"] for one in pieces]
    for short, whole in zip(inside, pieces, strict=True):
        assert {key: whole[key] for key in short} == short


async def test_mastodon_shows_title_date_and_each_decision_in_a_sentence(store: Store) -> None:
    document = await published(store)
    view = READERS["Mastodon"].read_object(Fetched(document["id"], 200, TYPE, document))
    text = plain(view.text)
    assert "Heat, Marsh Street, and who holds the keys" in f"{view.title} {text}"
    assert "Thu 3 Jun 2027, 19:00–21:10 BST – Kingsley Hall, Bristol" in text
    assert (
        "Decided by consent: We carry the Marsh Street kitchen until the hearing on 25 June."
        in text
    )
    assert "Put off: A third key for the food co-op." in text


async def test_what_many_decided_is_cut_short_with_a_number(store: Store) -> None:
    many = [f"{{text: {'We agree to this in many words. ' * 4}{n}}}" for n in range(12)]
    document = await published(store, with_decisions(*many))
    assert len(document["summary"]) < 700
    assert document["summary"].endswith(" more decisions.")


async def test_a_warning_stands_before_the_decisions(store: Store) -> None:
    document = await published(
        store, ASSEMBLY.replace("language: en", "language: en\nwarning: arrests")
    )
    assert document["summary"].startswith("arrests · Thu 3 Jun 2027")
    assert "Marsh Street kitchen" not in document["summary"]
    [decision, *_] = await pieces_of(store, document["id"])
    assert (decision["summary"], decision["sensitive"]) == ("arrests", True)


async def test_the_witness_is_mentioned_and_named(store: Store) -> None:
    document = await published(store, mentions=PEOPLE)
    [mention] = [tag for tag in document["tag"] if tag["type"] == "Mention"]
    assert mention["href"] == "https://kiez.example/groups/mietrat"
    assert document["witness"]["attributedTo"] == mention["href"]
    assert mention["href"] in document["cc"]
    assert "Witnessed by" in document["content"]
    pieces = await pieces_of(store, document["id"])
    assert all(mention["href"] not in piece["cc"] for piece in pieces)


async def test_decisions_without_a_number_count_on_within_the_year_of_the_group(
    store: Store,
) -> None:
    first = await published(store)
    numbers = [one["identifier"] for one in first["decisions"]]
    assert numbers == ["2027-18", "2027-19", "2027-20"]
    second = await published(store, with_decisions("We meet weekly"))
    assert second["decisions"][0]["identifier"] == "2027-21"
    third = await published(store, with_decisions("New year").replace("2027-06", "2028-06"))
    assert third["decisions"][0]["identifier"] == "2028-1"


async def test_minutes_that_say_nothing_new_are_not_a_version(store: Store) -> None:
    first = await published(store)
    with pytest.raises(Refused, match="Nothing has changed"):
        await edited(store, first["id"], ASSEMBLY)
