"""Polls: what front matter may say, and the document that other servers read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from build import SITE, jobs_of
from polling import BEN, DAY, SHORT, a_poll_can_be_held, known, vote
from signed import NOW
from written import POLL, SOURCES, document_of, publishes, ready

from fedi.conversation import votes
from fedi.errors import Refused
from fedi.practices.polls import counting
from fedi.practices.polls.model import Poll
from fedi.publishing import draft
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.kinds import kind
from fedi.storage import notes, streams
from fedi.storage.notes import Note
from fedi.storage.store import Store
from fedi.storage.tx import Tx


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    await store.write(a_poll_can_be_held)


def details(source: str) -> Poll:
    return draft.read(kind("poll"), source).details


def test_a_poll_says_what_can_be_chosen_and_until_when() -> None:
    read = details(POLL)
    assert read.names == ("Thursday", "Friday", "Either")
    assert read.ends and read.ends.isoformat() == "2190-12-03T19:00:00+00:00"
    assert (read.multiple, read.open_for, read.timezone) == (False, None, "Europe/London")
    assert details(POLL.replace("options:", "multiple: yes\noptions:")).multiple


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("1 minute", timedelta(minutes=1)),
        ("36 hours", timedelta(hours=36)),
        ("3 days", timedelta(days=3)),
        ("1 Day", timedelta(days=1)),
        ("52 weeks", timedelta(weeks=52)),
    ],
)
def test_a_poll_may_say_for_how_long_it_is_open(written: str, length: timedelta) -> None:
    assert details(SHORT.replace("3 days", written)).open_for == length


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("[Thursday, Friday, Either]", "[Thursday]", "There is nothing to choose from."),
        ("[Thursday, Friday, Either]", "[a, b, c, d, e, f, g, h, i]", "more than 8 of these"),
        ("[Thursday, Friday, Either]", '[Thursday, ""]', "An option is empty."),
        ("[Thursday, Friday, Either]", "[Friday, ' friday']", "Two options are the same."),
        ("Either", "x" * 101, "longer than 100 characters"),
        ("options: [Thursday, Friday, Either]\n", "", "needs `options`."),
        ("timezone: Europe/London\n", "", "This does not say on whose clock."),
        ("ends: 2190-12-03T19:00\n", "", "does not say which"),
        ("ends: 2190", "open_for: 3 days\nends: 2190", "does not say which"),
        ("ends: 2190-12-03T19:00\n", "open_for: 0 days\n", "not for how long"),
        ("ends: 2190-12-03T19:00\n", "open_for: 366 days\n", "not for how long"),
        ("ends: 2190-12-03T19:00\n", "open_for: soon\n", "not for how long"),
        ("multiple", "multiple", "There is nothing to publish."),
    ],
)
def test_what_makes_no_poll_is_said_with_its_line(before: str, after: str, sentence: str) -> None:
    source = POLL.replace(before, after)
    if "nothing to publish" in sentence:
        source = POLL.replace("When do we meet?\n", "")
    with pytest.raises(FrontMatterError, match=r"^Line ") as wrong:
        details(source)
    assert sentence in str(wrong.value)


def test_the_other_side_of_each_border_is_a_poll() -> None:
    assert (
        len(details(POLL.replace("[Thursday, Friday, Either]", "[a, b, c, d, e, f, g, h]")).options)
        == 8
    )
    assert len(details(POLL.replace("[Thursday, Friday, Either]", "[👍, 👎]")).options) == 2
    assert details(POLL.replace("Either", "x" * 100)).names[2] == "x" * 100
    assert details(SHORT.replace("3 days", "365 days")).open_for == timedelta(days=365)


async def test_a_poll_is_a_question_with_counts_inline_and_no_name(store: Store) -> None:
    document = await store.write(lambda tx: document_of(tx, publishes(tx, ready("poll"))))
    assert (document["type"], document["endTime"]) == ("Question", "2190-12-03T19:00:00+00:00")
    assert document["oneOf"][0] == {
        "type": "Note",
        "name": "Thursday",
        "replies": {"type": "Collection", "totalItems": 0},
    }
    assert document["votersCount"] == 0
    assert {"anyOf", "closed", "name", "summary", "updated"}.isdisjoint(document)
    assert "Thursday" not in document["content"]


async def test_where_several_may_be_chosen_they_stand_in_any_of(store: Store) -> None:
    source = POLL.replace("options:", "multiple: yes\noptions:")
    document = await store.write(lambda tx: document_of(tx, publishes(tx, ready("poll", source))))
    assert [one["name"] for one in document["anyOf"]] == ["Thursday", "Friday", "Either"]
    assert "oneOf" not in document


async def test_a_poll_that_is_open_for_a_while_ends_that_long_after_it_was_published(
    store: Store,
) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll", SHORT))
        assert known(tx, poll).ends_at == NOW + 3 * DAY
        assert [job["due_at"] for job in jobs_of(tx, "polls.close")] == [NOW + 3 * DAY]
        assert document_of(tx, poll)["endTime"].startswith("2026-09-24T")

    await store.write(unit)


async def test_a_poll_that_has_ended_before_it_is_published_is_refused(store: Store) -> None:
    late = POLL.replace("2190", "2020")
    with pytest.raises(Refused, match="before anybody could vote"):
        await store.write(lambda tx: publishes(tx, ready("poll", late)))


async def test_what_we_say_to_a_poll_elsewhere_has_no_name_that_could_be_a_vote(
    store: Store,
) -> None:
    def unit(tx: Tx) -> None:
        first = publishes(tx, ready("poll"))
        for name in ("update", "request", "poll"):
            document = document_of(tx, publishes(tx, ready(name, _answering(name, first))))
            assert document["inReplyTo"] == first and "name" not in document

    await store.write(unit)


async def test_a_poll_stands_in_the_stream_with_what_its_page_needs(store: Store) -> None:
    def unit(tx: Tx) -> None:
        poll = publishes(tx, ready("poll"))
        vote(tx, poll)
        counting.tell(tx, SITE, poll, NOW + votes.SOON)
        entry = streams.find(tx, poll, ["public"])
        assert entry and entry.facts["options"][1] == {"name": "Friday", "votes": 1}
        assert orjson.dumps(entry.facts)
        assert (entry.facts["voters"], entry.facts["state"]) == (1, "open")

    await store.write(unit)


@pytest.mark.parametrize(("title", "is_refused"), [("Friday", True), ("On Friday", False)])
async def test_a_title_in_answer_to_a_poll_is_none_of_its_options(
    store: Store, title: str, is_refused: bool
) -> None:
    """Mastodon and Misskey take whatever has the name of an option for a vote."""
    call = SOURCES["call"].replace("Open the windows", title)

    def answer(tx: Tx, poll: str) -> str:
        source = call.replace("---\n", f"---\nreply_to: {poll}\n", 1)
        return publishes(tx, ready("call", source))

    async def answers(poll: str) -> None:
        if is_refused:
            with pytest.raises(Refused, match="take this for a vote"):
                await store.write(lambda tx: answer(tx, poll))
        else:
            assert await store.write(lambda tx: answer(tx, poll))

    theirs = f"{BEN}/polls/1"
    options = [{"type": "Note", "name": "Friday"}, {"type": "Note", "name": "Never"}]
    asked = a_note(theirs, {"type": "Question", "oneOf": options})
    await store.write(lambda tx: notes.add(tx, asked))
    await answers(theirs)
    await answers(await store.write(lambda tx: publishes(tx, ready("poll"))))


def a_note(name: str, document: dict[str, Any]) -> Note:
    return Note(
        id=name,
        author=BEN,
        type="Question",
        visibility="public",
        html="<p>When?</p>",
        document=orjson.dumps(document).decode(),
        published_at=NOW,
        received_at=NOW,
    )


def _answering(name: str, post: str) -> str:
    return SOURCES[name].replace("---\n", f"---\nreply_to: {post}\n", 1)
