"""report, quotes, and what a group blocks for itself."""

from __future__ import annotations

import pytest
from commanding import Terminal
from village import Person

from fedi.storage import blocks, quotes
from fedi.storage.quotes import GRANTED, Quote


@pytest.fixture
def anna(terminal: Terminal) -> Person:
    return terminal.village.person()


def a_quote(terminal: Terminal, anna: Person, post: str) -> str:
    """Let somebody have a permission to quote a post, and return its id."""
    name = "https://groups.example/quotes/01jz0000000000000000000000"
    quote = Quote(name, post, f"{anna.id}/notes/9", anna.id, f"{anna.id}/asks/1", GRANTED, 1)
    terminal.change(lambda tx: quotes.add(tx, quote))
    return name


def test_a_post_elsewhere_is_reported_in_the_name_of_the_instance(
    terminal: Terminal, anna: Person
) -> None:
    note = anna.a_note("Buy my coins")
    terminal.village.documents[f"/users/{anna.name}/notes/1"] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        **note,
    }
    terminal.fedi("like", "harbour", note["id"])
    terminal.fedi("report", note["id"], "--words", "Spam.")
    flag = next(said for said in terminal.delivers() if said["type"] == "Flag")
    assert flag["actor"] == "https://groups.example/actor"
    assert flag["content"] == "Spam."
    assert note["id"] in flag["object"]


def test_what_is_not_known_cannot_be_reported(terminal: Terminal) -> None:
    refused = terminal.runs("report", "https://home.example/none")
    assert refused.exit_code == 1
    assert "home.example says that is not there" in refused.stderr


def test_who_may_quote_is_listed_and_taken_back(terminal: Terminal, anna: Person) -> None:
    post = terminal.publish()
    assert "Nobody has asked" in terminal.runs("quotes", post).stderr
    name = a_quote(terminal, anna, post)
    assert f"{name}  granted" in terminal.fedi("quotes", post)
    terminal.fedi("quotes", post, "--revoke", name)
    assert f"{name}  revoked" in terminal.fedi("quotes", post)
    again = terminal.runs("quotes", post, "--revoke", name)
    assert again.exit_code == 1
    assert "revoked already" in again.stderr


def test_a_group_blocks_somebody_for_itself(terminal: Terminal) -> None:
    terminal.fedi("block", "https://home.example/users/anna", "--group", "harbour")
    group = "https://groups.example/groups/harbour"
    listed = terminal.change(lambda tx: blocks.list_(tx, group))
    assert listed == [("https://home.example/users/anna", "block")]
    assert terminal.change(blocks.list_) == []
    terminal.fedi("allow", "https://home.example/users/anna", "--group", "harbour")
    assert terminal.change(lambda tx: blocks.list_(tx, group)) == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("@nobody@home.example", "--group", "harbour"), "is not known here"),
        (("spam.example", "--group", "nobody"), "There is no group nobody"),
        (("https://home.example/users/anna",), "is not a domain"),
    ],
)
def test_what_cannot_be_blocked_is_refused(
    terminal: Terminal, words: tuple[str, ...], complaint: str
) -> None:
    refused = terminal.runs("block", *words)
    assert refused.exit_code == 1
    assert complaint in refused.stderr
