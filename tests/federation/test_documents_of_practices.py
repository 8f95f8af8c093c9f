"""Documents of all kinds: what they say, as others read them, and back again."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from build import SITE, a_follow, a_group, a_remote_actor, said
from federation.readers import READERS, Delivered, Fetched, check_everything
from signed import NOW
from written import BOAT, CALL, MINUTES, POLL, REQUEST, SOURCES, document_of, publishes, ready

from fedi.activitypub.context import dropped_terms
from fedi.activitypub.handles import Handle
from fedi.activitypub.html import plain
from fedi.activitypub.webfinger import jrd
from fedi.actors.documents import actor_document
from fedi.practices.calls.document import from_document as call_from
from fedi.practices.minutes.document import from_document as minutes_from
from fedi.practices.requests.document import from_document as request_from
from fedi.practices.updates.document import from_document as update_from
from fedi.publishing import publish
from fedi.publishing.kinds import NAMESPACE, kind
from fedi.storage import groups, objects
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
TYPE = {"Content-Type": "application/activity+json; charset=utf-8"}
VARIANTS = {
    "minutes": (
        MINUTES,
        MINUTES.replace("place: {name: Kingsley Hall, area: Bristol}", "online: yes"),
        "---\ntitle: Short\ndate: 2026-12-03T19:00\ntimezone: Asia/Kathmandu\n---\n",
        MINUTES.replace("postponed", "amended").replace("consent: 29", "how: vote, consent: 3"),
    ),
    "call": (
        CALL,
        *(CALL.replace("status: confirmed", f"status: {s}") for s in ("tentative", "postponed", "cancelled")),
        "---\ntitle: Now\nstart: 2027-01-01T23:00\ntimezone: America/Sao_Paulo\nonline: https://meet.example/x\n---\n",
        "---\ntitle: Somewhere\nstart: 2027-01-01T23:00\ntimezone: UTC\n---\nMore later.",
    ),
    "request": (
        REQUEST,
        "---\ntitle: Beds\nneeds: [{kind: housing}]\nstate: closed\n---\n",
        "---\ntitle: Help\nneeds: [{kind: goods, amount: 0.5}, {kind: other, of: a van}]\nstate: covered\n---\n",
    ),
    "update": (SOURCES["update"], "Hello"),
    "poll": (
        POLL,
        POLL.replace("options:", "multiple: yes\ntitle: A day\nwarning: Dates\noptions:"),
        POLL.replace("Europe/London", "Asia/Kathmandu").replace("Either", "<b> & 👍"),
    ),
}  # fmt: skip
EACH = [(name, text) for name, texts in VARIANTS.items() for text in texts]


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    def unit(tx: Tx) -> None:
        a_group(tx)
        a_remote_actor(tx)
        a_follow(tx, of=HARBOUR)

    await store.write(unit)


async def published(store: Store, name: str, text: str, **more: Any) -> dict[str, Any]:
    return await store.write(lambda tx: document_of(tx, publishes(tx, ready(name, text, **more))))


@pytest.mark.parametrize(("name", "text"), EACH)
async def test_nothing_of_a_document_is_lost_in_json_ld(store: Store, name: str, text: str) -> None:
    assert dropped_terms(await published(store, name, text, pictures=(BOAT,))) == set()


@pytest.mark.parametrize(("name", "text"), EACH)
async def test_another_fedi_server_reads_what_was_written(
    store: Store, name: str, text: str
) -> None:
    document = orjson.loads(orjson.dumps(await published(store, name, text)))
    chosen = kind(name)
    assert document["additionalType"] == NAMESPACE + chosen.meaning
    assert chosen.from_document(document) == ready(name, text).draft.details


async def test_every_server_reads_everything_we_publish(store: Store) -> None:
    def unit(tx: Tx) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
        ids = [publishes(tx, ready(name, text, pictures=(BOAT,))) for name, text in EACH]
        call = ids[len(VARIANTS["minutes"])]
        publish.edit(tx, SITE, call, ready("call", CALL.replace("confirmed", "cancelled")), NOW + 1)
        publish.pin(tx, SITE, ids[0], NOW + 2)
        documents = [document_of(tx, one) for one in ids]
        before = said(tx)
        publish.withdraw(tx, SITE, call, NOW + 3)
        group = groups.find(tx, "harbour")
        assert group
        told = [*before, *(one for one in said(tx) if one["type"] == "Delete")]
        return documents, told, actor_document(tx, SITE, group)

    documents, activities, actor = await store.write(unit)
    handle = Fetched(
        f"{SITE.origin}/.well-known/webfinger?resource=acct:harbour@groups.example",
        200,
        {"Content-Type": "application/jrd+json", "Access-Control-Allow-Origin": "*"},
        jrd(
            Handle("harbour", SITE.domain),
            HARBOUR,
            page=SITE.page_of("harbour"),
            origin=SITE.origin,
        ),
    )
    found = check_everything(
        Fetched(HARBOUR, 200, TYPE, actor),
        handle,
        [Fetched(document["id"], 200, TYPE, document) for document in documents],
        [Delivered(activity, TYPE) for activity in activities],
    )
    assert found == []


async def test_mastodon_shows_the_title_date_and_place_of_a_call(store: Store) -> None:
    document = await published(store, "call", CALL.replace("confirmed", "cancelled"))
    view = READERS["Mastodon"].read_object(Fetched(document["id"], 200, TYPE, document))
    assert "Cancelled: Open the windows" in view.text or view.title.startswith("Cancelled: ")
    assert "Sat 19 Jun 2027, 17:00–18:00 BST – Kingsley Hall, Bristol" in view.text


async def test_mobilizon_shows_date_zone_and_place_of_a_call(store: Store) -> None:
    document = await published(store, "call", CALL)
    view = READERS["Mobilizon"].read_object(Fetched(document["id"], 200, TYPE, document))
    assert view.event
    assert (view.event.starts, view.event.zone) == ("2027-06-19T17:00:00+01:00", "Europe/London")
    assert view.event.coordinates == (51.45432, -2.5)
    assert (view.event.status, view.event.join) == ("CONFIRMED", "external")


async def test_the_street_is_told_only_where_the_group_said_so_and_never_in_the_summary(
    store: Store,
) -> None:
    exact = await published(store, "call", CALL)
    assert exact["location"]["address"]["streetAddress"] == "Old Market 59"
    assert "Old Market" not in exact["summary"]
    coarse = await published(store, "call", CALL.replace("precision: exact", "precision: city"))
    assert "Old Market" not in str(coarse) and "Kingsley" not in str(coarse)
    assert (coarse["location"]["latitude"], coarse["location"]["longitude"]) == (51.5, -2.5)
    facts = await store.read(lambda tx: str(objects.version(tx, coarse["id"], "public").facts))  # pyright: ignore
    assert "Old Market" not in facts and "51.45" not in facts


async def test_a_call_without_an_end_says_that_the_end_is_assumed(store: Store) -> None:
    document = await published(store, "call", VARIANTS["call"][-1])
    assert document["endTime"] == "2027-01-02T01:00:00+00:00"
    assert document["displayEndTime"] is False
    assert "location" not in document


async def test_the_content_of_minutes_begins_with_title_date_and_decisions(store: Store) -> None:
    document = await published(store, "minutes", MINUTES)
    first, second, *_ = plain(document["content"]).split("\n\n")
    assert first == (
        "Minutes: Thursday assembly\n"
        "Thursday, 3 December 2026, 19:00–21:10 GMT – Kingsley Hall, Bristol – 27 present"
    )
    assert second == "Decisions"
    assert "Decided by consent · 29 consent · 1 stands aside · 0 block" in document["content"]
    assert "Put off · Comes back on Thu 10 Dec 2026" in document["preview"]["content"]
    assert document["summary"].startswith("Thu 3 Dec 2026, 19:00–21:10 GMT – Kingsley Hall")
    assert document["decisions"][0]["headline"] == "We host the kitchen."


async def test_a_request_is_whole_where_only_notes_are_known(store: Store) -> None:
    document = await published(store, "request", REQUEST)
    text = plain(document["content"])
    assert text.startswith(
        "Solidarity request: Marsh Street kitchen\nNeeded by Friday, 25 June 2027"
    )
    assert "Money: 6000 GBP" in text and "Hours: 40 hours, childcare" in text
    assert "Transfer: payto://iban/DE75512108001245126199" in text
    assert 'rel="payment noopener">Fund</a>' in document["content"]
    assert "name" not in document and document["headline"] == "Marsh Street kitchen"
    [money, hours] = document["publishes"]
    assert money["resourceQuantity"] == {"hasUnit": "GBP", "hasNumericalValue": "6000"}
    assert hours["action"] == "deliverService"


async def test_the_state_of_a_request_travels_by_update(store: Store) -> None:
    def unit(tx: Tx) -> None:
        request = publishes(tx, ready("request"))
        covered = REQUEST.replace("by: ", "state: covered\nby: ")
        publish.edit(tx, SITE, request, ready("request", covered), NOW + 1)
        update = said(tx)[-1]
        assert (update["type"], update["object"]["requestState"]) == ("Update", "covered")
        assert "Covered: nothing more is needed." in update["object"]["content"]
        assert "Ways to give" not in update["object"]["content"]
        stored = objects.find(tx, request)
        assert stored and stored.state == "covered"

    await store.write(unit)


@pytest.mark.parametrize(
    ("language", "date"),
    [("de", "Samstag, 19. Juni 2027, 17:00–18:00 BST"), ("xx", "Saturday, 19 June 2027, 17:00–18:00 BST")],
)  # fmt: skip
async def test_dates_are_told_in_the_language_of_the_text(
    store: Store, language: str, date: str
) -> None:
    document = await published(store, "call", CALL.replace("language: en", f"language: {language}"))
    assert date in document["content"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"startTime": 5, "timezone": [], "publishes": "x", "decisions": {}},
        {"startTime": "tomorrow", "publishes": [None, 3]},
        {"startTime": "2027-01-01T10:00:00"},
    ],
)
def test_what_is_of_no_kind_of_ours_is_not_read_as_one(document: dict[str, Any]) -> None:
    for read in (call_from, minutes_from, request_from, update_from):
        assert read(document) is None


def test_what_another_server_wrote_wrongly_is_left_out() -> None:
    document = {
        "startTime": "2027-01-01T10:00:00Z",
        "timezone": "Moon/Crater",
        "location": {"type": "Place", "name": "Hall", "latitude": "x", "placePrecision": "inch"},
        "attendanceCount": -3,
        "decisions": [{"name": "A", "how": 1, "reviewDate": "soon", "consent": True}, 7],
    }
    minutes = minutes_from(document)
    assert minutes and minutes.attendance is None and minutes.place
    assert (minutes.place.lat, minutes.place.precision) == (None, "")
    assert [decision.consent for decision in minutes.decisions] == [None]
    asked = request_from(
        {"publishes": {"resourceQuantity": {"hasNumericalValue": "NaN"}}, "requestState": "?"}
    )
    assert asked and (asked.needs[0].amount, asked.needs[0].kind, asked.state) == (
        None,
        "other",
        "open",
    )
