"""Votes in our polls, as other servers send them: each counts once, while the poll is open, for whoever may read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hearing import Hearing, hearing
from polling import a_vote, counted, known, votes
from village import Person
from written import POLL

from fedi.actors.groups import remove_group, set_profile
from fedi.clock import now_ms
from fedi.conversation import moderation
from fedi.practices.polls import counting

SEVERAL = POLL.replace("options:", "multiple: yes\noptions:")
QUIET = POLL.replace("options:", "visibility: followers\noptions:")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


async def of(here: Hearing, poll: str) -> tuple[int, int, int, int]:
    """Votes for Thursday, Friday and either, and the number of voters."""
    found = await here.here.read(lambda tx: known(tx, poll))
    thursday, friday, either = found.votes
    return thursday, friday, either, found.voters


async def casts(here: Hearing, by: Person, poll: str, *options: str, name: str = "vote") -> None:
    assert await here.tell(by, votes(by, poll, *options, name=name)) == 202


async def test_a_vote_counts_once_for_everybody(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    poll = await here.here.publish("poll")
    await casts(here, anna, poll, "Friday")
    await casts(here, anna, poll, "Friday", name="again")
    await casts(here, anna, poll, "Thursday", name="another")
    await casts(here, ben, poll, "Thursday")
    assert await of(here, poll) == (1, 1, 0, 2)


async def test_where_several_may_be_chosen_each_counts_once_for_everybody(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    poll = await here.here.publish("poll", SEVERAL)
    await casts(here, anna, poll, "Thursday", "Friday")
    await casts(here, anna, poll, "Friday", name="again")
    await casts(here, ben, poll, "Friday", name="one")
    await casts(here, ben, poll, "Either", name="two")
    assert await of(here, poll) == (1, 2, 1, 2)


async def test_of_several_votes_at_once_one_counts_where_one_may_be_chosen(here: Hearing) -> None:
    anna, poll = here.village.person("anna"), await here.here.publish("poll")
    await casts(here, anna, poll, "Thursday", "Friday")
    assert await of(here, poll) == (1, 0, 0, 1)


@pytest.mark.parametrize("written", ["Friday", " friday", "FRIDAY "])
async def test_an_option_is_known_however_its_letters_are_written(
    here: Hearing, written: str
) -> None:
    anna, poll = here.village.person("anna"), await here.here.publish("poll")
    await casts(here, anna, poll, written)
    assert await of(here, poll) == (0, 1, 0, 1)


async def test_what_is_not_an_option_does_not_count(here: Hearing) -> None:
    anna, poll = here.village.person("anna"), await here.here.publish("poll")
    await casts(here, anna, poll, "Saturday")
    assert await of(here, poll) == (0, 0, 0, 0)


async def test_a_vote_is_no_reply_and_nothing_of_it_is_shown(here: Hearing) -> None:
    anna, poll = here.village.person("anna"), await here.here.publish("poll")
    await casts(here, anna, poll, "Friday")
    assert (await here.find(poll)).replies == 0
    rows = await here.all_there_is()
    assert rows["notes"] == []
    page = await here.here.page(poll)
    assert "anna" not in page


async def test_an_answer_in_words_is_a_reply_and_no_vote(here: Hearing) -> None:
    anna, poll = here.village.person("anna"), await here.here.publish("poll")
    said = {**anna.a_note("Friday, of course", inReplyTo=poll), "name": "Friday"}
    await here.says(anna, "Create", said)
    assert await of(here, poll) == (0, 0, 0, 0)
    assert (await here.find(poll)).replies == 1


async def test_a_vote_in_the_name_of_another_does_not_count(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    poll = await here.here.publish("poll")
    forged = ben.says("Create", a_vote(anna, poll, "Friday"), "1")
    await here.tell(ben, forged)
    await here.world.deliver()
    assert await of(here, poll) == (0, 0, 0, 0)


@pytest.mark.parametrize("severity", ["block", "limit"])
@pytest.mark.parametrize("by", ["instance", "group"])
async def test_whoever_is_blocked_or_limited_has_no_vote(
    here: Hearing, severity: str, by: str
) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    poll = await here.here.publish("poll")
    group = here.harbour if by == "group" else ""
    await here.here.write(
        lambda tx: moderation.decide(tx, anna.id, severity, now_ms(), group=group)
    )
    assert await here.tell(anna, votes(anna, poll, "Friday")) in (202, 403)
    await casts(here, ben, poll, "Friday")
    assert await of(here, poll) == (0, 1, 0, 1)


@pytest.mark.parametrize("by", ["instance", "group"])
async def test_a_block_takes_the_votes_from_there_out_of_open_polls(here: Hearing, by: str) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    await here.here.add_group("sister", "Sister Street")
    poll = await here.here.publish("poll")
    closed, theirs = (
        await here.here.publish("poll"),
        await here.here.publish("poll", group="sister"),
    )
    for one in (poll, closed, theirs):
        await casts(here, anna, one, "Friday", name=f"anna-{one[-8:]}")
        await casts(here, ben, one, "Friday", name=f"ben-{one[-8:]}")
    await here.here.edit(closed, POLL.replace("options:", "status: closed\noptions:"))
    await here.world.deliver()
    group = here.harbour if by == "group" else ""
    await here.here.write(lambda tx: moderation.decide(tx, anna.id, "block", now_ms(), group=group))
    await here.world.deliver()
    assert await of(here, poll) == (0, 1, 0, 1)
    assert await of(here, closed) == (0, 2, 0, 2)
    assert await of(here, theirs) == ((0, 1, 0, 1) if by == "instance" else (0, 2, 0, 2))


async def test_who_may_not_read_a_poll_has_no_vote_in_it(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    await here.says(anna, "Follow", here.harbour)
    poll = await here.here.publish("poll", QUIET)
    await casts(here, anna, poll, "Friday")
    await casts(here, ben, poll, "Friday")
    assert await of(here, poll) == (0, 1, 0, 1)


async def test_a_vote_after_the_end_does_not_count(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    poll = await here.here.publish("poll")
    await casts(here, anna, poll, "Friday")
    await here.here.edit(poll, POLL.replace("options:", "status: closed\noptions:"))
    await casts(here, ben, poll, "Friday")
    assert await of(here, poll) == (0, 1, 0, 1)


async def test_a_vote_that_is_deleted_no_longer_counts_and_does_not_come_back(
    here: Hearing,
) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    poll = await here.here.publish("poll", SEVERAL)
    await casts(here, anna, poll, "Thursday", "Friday")
    await here.says(ben, "Delete", f"{anna.id}#votes/vote-0", "other")
    assert await of(here, poll) == (1, 1, 0, 1)
    await here.says(anna, "Delete", f"{anna.id}#votes/vote-0")
    assert await of(here, poll) == (0, 1, 0, 1)
    await casts(here, anna, poll, "Thursday", "Friday", name="vote")
    assert await of(here, poll) == (0, 1, 0, 1)


async def test_who_is_gone_has_no_vote_any_more(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    poll = await here.here.publish("poll", SEVERAL)
    await casts(here, anna, poll, "Thursday", "Friday")
    await casts(here, ben, poll, "Friday")
    here.village.documents["/users/anna"] = 410
    await here.says(anna, "Delete", anna.id)
    assert await of(here, poll) == (0, 1, 0, 1)
    assert "anna" not in str((await here.all_there_is())["poll_votes"])


async def test_once_a_poll_is_closed_nobody_knows_who_voted_and_the_counts_stay(
    here: Hearing,
) -> None:
    anna, poll = here.village.person("anna"), await here.here.publish("poll")
    await casts(here, anna, poll, "Friday")
    await here.here.edit(poll, POLL.replace("options:", "status: closed\noptions:"))
    await here.world.deliver()
    assert (await here.all_there_is())["poll_votes"] == []
    await here.says(anna, "Delete", f"{anna.id}#votes/vote-0")
    assert await of(here, poll) == (0, 1, 0, 1)


@pytest.mark.parametrize("what", ["poll", "group"])
async def test_what_is_taken_down_takes_its_votes_along(here: Hearing, what: str) -> None:
    anna, poll = here.village.person("anna"), await here.here.publish("poll")
    await casts(here, anna, poll, "Friday")
    site = here.here.house.site
    if what == "poll":
        await here.here.withdraw(poll)
    else:
        await here.here.write(lambda tx: remove_group(tx, site, "harbour", now_ms()))
    rows = await here.all_there_is()
    assert rows["poll_votes"] == rows["poll_options"] == rows["polls"] == []
    await casts(here, anna, poll, "Friday", name="late")
    assert (await here.all_there_is())["poll_votes"] == []


async def test_who_only_asked_to_follow_has_no_vote_among_followers(here: Hearing) -> None:
    anna, site = here.village.person("anna"), here.here.house.site
    await here.here.write(lambda tx: set_profile(tx, site, "harbour", {"locked": True}, now_ms()))
    await here.says(anna, "Follow", here.harbour)
    poll = await here.here.publish("poll", QUIET)
    await casts(here, anna, poll, "Friday")
    assert await of(here, poll) == (0, 0, 0, 0)


async def test_nothing_is_told_of_who_voted(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    await here.says(ben, "Follow", here.harbour)
    poll = await here.here.publish("poll")
    await casts(here, anna, poll, "Friday")
    site = here.here.house.site
    await here.here.write(lambda tx: counting.tell(tx, site, poll, now_ms()))
    await here.world.deliver()
    assert "anna" not in (await here.here.get(poll)).text
    assert "anna" not in str(here.village.told)
    assert await here.here.read(lambda tx: counted(tx, poll)) == {
        "Thursday": 0,
        "Friday": 1,
        "Either": 0,
    }
