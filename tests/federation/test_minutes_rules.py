"""The rules of minutes: what is read with its line, the agenda, and which decision is which through all edits."""

from __future__ import annotations

import pytest
from assembly import ASSEMBLY, edited, pieces_of, published, with_decisions
from build import SITE, a_follow, a_group, a_remote_actor
from signed import NOW
from written import ready

from fedi.activitypub.proofs import check_proof
from fedi.actors import known
from fedi.practices.minutes.agenda import joined, sections
from fedi.practices.minutes.document import from_document
from fedi.practices.minutes.front import front
from fedi.practices.minutes.model import Minutes
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.written import write
from fedi.storage import keys
from fedi.storage.store import Store
from fedi.storage.tx import Tx

LONG = "We carry the kitchen until the hearing in June"


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    def unit(tx: Tx) -> None:
        a_group(tx)
        a_remote_actor(tx)
        a_follow(tx, of=SITE.group("harbour"))

    await store.write(unit)


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
