"""reply, like, boost, undo, replies and reports."""

from __future__ import annotations

import pytest
from build import a_follow
from commanding import Terminal
from village import Person

from fedi.storage import notes, objects


def a_post_of(person: Person) -> str:
    """Let somebody have a post that can be fetched, and return its id."""
    note = person.a_note("The tide is high")
    person.village.documents[f"/users/{person.name}/notes/1"] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        **note,
    }
    return note["id"]


@pytest.fixture
def anna(terminal: Terminal) -> Person:
    return terminal.village.person()


def test_a_post_elsewhere_is_answered_and_the_id_alone_printed(
    terminal: Terminal, anna: Person
) -> None:
    post = a_post_of(anna)
    answered = terminal.runs("reply", "harbour", post, "-", given="We bring buckets.\n")
    assert (answered.exit_code, answered.stderr) == (0, "")
    answer = answered.stdout.strip()
    assert answered.stdout == f"{answer}\n"
    [create] = terminal.delivers()
    assert (create["object"]["id"], create["object"]["inReplyTo"]) == (answer, post)


def test_a_post_of_our_own_is_answered(terminal: Terminal) -> None:
    post = terminal.publish()
    answer = terminal.fedi("reply", "harbour", post, "-", given="And the stairs.\n")
    found = terminal.change(lambda tx: objects.find(tx, answer))
    assert found and found.thread == post


@pytest.mark.parametrize(
    ("group", "url", "text", "complaint"),
    [
        ("nobody", "https://home.example/users/anna/notes/1", "x", "There is no group nobody"),
        ("harbour", "https://home.example/none", "x", "home.example says that is not there."),
        ("harbour", "nonsense", "x", "That is not a URL to fetch from."),
        ("harbour", "https://groups.example/updates/x", "x", "There is nothing to answer at"),
        ("harbour", "https://home.example/users/anna/notes/1", "", "Line 1: There is nothing"),
        ("harbour", "https://home.example/users/anna", "x", "This is not a post."),
    ],
)
def test_what_cannot_be_answered_is_refused(
    terminal: Terminal, anna: Person, group: str, url: str, text: str, complaint: str
) -> None:
    a_post_of(anna)
    assert complaint in terminal.refuses("reply", group, url, "-", given=text)
    assert terminal.delivers() == []


@pytest.mark.parametrize(("command", "kind"), [("like", "Like"), ("boost", "Announce")])
def test_a_post_is_liked_or_shared_and_that_is_taken_back(
    terminal: Terminal, anna: Person, command: str, kind: str
) -> None:
    post = a_post_of(anna)
    said = terminal.fedi(command, "harbour", post)
    assert said.startswith("https://groups.example/activities/")
    assert terminal.fedi(command, "harbour", post) == said
    [activity] = terminal.delivers()
    assert (activity["type"], activity["object"], activity["id"]) == (kind, post, said)
    assert terminal.says("undo", "harbour", said) == "Taken back."
    assert [activity["type"] for activity in terminal.delivers()] == ["Undo"]
    assert "harbour has not liked or shared" in terminal.refuses("undo", "harbour", post)


@pytest.mark.parametrize("command", ["like", "boost"])
def test_a_post_of_another_group_here_is_not_fetched_from_ourselves(
    terminal: Terminal, command: str
) -> None:
    terminal.add("coop")
    post = terminal.publish()
    terminal.fedi(command, "coop", post)
    assert terminal.change(lambda tx: notes.find(tx, post)) is None
    terminal.says("undo", "coop", post)


@pytest.mark.parametrize("command", ["like", "boost"])
@pytest.mark.parametrize(
    ("group", "url", "complaint"),
    [
        ("nobody", "https://home.example/users/anna/notes/1", "There is no group nobody"),
        ("harbour", "https://home.example/none", "home.example says that is not there."),
        ("harbour", "https://gone.example/1", "gone.example"),
        ("harbour", "nonsense", "That is not a URL to fetch from."),
        ("harbour", "https://groups.example/updates/x", "is not known here"),
    ],
)
def test_what_cannot_be_liked_or_shared_is_refused(
    terminal: Terminal, anna: Person, command: str, group: str, url: str, complaint: str
) -> None:
    a_post_of(anna)
    assert complaint in terminal.refuses(command, group, url)
    assert terminal.delivers() == []


def test_what_was_said_quietly_is_not_shared(terminal: Terminal) -> None:
    post = terminal.publish("---\nvisibility: followers\n---\nQuietly.\n")
    terminal.add("coop")
    assert "Only public posts can be shared." in terminal.refuses("boost", "harbour", post)
    # To whom it was not said it is as if it were not there.
    assert "is not known here" in terminal.refuses("boost", "coop", post)


