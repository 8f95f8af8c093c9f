"""lookup: what was understood of an account or post, and what was refused, and why."""

from __future__ import annotations

import pytest
from commanding import Terminal
from signed import NOW, key_of
from village import ACTIVITY_JSON

from fedi.activitypub.proofs import add_proof


def keeps(terminal: Terminal, note: dict[str, object]) -> str:
    """Let the village serve a post, and return its id."""
    url = str(note["id"])
    terminal.village.documents[url.removeprefix(terminal.village.origin)] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        **note,
    }
    return url


def test_an_account_is_understood_from_its_handle(terminal: Terminal) -> None:
    anna = terminal.village.person()
    shown = dict(
        line.split(": ", 1) for line in terminal.fedi("lookup", "@anna@home.example").splitlines()
    )
    assert shown["id"] == anna.id
    assert shown["WebFinger self"] == anna.id
    assert (shown["name"], shown["summary"]) == ("Anna", "Likes boats")
    assert shown["handle confirmed both ways"] == "@anna@home.example"


def test_all_of_it_can_be_read_by_a_script(terminal: Terminal) -> None:
    anna = terminal.village.person()
    found = terminal.json("lookup", anna.id)
    assert found["understood"]["key"] == [
        f"rsa {anna.id}#main-key",
        f"ed25519 {anna.id}#ed25519-key",
    ]
    assert found["refused"] == []


def test_what_is_not_used_of_an_account_is_said_with_the_reason(terminal: Terminal) -> None:
    anna = terminal.village.person(
        followers="https://elsewhere.example/followers",
        endpoints={"sharedInbox": "https://elsewhere.example/inbox"},
    )
    del terminal.village.documents["/.well-known/webfinger?resource=acct:anna@home.example"]
    terminal.says("limit", "home.example")
    shown = terminal.fedi("lookup", anna.id)
    for why in (
        "This instance limits that server",
        "`followers` is not on the actor's own server.",
        "`sharedInbox` is not on the actor's own server.",
        "WebFinger does not lead back to this id",
    ):
        assert f"refused: {why}" in shown


def test_a_post_is_understood(terminal: Terminal) -> None:
    anna = terminal.village.person()
    note = anna.a_note(
        "The <script>tide</script> is high",
        inReplyTo="https://groups.example/updates/x",
        sensitive=True,
        summary="Water",
        tag=[{"type": "Hashtag", "name": "#tide"}, {"type": "Mention", "href": anna.id}],
        attachment=[{"type": "Wurst"}],
    )
    found = terminal.json("lookup", keeps(terminal, note))
    understood = found["understood"]
    assert (understood["author"], understood["visibility"]) == (anna.id, "public")
    assert (understood["warning"], understood["hashtags"]) == ("Water", "#tide")
    assert understood["text"] == "The is high"
    assert found["refused"] == ["1 of its attachments are of no kind that is shown."]


def test_an_event_is_understood(terminal: Terminal) -> None:
    anna = terminal.village.person()
    note = anna.a_note("Come", type="Event", startTime="2027-06-19T17:00:00Z")
    url = keeps(terminal, {**note, "name": "Open door"})
    understood = terminal.json("lookup", url)["understood"]
    assert understood["title"] == "Open door"
    assert understood["begins"].startswith("2027-06-19T17:00:00Z")


def test_the_proof_of_a_post_is_checked(terminal: Terminal) -> None:
    anna = terminal.village.person()
    key = key_of(anna.id, "ed25519", "ed25519-key")
    context = {"@context": "https://www.w3.org/ns/activitystreams"}
    proven = add_proof({**context, **anna.a_note("Dry")}, key, NOW)
    found = terminal.json("lookup", keeps(terminal, proven))
    assert found["refused"] == []
    assert found["understood"]["proof"] == f"holds, by {anna.id}"
    changed = {**proven, "id": f"{anna.id}/notes/2", "content": "<p>Wet</p>"}
    refused = terminal.json("lookup", keeps(terminal, changed))["refused"]
    assert refused == [f"Its proof by {key.id} does not hold."]


@pytest.mark.parametrize(
    ("what", "complaint"),
    [
        ("@nobody@home.example", "home.example says that is not there."),
        ("@anna@gone.example", "gone.example"),
        ("https://home.example/nothing", "home.example says that is not there."),
        ("https://home.example/page", "answered with something other than ActivityPub."),
        ("https://10.0.0.1/users/anna", "is not a public address reached over https."),
        ("http://home.example/users/anna", "is not a public address reached over https."),
        ("https://home.example/list", "This is not a post."),
        ("nonsense", "A handle looks like @name@host."),
        ("@harbour@groups.example", "That is an address of this server."),
        ("https://groups.example/groups/harbour", "That is an address of this server."),
    ],
)
def test_what_cannot_be_fetched_is_refused_with_the_reason(
    terminal: Terminal, what: str, complaint: str
) -> None:
    terminal.village.documents |= {
        "/page": {"hello": "world"},
        "/list": {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": "https://home.example/list",
            "type": "Collection",
        },
    }
    terminal.village.kinds["/page"] = "text/html"
    failed = terminal.runs("lookup", what)
    assert failed.exit_code == 1
    assert complaint in failed.stderr
    assert terminal.runs("lookup", what, "--json").exit_code == 1


def test_an_actor_nobody_could_believe_is_shown_as_far_as_it_goes(terminal: Terminal) -> None:
    terminal.village.person(publicKey=None, assertionMethod=None)
    failed = terminal.runs("lookup", "@anna@home.example")
    assert "type: Person" in failed.stdout
    assert "It has no usable key" in failed.stderr


def test_a_server_without_nodeinfo_is_no_failure(terminal: Terminal) -> None:
    anna = terminal.village.person()
    document = {
        "links": [
            {
                "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0",
                "href": "https://home.example/nodeinfo/2.0",
            }
        ]
    }
    terminal.village.documents["/.well-known/nodeinfo"] = document
    terminal.village.documents["/nodeinfo/2.0"] = {
        "version": "2.0",
        "software": {"name": "boats", "version": "1.2"},
    }
    terminal.village.kinds |= {
        "/.well-known/nodeinfo": "application/json",
        "/nodeinfo/2.0": "application/json",
    }
    assert terminal.json("lookup", anna.id)["understood"]["software"] == "boats 1.2"
    terminal.village.documents["/nodeinfo/2.0"] = 503
    assert ACTIVITY_JSON not in terminal.fedi("lookup", anna.id)
