"""Minutes with all they can tell: the document, what its pieces say at their own addresses, and back."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from assembly import ASSEMBLY
from build import SITE, a_follow, a_group, a_remote_actor
from federation.readers import READERS, Fetched, check_everything
from signed import NOW
from written import document_of, publishes, ready

from fedi.activitypub.context import dropped_terms
from fedi.activitypub.handles import Handle
from fedi.activitypub.html import plain
from fedi.activitypub.proofs import check_proof
from fedi.activitypub.webfinger import jrd
from fedi.actors import known
from fedi.actors.documents import actor_document
from fedi.errors import Refused
from fedi.practices.minutes.agenda import joined, sections
from fedi.practices.minutes.document import from_document
from fedi.practices.minutes.front import front
from fedi.practices.minutes.model import Minutes
from fedi.publishing import publish
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.markdown import Mentioned
from fedi.publishing.written import write
from fedi.storage import groups, keys, parts
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


async def published(store: Store, source: str = ASSEMBLY, **more: Any) -> dict[str, Any]:
    return await store.write(
        lambda tx: document_of(tx, publishes(tx, ready("minutes", source, **more)))
    )


async def pieces_of(store: Store, minutes: str, kind: str = "") -> list[dict[str, Any]]:
    def unit(tx: Tx) -> list[dict[str, Any]]:
        seen = [parts.seen(tx, part.id, "public") for part in parts.of_object(tx, minutes, kind)]
        return [orjson.loads(one.document) for one in seen if one and one.gone_at is None]

    return await store.read(unit)


async def edited(store: Store, minutes: str, source: str, now: int = NOW + 5_000) -> dict[str, Any]:
    def unit(tx: Tx) -> dict[str, Any]:
        publish.edit(tx, SITE, minutes, ready("minutes", source), now)
        return document_of(tx, minutes)

    return await store.write(unit)


def with_decisions(*lines: str, title: str = "Thursday") -> str:
    listed = "".join(f"  - {line}\n" for line in lines)
    return (
        f"---\ntitle: {title}\nlanguage: en\ndate: 2027-06-03T19:00\ntimezone: Europe/London\n"
        f"decisions:\n{listed}---\n"
    )


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


LONG = "We carry the kitchen until the hearing in June"


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        # The words stay, the place changes.
        (["One thing", "Another"], ["Another", "One thing"], [1, 0]),
        # A slip is mended.
        ([LONG, "Another"], ["Another", LONG.replace("June", "July")], [1, 0]),
        # A key stays, the words change.
        (["{text: One thing, key: a}", "Two"], ["Two", "{text: Quite different, key: a}"], [1, 0]),
        # As many as before: the place says which it is.
        (["One thing", "Two"], ["Quite different words", "Two"], [0, 1]),
        # Something new between the old.
        (["One thing", "Two"], ["One thing", "Quite different words", "Two"], [0, None, 1]),
        # One less: what is gone is gone.
        (["One thing", "Two", "Three trees"], ["One thing", "Three trees"], [0, 2]),
        # A number that was given later is a new name for the same decision.
        (["One thing", "Two"], ["{text: One thing, key: '7'}", "Two"], [0, 1]),
    ],
)
async def test_a_decision_keeps_its_address_through_edits(
    store: Store, before: list[str], after: list[str], same: list[int | None]
) -> None:
    first = await published(store, with_decisions(*before))
    ids = [one["id"] for one in first["decisions"]]
    second = await edited(store, first["id"], with_decisions(*after))
    now = [one["id"] for one in second["decisions"]]
    assert [ids.index(one) if one in ids else None for one in now] == same
    assert len(set(now)) == len(now)


async def test_a_piece_that_did_not_change_stays_the_document_it_was(store: Store) -> None:
    first = await published(store, with_decisions("One thing", "{text: Two, consent: 3}"))
    one, two = await pieces_of(store, first["id"])
    await edited(store, first["id"], with_decisions("One thing", "{text: Two, consent: 4}"))
    same, changed = await pieces_of(store, first["id"])
    assert same == one
    assert (changed["version"], changed["consent"], changed["published"]) == (
        2,
        4,
        two["published"],
    )
    assert changed["updated"] > changed["published"]


async def test_a_number_is_never_given_twice(store: Store) -> None:
    first = await published(store, with_decisions("One thing", "Two"))
    await edited(store, first["id"], with_decisions("One thing"))
    second = await published(store, with_decisions("Three"))
    assert second["decisions"][0]["identifier"] == "2027-3"


async def test_a_decision_that_was_removed_comes_back_as_another(store: Store) -> None:
    first = await published(store, with_decisions("{text: One, key: a}", "{text: Two, key: b}"))
    await edited(store, first["id"], with_decisions("{text: One, key: a}"))
    third = await edited(
        store,
        first["id"],
        with_decisions("{text: One, key: a}", "{text: Two, key: b}"),
        NOW + 9_000,
    )
    assert third["decisions"][0]["id"] == first["decisions"][0]["id"]
    assert third["decisions"][1]["id"] != first["decisions"][1]["id"]


async def test_minutes_and_pieces_are_signed_each_by_itself(store: Store) -> None:
    document = await published(store)
    method = document["proof"]["verificationMethod"]
    stored = await store.read(lambda tx: keys.find(tx, method))
    assert stored
    for one in [document, *await pieces_of(store, document["id"])]:
        assert one["proof"]["cryptosuite"] == "eddsa-jcs-2022"
        assert check_proof(one, known.public_key(stored))
        assert not check_proof({**one, "headline": "Something else"}, known.public_key(stored))


async def test_what_is_taken_along_says_the_same_when_it_is_published_again(store: Store) -> None:
    document = await published(store)
    details = from_document(document)
    assert isinstance(details, Minutes)
    read = ready("minutes", write({"title": "Again", **front(details)}, "")).draft.details
    assert read == details
    assert [one.key for one in read.decisions] == [one.key for one in details.decisions]


def test_the_headings_of_the_text_are_the_agenda_where_there_is_none() -> None:
    text = "Before.\n\n## First *thing*\n\nNotes\n\n> ## Quoted\n\n```\n## code\n```\n\nSecond\n---\nMore"
    made = sections(text)
    assert (made.opening, [item.title for item in made.items]) == (
        "Before.",
        ["First thing", "Second"],
    )
    assert "## code" in made.items[0].notes
    assert joined((), text) == (("First thing", "Second"), text)


@pytest.mark.parametrize(
    ("front_matter", "line", "said"),
    [
        (
            "decisions:\n  - {text: A, item: Nothing}",
            6,
            "No item of the agenda is called `Nothing`",
        ),
        (
            "decisions:\n  - {text: A, key: x}\n  - {text: B, key: x}",
            7,
            "Another decision has the key",
        ),
        ("decisions: [{consent: 3}]", 5, "A decision needs `text`"),
        ("decisions: [{text: A, how: loudly}]", 5, "`loudly` is not known here"),
        ("decisions: [{text: A, reasons: [{stance: block}]}]", 5, "A reason needs `text`"),
        ("actions: [{text: A, due: soon}]", 5, "`soon` is not a day"),
        ("roles: [{held_by: M.}]", 5, "A role needs `role`"),
        ("roles: [{role: Notes, name: Kim}]", 5, "A role has no key `name`"),
        ("next: {place: Hall}", 5, "The next meeting needs `date`"),
        ("next: 2027-03-28T01:30", 5, "never show 01:30"),
        ("witness: Mietrat", 5, "`Mietrat` is not a handle"),
        ("mirror: {title: Elsewhere}", 5, "This mirror shows nothing"),
        ("minutes_of: us", 5, "has no key `minutes_of`"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(front_matter: str, line: int, said: str) -> None:
    source = (
        f"---\ntitle: T\ndate: 2027-06-03T19:00\ntimezone: Europe/London\n{front_matter}\n---\n"
    )
    with pytest.raises(FrontMatterError) as raised:
        ready("minutes", source)
    assert [(one.line, said in one.sentence) for one in raised.value.problems] == [(line, True)]


def test_an_agenda_that_is_written_out_takes_its_notes_from_the_text(store: Store) -> None:
    draft = ready("minutes", ASSEMBLY).draft
    assert draft.details.agenda == (
        "How hot is it at yours",
        "Marsh Street kitchen",
        "Keys to the hall",
    )
    assert draft.body.index("Top floors") < draft.body.index("The families cook")
    assert draft.body.index("The families cook") < draft.body.index("Two sets")


async def test_minutes_that_say_nothing_new_are_not_a_version(store: Store) -> None:
    first = await published(store)
    with pytest.raises(Refused, match="Nothing has changed"):
        await edited(store, first["id"], ASSEMBLY)
