"""The readers themselves: what they see, what they call a refusal, and that they never stumble."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from federation.readers import (
    COMMUNITIES_ONLY,
    READERS,
    Delivered,
    Fetched,
    Ignored,
    Json,
    Media,
    NotRead,
    Refused,
    Stored,
    check_everything,
    gancio,
    gotosocial,
    lemmy,
    mastodon,
    mobilizon,
    piefed,
)
from federation.readers import sample_activities as a
from federation.readers import samples as s
from federation.readers.plain import AS2
from federation.readers.subjects import as_fetched, put, sound
from hypothesis import given, settings
from hypothesis import strategies as st

OBJECTS = [s.fetched(one) for one in (s.NOTE, s.ARTICLE, s.EVENT, s.QUESTION, s.QUOTE)]
ACTIVITIES = [
    a.signed(one)
    for one in (
        a.CREATE,
        a.CREATE_EVENT,
        a.UPDATE,
        a.UPDATE_EVENT,
        a.UPDATE_GROUP,
        a.DELETE,
        a.DELETE_EVENT,
        a.ANNOUNCE,
        a.LIKE,
        a.FOLLOW,
        a.UNDO,
        a.ACCEPT,
        a.REJECT,
        a.ACCEPT_QUOTE,
        a.QUOTE_REQUEST,
        a.ADD,
        a.REMOVE,
        a.FLAG,
        a.BLOCK,
    )
]


def test_everything_that_is_sound_passes_every_reader() -> None:
    assert check_everything(s.fetched(s.GROUP), s.jrd(), OBJECTS, ACTIVITIES) == []


def test_every_refusal_names_server_rule_section_and_document() -> None:
    event = {**s.EVENT, "status": None}
    found = check_everything(s.fetched(s.GROUP), s.jrd(), [s.fetched(event)])
    assert found == [
        "Mobilizon: status (else ical:status) is CONFIRMED, TENTATIVE or CANCELLED; null crashes "
        "[interop §4.3] (Event https://e.example/calls/1)"
    ]


def test_a_broken_actor_is_told_by_every_server_that_minds() -> None:
    found = check_everything(s.fetched({**s.GROUP, "publicKey": []}), s.jrd())
    assert {line.partition(":")[0] for line in found} == set(READERS)


def test_a_delivery_is_examined_with_its_signature_header() -> None:
    letter = a.signed(a.ACCEPT)
    headers = {**letter.headers, "Digest": letter.headers["Digest"].lower()}
    found = check_everything(s.fetched(s.GROUP), s.jrd(), (), [replace(letter, headers=headers)])
    assert any(line.startswith("PieFed: Digest is spelt SHA-256=") for line in found)


def test_an_object_that_no_server_shows_is_told() -> None:
    found = check_everything(s.fetched(s.GROUP), s.jrd(), [s.fetched({**s.NOTE, "type": "Evnt"})])
    assert any(line.startswith("nobody: no server shows this (Evnt") for line in found)


def test_the_instances_own_actor_is_no_community() -> None:
    actor = {**s.GROUP, "type": "Application", "preferredUsername": s.HOST, "webfinger": ...}
    del actor["webfinger"]
    answer = s.jrd(subject=f"acct:{s.HOST}@{s.HOST}")
    answer = replace(answer, url=answer.url.replace("choir@", f"{s.HOST}@"))
    assert check_everything(s.fetched(actor), answer) == []


def test_plain_http_passes_only_where_a_test_allows_it() -> None:
    def near(value: Any) -> Any:
        match value:
            case str():
                return value.replace(s.E, "http://127.0.0.1:5000").replace(s.HOST, "127.0.0.1:5000")
            case dict():
                return {key: near(one) for key, one in value.items()}
            case list():
                return [near(one) for one in value]
            case _:
                return value

    actor, jrd = s.fetched(near(s.GROUP)), s.jrd()
    jrd = Fetched(near(jrd.url), jrd.status, jrd.headers, near(jrd.document))
    objects = [s.fetched(near(one.document)) for one in OBJECTS]
    sent = [Delivered(near(one.document), s.TYPE) for one in ACTIVITIES]
    assert check_everything(actor, jrd, objects, sent, allow_http=True) == []
    assert check_everything(actor, jrd, objects, sent) != []


@pytest.mark.parametrize("server", sorted(COMMUNITIES_ONLY))
@pytest.mark.parametrize("post", [s.NOTE, s.ARTICLE, s.EVENT, s.QUESTION])
def test_lemmy_and_piefed_refuse_a_groups_posts(server: str, post: Json) -> None:
    with pytest.raises(Refused, match="The author must be a Person") as refusal:
        READERS[server].read_object(s.fetched(post), stored=a.STORED)
    assert (refusal.value.server, refusal.value.section) == (server, "§4.1")


@pytest.mark.parametrize("reader", [lemmy, piefed])
def test_lemmy_and_piefed_take_a_persons_page(reader: Any) -> None:
    seen = reader.read_object(s.fetched(s.PAGE), stored=a.STORED)
    assert (seen.title, seen.link) == ("A good read", "https://library.example/book")


def test_an_account_looks_the_same_to_all_who_take_it() -> None:
    views = [reader.read_actor(s.fetched(s.GROUP)) for reader in READERS.values()]
    assert len(set(views)) == 1
    view = views[0]
    assert (view.name, view.bio, view.shared_inbox) == (
        "Choir",
        "We sing on Thursdays.",
        f"{s.E}/inbox",
    )
    assert view.fields == (("Web", f'<a href="{s.E}">{s.HOST}</a>'),)
    assert (view.locked, view.listed) == (False, True)


def test_a_handle_leads_to_the_actor_and_to_the_subscribe_page() -> None:
    for reader in READERS.values():
        view = reader.read_webfinger(s.jrd(), actor=s.GROUP_ID)
        assert (view.handle, view.actor) == (f"choir@{s.HOST}", s.GROUP_ID)
        assert "{uri}" in view.subscribe


def test_mastodon_shows_an_event_as_title_summary_and_link_without_its_content() -> None:
    seen = mastodon.read_object(s.fetched(s.EVENT), stored=a.STORED)
    assert seen.text == f"Winter concert\n\n{s.EVENT['summary']}\n\n{s.E}/calls/1"
    assert (seen.warning, seen.visibility, seen.language) == ("", "public", "en")
    assert seen.media == (Media(f"{s.E}/media/7.jpg", "image/jpeg", "The choir on stage"),)
    assert (seen.quotable_by, seen.likes, seen.shares) == (frozenset({"public"}), 3, 1)


def test_mastodon_shows_a_note_with_its_summary_as_warning() -> None:
    seen = mastodon.read_object(s.fetched({**s.NOTE, "summary": "Weather"}))
    assert (seen.text, seen.warning) == ("Rehearsal moved to the library.", "Weather")


def test_without_a_policy_nobody_may_quote() -> None:
    seen = mastodon.read_object(s.fetched({**s.NOTE, "interactionPolicy": {}}))
    assert seen.quotable_by == frozenset({"nobody"})


def test_mastodon_counts_the_votes_of_a_poll() -> None:
    poll = mastodon.read_object(s.fetched(s.QUESTION)).poll
    assert poll is not None
    assert poll.options == (("Thursday", 4), ("Friday", 2))
    assert (poll.several, poll.closes) == (False, "2026-11-28T10:00:00Z")


def test_gotosocial_and_misskey_show_the_content_behind_the_summary() -> None:
    for server in ("GoToSocial", "Misskey"):
        seen = READERS[server].read_object(s.fetched(s.EVENT))
        assert (seen.text, seen.warning) == (
            "Winter concert\nBring warm socks.",
            s.EVENT["summary"],
        )


def test_gotosocial_takes_the_name_for_a_warning_where_there_is_no_summary() -> None:
    article = {key: value for key, value in s.ARTICLE.items() if key != "summary"}
    assert gotosocial.read_object(s.fetched(article)).warning == "Minutes of 20 November"


def test_pleroma_and_friendica_show_title_and_content() -> None:
    for server in ("Pleroma", "Friendica"):
        seen = READERS[server].read_object(s.fetched(s.EVENT))
        assert (seen.title, "Bring warm socks." in seen.text) == ("Winter concert", True)
        assert seen.event is not None
        assert (seen.event.place, seen.event.starts) == ("St Mary", "2026-12-05T19:00:00+01:00")


def test_mobilizon_imports_the_event_with_place_zone_and_website() -> None:
    event = mobilizon.read_object(s.fetched(s.EVENT)).event
    assert event is not None
    assert (event.zone, event.place, event.coordinates) == (
        "Europe/Berlin",
        "St Mary",
        (52.5, 13.4),
    )
    assert event.address == "Main St 1, 10115, Berlin, Germany"
    assert (event.join, event.status, event.category) == ("external", "CONFIRMED", "MUSIC")
    assert (event.website, event.picture) == (f"{s.E}/calls/1", f"{s.E}/media/7.jpg")


def test_mobilizon_drops_the_zone_without_a_place_and_meets_where_the_category_is_unknown() -> None:
    event = {key: value for key, value in s.EVENT.items() if key != "location"}
    seen = mobilizon.read_object(s.fetched({**event, "category": "music"})).event
    assert seen is not None
    assert (seen.zone, seen.category) == ("", "MEETING")


def test_gancio_shows_events_alone() -> None:
    seen = gancio.read_object(s.fetched(s.EVENT))
    assert seen.event is not None
    assert (seen.title, seen.event.place) == ("Winter concert", "St Mary")
    with pytest.raises(Ignored, match="only events are shown"):
        gancio.read_object(s.fetched(s.NOTE))


def test_collections_are_read_by_their_role() -> None:
    assert mastodon.read_collection(s.fetched(s.FEATURED), role="featured").items == (
        s.EVENT["id"],
    )
    assert gancio.read_collection(s.fetched(s.OUTBOX), role="outbox").total == 5
    hidden = {"@context": [AS2], "id": s.FOLLOWERS, "type": "OrderedCollection", "totalItems": 9}
    assert mastodon.read_collection(s.fetched(hidden)).hidden
    assert gancio.read_nodeinfo(as_fetched(sound("nodeinfo"))) == f"{s.E}/nodeinfo/2.1"


def test_a_stamp_is_valid_for_its_two_posts_only() -> None:
    stored = sound("stamp").stored
    assert mastodon.read_stamp(s.fetched(s.STAMP), stored) == s.STAMP["id"]
    with pytest.raises(Refused, match="names exactly the quoting and the quoted post"):
        mastodon.read_stamp(s.fetched(s.STAMP), Stored())


@pytest.mark.parametrize("document", [None, [], "no", 5, {}])
def test_what_is_no_object_is_refused_and_not_stumbled_over(document: Any) -> None:
    nothing = Fetched(s.GROUP_ID, 200, s.TYPE, document)
    for reader in READERS.values():
        with pytest.raises(Refused):
            reader.read_actor(nothing)
        with pytest.raises(Refused):
            reader.read_webfinger(nothing, actor=s.GROUP_ID)
        with pytest.raises(NotRead):
            reader.read_object(nothing)
        with pytest.raises(Refused):
            reader.read_activity(document, {}, a.STORED)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_reader_stumbles_over_a_mistyped_member(data: st.DataObject) -> None:
    document = deepcopy(data.draw(st.sampled_from([s.GROUP, s.EVENT, s.QUESTION, a.CREATE_EVENT])))
    path: list[str] = []
    inner: Any = document
    while isinstance(inner, dict | list) and inner and (not path or data.draw(st.booleans())):
        keys = sorted(inner) if isinstance(inner, dict) else range(len(inner))
        step = data.draw(st.sampled_from(keys))
        path.append(str(step))
        inner = inner[step]
    put(document, path, data.draw(JUNK))
    answer = Fetched(s.EVENT["id"], 200, s.TYPE, document)
    for reader in READERS.values():
        for read in (
            lambda reader=reader: reader.read_actor(answer),
            lambda reader=reader: reader.read_object(answer, stored=a.STORED),
            lambda reader=reader: reader.read_activity(document, s.TYPE, a.STORED),
        ):
            try:
                read()
            except NotRead:
                continue
