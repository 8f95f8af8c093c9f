"""Mobilizon's import rules for an Event: what crashes its converter or fails its model (§4.3)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from .plain import as_list, id_of, is_count, kind, mapping, moment, text
from .rulebook import Rulebook, Subject
from .shapes import EventView, Json
from .views import address_line, coordinates

BOOK = Rulebook("Mobilizon")
JOIN_MODES = frozenset({"free", "restricted", "invite", "external"})
CATEGORIES = frozenset(
    (  # noqa: SIM905 - a list of thirty words reads better as words
        "ARTS BOOK_CLUBS BUSINESS CAUSES COMEDY CRAFTS FOOD_DRINK HEALTH MUSIC AUTO_BOAT_AIR "
        "COMMUNITY FAMILY_EDUCATION FASHION_BEAUTY FILM_MEDIA GAMES LANGUAGE_CULTURE LEARNING "
        "LGBTQ MOVEMENTS_POLITICS NETWORKING PARTY PERFORMING_VISUAL_ARTS PETS PHOTOGRAPHY "
        "OUTDOORS_ADVENTURE SPIRITUALITY_RELIGION_BELIEFS SCIENCE_TECH SPORTS THEATRE MEETING"
    ).split()
)
_PICTURES = frozenset({"Document", "Image"})


def of_event(check: Callable[[Subject], bool]) -> Callable[[Subject], bool]:
    """Make a rule hold for everything that is not an Event."""

    def holds(s: Subject) -> bool:
        return kind(s.document) != "Event" or check(s)

    holds.__name__, holds.__doc__ = check.__name__, check.__doc__
    return holds


@BOOK.rule("object")
def the_organiser_is_one_id(s: Subject) -> bool:
    """attributedTo (and actor) is a string or an object with id; an array gives "no_actor_found". [§4.3]"""
    named = [one for one in (s.get("attributedTo"), s.get("actor")) if one is not None]
    return bool(named) and all(bool(id_of(one)) for one in named)


@BOOK.rule("object")
@of_event
def the_title_fits(s: Subject) -> bool:
    """name has 3 to 200 characters. [§4.3]"""
    return 3 <= len(text(s.get("name"))) <= 200


@BOOK.rule("object")
@of_event
def the_event_starts(s: Subject) -> bool:
    """startTime is a date with a time and an offset. [§4.3]"""
    return moment(s.get("startTime")) is not None


@BOOK.rule("object")
@of_event
def the_end_is_not_before_the_start(s: Subject) -> bool:
    """endTime is absent, or a date that is not before startTime. [§4.3]"""
    starts, ends = moment(s.get("startTime")), moment(s.get("endTime"))
    if s.get("endTime") is None:
        return True
    return starts is not None and ends is not None and ends >= starts


@BOOK.rule("object")
@of_event
def to_is_there(s: Subject) -> bool:
    """to is a string or a list. [§4.3]"""
    return isinstance(s.get("to"), str | list)


@BOOK.rule("object")
def attachments_are_a_list_of_objects(s: Subject) -> bool:
    """attachment, if there, is a list of objects; null, one object or a string crashes. [§4.3]"""
    attached = s.get("attachment", [])
    return isinstance(attached, list) and all(isinstance(one, dict) for one in attached)


@BOOK.rule("object")
def pictures_have_a_url_and_a_name(s: Subject) -> bool:
    """An attached Document or Image has a string url and the key name, or an href. [§4.3]"""
    pictures = [one for one in map(mapping, as_list(s.get("attachment"))) if kind(one) in _PICTURES]
    return all(_usable(one) for one in pictures)


def _usable(picture: Json) -> bool:
    named = bool(text(picture.get("url"))) and "name" in picture
    return bool(text(picture.get("href"))) or named


@BOOK.rule("object")
@of_event
def metadata_are_complete(s: Subject) -> bool:
    """A PropertyValue has propertyID and a value that is text, a number or a boolean. [§4.3]"""
    attached = map(mapping, as_list(s.get("attachment")))
    metadata = [one for one in attached if kind(one) == "PropertyValue"]
    return all(
        text(one.get("propertyID")) and isinstance(one.get("value"), str | int | float | bool)
        for one in metadata
    )


@BOOK.rule("object")
def the_image_is_one_picture(s: Subject) -> bool:
    """image is left out, or one Document or Image with url and name; null or an array crashes. [§4.3]"""
    if "image" not in s.document:
        return True
    image = s.get("image")
    return isinstance(image, dict) and kind(image) in _PICTURES and _usable(image)


@BOOK.rule("object")
@of_event
def the_status_is_a_known_word(s: Subject) -> bool:
    """status (else ical:status) is CONFIRMED, TENTATIVE or CANCELLED; null crashes. [§4.3]"""
    status = s.get("status", s.get("ical:status", "CONFIRMED"))
    return text(status).upper() in {"CONFIRMED", "TENTATIVE", "CANCELLED"}


@BOOK.rule("object")
@of_event
def contacts_are_a_list(s: Subject) -> bool:
    """contacts, if there, is a list of ids or actors; null crashes. [§4.3]"""
    contacts = s.get("contacts", [])
    return isinstance(contacts, list) and all(id_of(one) for one in contacts)


@BOOK.rule("object")
@of_event
def the_join_mode_is_known(s: Subject) -> bool:
    """joinMode is free, restricted, invite or external; anything else is not imported. [§4.3]"""
    return text(s.get("joinMode", "free")) in JOIN_MODES


@BOOK.rule("object")
@of_event
def the_moderation_of_replies_is_known(s: Subject) -> bool:
    """repliesModerationOption is allow_all, moderated or closed. [§4.3]"""
    option = s.get("repliesModerationOption", "allow_all")
    return text(option) in {"allow_all", "moderated", "closed"}


@BOOK.rule("object")
@of_event
def there_is_one_place(s: Subject) -> bool:
    """location is text or one Place whose address is text or an object; an array crashes. [§4.3]"""
    location = s.get("location")
    if isinstance(location, dict):
        return isinstance(location.get("address"), str | dict | None)
    return isinstance(location, str | None)


@BOOK.rule("object")
@of_event
def coordinates_are_floats(s: Subject) -> bool:
    """latitude and longitude are JSON floats (52.0, not 52 and not "52.0"). [§4.3]"""
    place = mapping(s.get("location"))
    return all(isinstance(place.get(key), float | None) for key in ("latitude", "longitude"))


@BOOK.rule("object")
@of_event
def the_uuid_is_one(s: Subject) -> bool:
    """uuid, if there, is a UUID; anything else fails its cast. [§4.3]"""
    try:
        return s.get("uuid") is None or bool(UUID(text(s.get("uuid"))))
    except ValueError:
        return False


@BOOK.rule("object")
@of_event
def numbers_and_switches_are_typed(s: Subject) -> bool:
    """maximumAttendeeCapacity is a whole number, anonymousParticipationEnabled a boolean. [§4.3]"""
    capacity, anonymous = (
        s.get("maximumAttendeeCapacity"),
        s.get("anonymousParticipationEnabled"),
    )
    return (capacity is None or is_count(capacity)) and isinstance(anonymous, bool | None)


@BOOK.rule("object")
@of_event
def texts_are_strings(s: Subject) -> bool:
    """inLanguage, phoneAddress and externalParticipationUrl are strings. [§4.3]"""
    keys = ("inLanguage", "phoneAddress", "externalParticipationUrl")
    return isinstance(s.get("content"), str) and all(isinstance(s.get(k), str | None) for k in keys)


@BOOK.rule("object")
@of_event
def the_timezone_is_iana(s: Subject) -> bool:
    """timezone is an IANA name; another is guessed from the place, else UTC. [§4.3]"""
    zone = s.get("timezone")
    try:
        return zone is None or bool(ZoneInfo(text(zone)))
    except (KeyError, ValueError, OSError):
        return False


def see_event(document: Json) -> EventView:
    """Return the event as imported: no zone without a place, unknown categories as MEETING [§4.3]."""
    location = document.get("location")
    place = {"name": location} if isinstance(location, str) else mapping(location)
    category = text(document.get("category"))
    attached = [mapping(one) for one in as_list(document.get("attachment"))]
    pictures = [one for one in attached if kind(one) in _PICTURES]
    banner = next((one for one in pictures if one.get("name") == "Banner"), None)
    chosen = banner or mapping(document.get("image")) or next(iter(pictures), {})
    website = (
        text(one.get("href"))
        for one in attached
        if (one.get("type"), one.get("mediaType"), one.get("name"))
        == ("Link", "text/html", "Website")
    )
    return EventView(
        starts=text(document.get("startTime")),
        ends=text(document.get("endTime")),
        zone=text(document.get("timezone")) if location is not None else "",
        place=text(place.get("name")),
        address=address_line(place),
        coordinates=coordinates(place),
        status=text(document.get("status", document.get("ical:status", "CONFIRMED"))).upper(),
        join=document.get("joinMode", "free"),
        website=next(website, ""),
        picture=text(chosen.get("url")) or text(chosen.get("href")),
        category=category if category in CATEGORIES else "MEETING",
    )