def test_what_was_said_to_a_group_is_listed_hidden_and_shown_again(
    terminal: Terminal, anna: Person
) -> None:
    assert "Nobody has said anything yet." in terminal.says("replies", "harbour")
    terminal.knows(anna)
    reply = anna.replies(terminal.publish(), "I bring <b>soup</b>")
    terminal.hears(reply)
    [listed] = terminal.json("replies", "harbour")
    assert (listed["text"], listed["handle"]) == ("I bring soup", "@anna@home.example")
    assert listed["hidden"] is False
    url = reply["object"]["id"]
    assert "Hidden" in terminal.says("replies", "harbour", "hide", url)
    assert "hidden" in terminal.fedi("replies", "harbour")
    assert "Shown again." in terminal.says("replies", "harbour", "show", url)
    assert terminal.json("replies", "harbour")[0]["hidden"] is False


def test_a_reply_that_is_not_there_cannot_be_hidden(terminal: Terminal) -> None:
    said = terminal.refuses("replies", "harbour", "hide", "https://home.example/none")
    assert "fedi replies harbour lists what is." in said
    assert "There is no group nobody" in terminal.refuses("replies", "nobody")
    assert "Which reply to hide?" in terminal.misuses("replies", "harbour", "hide")
    assert "frob" in terminal.misuses("replies", "harbour", "frob", "x")


def test_reports_are_listed_and_dealt_with_once(terminal: Terminal, anna: Person) -> None:
    assert terminal.says("reports") == "No open reports."
    terminal.knows(anna)
    post = terminal.publish()
    terminal.hears(anna.says("Flag", [post], content="Rude."))
    [report] = terminal.json("reports")
    assert (report["about"], report["words"]) == ([post], "Rude.")
    assert "    Rude." in terminal.fedi("reports").splitlines()
    number = str(report["number"])
    assert terminal.says("reports", number) == "Dealt with."
    assert f"There is no open report {number}." in terminal.refuses("reports", number)
    assert terminal.json("reports") == []
    assert "not a valid integer" in terminal.misuses("reports", "many")


def test_a_group_that_follows_shares_with_its_followers(terminal: Terminal, anna: Person) -> None:
    post = a_post_of(anna)
    ben = terminal.knows(terminal.village.person("ben"))
    terminal.change(lambda tx: a_follow(tx, by=ben.id, of=terminal.site.group("harbour")))
    terminal.fedi("boost", "harbour", post)
    paths = {heard.path for heard in terminal.village.heard if heard.method == "POST"}
    assert paths == set()
    terminal.delivers()
    assert {heard.path for heard in terminal.village.heard if heard.method == "POST"} == {"/inbox"}


def test_a_post_is_reported_to_its_server_by_ours(terminal: Terminal, anna: Person) -> None:
    post = a_post_of(anna)
    assert terminal.says("report", post, "--words", "Not kind.") == "Reported."
    [flag] = terminal.delivers()
    assert (flag["type"], flag["actor"]) == ("Flag", terminal.site.actor)
    assert "Not kind." in str(flag)


def test_what_cannot_be_reported_is_refused(terminal: Terminal, anna: Person) -> None:
    ours = terminal.publish()
    assert "That is an address of this server." in terminal.refuses("report", ours)
    assert "says that is not there." in terminal.refuses("report", "https://home.example/none")
    assert "This is not a post." in terminal.refuses("report", anna.id)


def test_a_permission_to_quote_is_listed_and_revoked_once(terminal: Terminal, anna: Person) -> None:
    terminal.knows(anna)
    post, other = terminal.publish(), terminal.publish("Another.\n")
    assert terminal.says("quotes", post) == "Nobody has asked to quote it."
    quoting = f"{anna.id}/notes/quote"
    terminal.hears(anna.says("QuoteRequest", post, instrument=quoting))
    first, second = terminal.fedi("quotes", post).splitlines()
    quote, state, _ = first.split()
    assert (state, second.strip()) == ("granted", quoting)
    assert "no permission to quote that" in terminal.refuses("quotes", other, "--revoke", quote)
    assert "Revoked" in terminal.says("quotes", post, "--revoke", quote)
    assert "revoked already" in terminal.refuses("quotes", post, "--revoke", quote)
    assert "There is nothing of ours at" in terminal.refuses("quotes", f"{post}x")
