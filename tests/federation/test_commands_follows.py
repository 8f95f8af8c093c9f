"""follow, unfollow and requests."""

from __future__ import annotations

import pytest
from build import a_follow
from commanding import Terminal
from village import ACTIVITY_JSON, Person

from fedi.storage import follows
from fedi.storage.follows import ACCEPTED, PENDING


def states(terminal: Terminal) -> list[tuple[str, str]]:
    """Everybody who follows anybody, with how far it has come."""
    rows = terminal.change(lambda tx: tx.all("SELECT follower, state FROM follows"))
    return [(row["follower"], row["state"]) for row in rows]


def wait_for(terminal: Terminal, *names: str) -> list[Person]:
    """Let people wait to follow harbour."""
    people = [terminal.knows(terminal.village.person(name)) for name in names]
    for person in people:
        terminal.change(
            lambda tx, by=person.id: a_follow(
                tx, by=by, of=terminal.site.group("harbour"), state=PENDING
            )
        )
    return people


@pytest.mark.parametrize("who", ["@anna@home.example", "https://home.example/users/anna"])
def test_somebody_is_followed_by_handle_or_id(terminal: Terminal, who: str) -> None:
    anna = terminal.village.person()
    assert "harbour asked to follow @anna@home.example" in terminal.says("follow", "harbour", who)
    [follow] = terminal.delivers()
    assert (follow["type"], follow["object"]) == ("Follow", anna.id)
    assert states(terminal) == [(terminal.site.group("harbour"), PENDING)]


def test_whoever_accepted_is_followed_already(terminal: Terminal) -> None:
    anna = terminal.village.person()
    terminal.says("follow", "harbour", "@anna@home.example")
    [follow] = terminal.delivers()
    terminal.hears(anna.says("Accept", follow))
    said = terminal.says("follow", "harbour", "@anna@home.example")
    assert said.startswith("harbour follows @anna@home.example")
    assert terminal.delivers() == []


@pytest.mark.parametrize(
    ("group", "who", "complaint"),
    [
        ("harbour", "@nobody@home.example", "home.example says that is not there."),
        ("harbour", "@anna@gone.example", "gone.example"),
        ("harbour", "https://home.example/nothing", "home.example says that is not there."),
        ("harbour", "https://10.0.0.1/users/anna", "is not a public address"),
        ("harbour", "nonsense", "A handle looks like @name@host."),
        ("harbour", "@harbour@groups.example", "A group cannot follow itself."),
        ("harbour", "@nobody@groups.example", "There is no @nobody@groups.example here."),
        ("harbour", "@broken@home.example", "home.example answered with something other than"),
        ("nobody", "@anna@home.example", "There is no group nobody here."),
    ],
)
def test_who_cannot_be_followed_is_refused(
    terminal: Terminal, group: str, who: str, complaint: str
) -> None:
    terminal.village.person()
    links = [{"rel": "self", "type": ACTIVITY_JSON, "href": "https://home.example/about"}]
    terminal.village.documents |= {
        "/.well-known/webfinger?resource=acct:broken@home.example": {
            "subject": "acct:broken@home.example",
            "links": links,
        },
        "/about": {"hello": "world"},
    }
    terminal.village.kinds["/about"] = "text/html"
    assert complaint in terminal.refuses("follow", group, who)
    assert states(terminal) == []


def test_a_blocked_server_is_not_asked(terminal: Terminal) -> None:
    terminal.village.person()
    terminal.says("block", "home.example")
    said = terminal.refuses("follow", "harbour", "https://home.example/users/anna")
    assert "This instance does not speak with home.example." in said
    assert terminal.village.asked == []


@pytest.mark.parametrize("who", ["@Anna@home.example", "https://home.example/users/anna"])
@pytest.mark.parametrize("state", [ACCEPTED, PENDING])
def test_a_follow_ends_although_the_other_server_is_gone(
    terminal: Terminal, who: str, state: str
) -> None:
    anna = terminal.knows(terminal.village.person())
    harbour = terminal.site.group("harbour")
    terminal.change(lambda tx: a_follow(tx, by=harbour, of=anna.id, state=state))
    terminal.village.documents.clear()
    assert "no longer follows" in terminal.says("unfollow", "harbour", who)
    assert states(terminal) == []
    assert [activity["type"] for activity in terminal.delivers()] == ["Undo"]


def test_nobody_is_unfollowed_who_is_not_followed(terminal: Terminal) -> None:
    terminal.knows(terminal.village.person())
    for who in ("@anna@home.example", "@nobody@home.example", "https://home.example/users/anna"):
        assert "harbour does not follow" in terminal.refuses("unfollow", "harbour", who)
    assert "A handle looks like" in terminal.refuses("unfollow", "harbour", "nonsense")
    assert "no group nobody" in terminal.refuses("unfollow", "nobody", "@anna@home.example")


def test_who_waits_is_listed(terminal: Terminal) -> None:
    assert terminal.says("requests", "harbour") == "Nobody waits."
    assert terminal.json("requests", "harbour") == []
    [anna] = wait_for(terminal, "anna")
    assert terminal.fedi("requests", "harbour") == f"@anna@home.example\t{anna.id}"
    assert terminal.json("requests", "harbour") == [{"id": anna.id, "handle": "@anna@home.example"}]


def test_one_is_accepted_and_another_refused_and_both_are_told(terminal: Terminal) -> None:
    anna, ben = wait_for(terminal, "anna", "ben")
    assert terminal.says("requests", "harbour", "accept", "@Anna@home.example") == "Accepted."
    assert terminal.says("requests", "harbour", "refuse", ben.id) == "Refused."
    assert states(terminal) == [(anna.id, ACCEPTED)]
    assert sorted(activity["type"] for activity in terminal.delivers()) == ["Accept", "Reject"]


def test_a_follower_may_be_refused_later(terminal: Terminal) -> None:
    anna = terminal.knows(terminal.village.person())
    terminal.change(lambda tx: a_follow(tx, by=anna.id, of=terminal.site.group("harbour")))
    terminal.says("requests", "harbour", "refuse", anna.id)
    assert (
        terminal.change(lambda tx: follows.list_followers(tx, terminal.site.group("harbour"))) == []
    )


def test_nobody_is_accepted_who_did_not_ask(terminal: Terminal) -> None:
    terminal.knows(terminal.village.person())
    for who in ("@anna@home.example", "@nobody@home.example", "https://home.example/users/anna"):
        said = terminal.refuses("requests", "harbour", "accept", who)
        assert "does not wait to follow harbour" in said
    assert "no group nobody" in terminal.refuses("requests", "nobody")


def test_an_answer_to_nobody_is_wrong_usage(terminal: Terminal) -> None:
    assert "Whom to accept?" in terminal.misuses("requests", "harbour", "accept")
    assert "perhaps" in terminal.misuses("requests", "harbour", "perhaps", "@anna@home.example")
