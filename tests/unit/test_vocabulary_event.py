"""Events are read as Mobilizon, Gancio, PieFed, Friendica and WordPress write them."""

from __future__ import annotations

from typing import Any

import pytest

from fedi.activitypub.vocabulary import Event, Place, read_note

ORGANISER = "https://a.example/@choir"
NOON = 1_782_900_000_000  # 2026-07-01T10:00:00Z


def event(**changes: Any) -> Event:
    document = {
        "id": "https://a.example/events/1",
        "type": "Event",
        "attributedTo": ORGANISER,
        "name": "Concert",
        "startTime": "2026-07-01T12:00:00+02:00",
        **changes,
    }
    found = read_note(document).event
    assert found
    return found


def test_an_event_of_mobilizon_is_read() -> None:
    concert = event(
        endTime="2026-07-01T13:00:00+02:00",
        timezone="Europe/Berlin",
        status="CONFIRMED",
        category="MUSIC",
        joinMode="free",
        externalParticipationUrl=None,
        maximumAttendeeCapacity=80,
        remainingAttendeeCapacity=77,
        participantCount=3,
        isOnline=False,
        contacts=[ORGANISER],
        location={
            "type": "Place",
            "id": "https://a.example/address/1",
            "name": "St Mary",
            "latitude": 52.5,
            "longitude": 13.25,
            "address": {
                "type": "PostalAddress",
                "streetAddress": "Main St 1",
                "postalCode": "10115",
                "addressLocality": "Berlin",
                "addressRegion": None,
                "addressCountry": "Germany",
            },
        },
    )
    assert (concert.start_ms, concert.end_ms) == (NOON, NOON + 3_600_000)
    assert (concert.timezone, concert.status, concert.category) == (
        "Europe/Berlin",
        "confirmed",
        "MUSIC",
    )
    assert (concert.join_mode, concert.external_url) == ("free", None)
    assert (concert.capacity, concert.remaining, concert.participants) == (80, 77, 3)
    assert concert.organisers == (ORGANISER,)
    assert not concert.is_online
    assert concert.places == (
        Place(
            name="St Mary",
            address="Main St 1, 10115, Berlin, Germany",
            street="Main St 1",
            postal_code="10115",
            locality="Berlin",
            region="",
            country="Germany",
            latitude=52.5,
            longitude=13.25,
            url=None,
        ),
    )


def test_an_event_of_gancio_has_several_places_some_of_them_virtual() -> None:
    where = event(
        location=[
            {
                "type": "Place",
                "name": "Colosseo",
                "address": "Piazza\n1",
                "latitude": "41.9",
                "longitude": "12.5",
            },
            {
                "type": "Place",
                "name": "Online",
                "address": {"type": "VirtualLocation", "url": "https://meet.example/1"},
            },
            {"type": "VirtualLocation", "url": "https://meet.example/2"},
        ]
    )
    assert [place.name for place in where.places] == ["Colosseo", "Online", ""]
    assert where.places[0].address == "Piazza 1"
    assert (where.places[0].latitude, where.places[0].longitude) == (41.9, 12.5)
    assert [place.url for place in where.places] == [
        None,
        "https://meet.example/1",
        "https://meet.example/2",
    ]
    assert (where.is_online, where.online_url) == (True, "https://meet.example/1")


@pytest.mark.parametrize(
    ("location", "places"),
    [
        ("Town hall", 1),
        ({"name": "Town hall"}, 1),
        (None, 0),
        ([], 0),
        ({}, 0),
        ({"type": "Place", "name": None, "address": 5}, 0),
        (5, 0),
        (["a"] * 20, 8),
    ],
)
def test_a_place_is_read_where_there_is_one(location: Any, places: int) -> None:
    assert len(event(location=location).places) == places


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(91, 0), (0, 181), ("x", 0), (None, 0), (True, 0), ("nan", "0"), ("inf", 0)],
)
def test_a_point_that_is_not_on_earth_is_left_out(latitude: Any, longitude: Any) -> None:
    place = event(location={"name": "x", "latitude": latitude, "longitude": longitude}).places[0]
    assert (place.latitude, place.longitude) == (None, None)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, "confirmed"),
        ({"status": "CONFIRMED", "eventStatus": "EventScheduled"}, "confirmed"),
        ({"status": "TENTATIVE"}, "tentative"),
        ({"status": "cancelled"}, "cancelled"),
        ({"ical:status": "CANCELLED"}, "cancelled"),
        ({"status": "CONFIRMED", "eventStatus": "https://schema.org/EventPostponed"}, "postponed"),
        ({"eventStatus": "EventRescheduled"}, "rescheduled"),
        ({"eventStatus": "sc:EventMovedOnline"}, "online"),
        ({"status": None, "eventStatus": {"x": 1}}, "confirmed"),
    ],
)
def test_whether_it_takes_place_is_told_in_several_words(
    words: dict[str, Any], status: str
) -> None:
    assert event(**words).status == status


def test_a_time_without_offset_is_in_the_zone_of_the_event() -> None:
    assert event(startTime="2026-07-01T12:00:00", timezone="Europe/Berlin").start_ms == NOON
    assert event(startTime="2026-07-01T10:00:00").start_ms == NOON


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "../../etc/passwd", "/etc/localtime", "", None, 5, "Europe", "x" * 99]
)
def test_a_zone_that_does_not_exist_is_left_out(zone: Any) -> None:
    assert event(timezone=zone).timezone == ""


def test_an_end_before_the_start_is_left_out() -> None:
    assert event(endTime="2026-07-01T12:00:00+02:00").end_ms == NOON
    assert event(endTime="2026-07-01T11:59:59+02:00").end_ms is None


@pytest.mark.parametrize("mode", ["free", "restricted", "invite", "external", "none"])
def test_known_ways_to_join_are_read(mode: str) -> None:
    assert event(joinMode=mode).join_mode == mode


@pytest.mark.parametrize("mode", ["FREE", "", None, 5, "anything"])
def test_other_ways_to_join_are_left_out(mode: Any) -> None:
    assert event(joinMode=mode).join_mode == ""


def test_the_links_of_wordpress_and_piefed_are_read() -> None:
    read = event(
        joinMode="external",
        externalParticipationUrl="https://a.example/e/1",
        onlineLink="https://m.example",
    )
    assert (read.external_url, read.online_url) == ("https://a.example/e/1", "https://m.example")
    assert event(externalParticipationUrl="javascript:x").external_url is None


def test_no_capacity_is_unlimited() -> None:
    assert event(maximumAttendeeCapacity=0).capacity is None
    assert event(maximumAttendeeCapacity=None).capacity is None


@pytest.mark.parametrize("start", [None, "", "soon", 5])
def test_an_event_that_does_not_say_when_is_a_post_without_an_event(start: Any) -> None:
    document = {
        "id": "https://a.example/1",
        "type": "Event",
        "attributedTo": ORGANISER,
        "startTime": start,
    }
    assert read_note(document).event is None


def test_only_an_event_has_one() -> None:
    document = {
        "id": "https://a.example/1",
        "type": "Note",
        "attributedTo": ORGANISER,
        "startTime": "2026-07-01T12:00:00Z",
    }
    assert read_note(document).event is None
