"""What is signed on either side is checked on the other, and what is not rightly signed has no effect."""

from __future__ import annotations

import json

from conversing import Conversation
from foreign import HERE, RFC9421
from written import UPDATE


def test_what_fedify_sends_is_taken_in_the_form_it_was_signed_in(conversation: Conversation):
    conversation.follow()
    posts = [
        made
        for made in conversation.peer.do("requests")
        if made["method"] == "POST" and made["url"].startswith(conversation.group_id)
    ]
    assert posts
    assert {(made["form"], made["status"]) for made in posts} == {(conversation.form, 202)}


def test_the_form_that_was_taken_is_remembered(conversation: Conversation):
    conversation.follow()
    refused = _refused(conversation)
    assert bool(refused) == (conversation.form == RFC9421), "ours begins with draft-cavage"
    conversation.publish("update", UPDATE)
    conversation.heard("Create")
    assert _refused(conversation) == refused


def _refused(conversation: Conversation) -> int:
    return len([told for told in conversation.peer.do("inbox") if told["status"] == 401])


def test_what_we_fetch_is_signed_so_that_fedify_can_check_it(conversation: Conversation):
    conversation.follow()
    ours = f"{conversation.instance.origin}/actor#"
    asked = [
        reader
        for reader in conversation.peer.do("readers")
        if reader["path"] == f"/people/{conversation.person}"
    ]
    assert asked
    assert all((reader["key"] or "").startswith(ours) for reader in asked)


def test_an_activity_signed_with_somebody_elses_key_is_refused(conversation: Conversation):
    name = conversation.publish("update", UPDATE)
    other = f"other-of-{conversation.person}"
    conversation.peer.do("person", name=other, title="Other")
    how = {"with_key_of": other, "what": name, "form": conversation.form}
    assert conversation.do("pretend", **how) == 401
    assert "1 like" not in conversation.instance.page(name)


def test_what_is_passed_on_counts_by_its_proof(conversation: Conversation):
    name = conversation.publish("update", UPDATE)
    author = f"author-for-{conversation.person}"
    conversation.peer.do("person", name=author, title="Bo Author")
    how = {"author": author, "answering": name, "form": conversation.form}
    passed = conversation.do("pass_on", text="Carried by a friend", **how)
    assert passed["status"] == 202
    conversation.sees("Carried by a friend", name)
    assert "Bo Author" in conversation.instance.page(name)


def test_what_was_changed_on_the_way_is_asked_of_its_author(conversation: Conversation):
    name = conversation.publish("update", UPDATE)
    author = f"author-for-{conversation.person}"
    conversation.peer.do("person", name=author, title="Bo Author")
    how = {"author": author, "answering": name, "form": conversation.form}
    passed = conversation.do("pass_on", text="Truly said", replacing="Falsely said", **how)
    assert passed["status"] == 202
    conversation.sees("Truly said", name)
    assert "Falsely said" not in conversation.instance.page(name)


def test_an_instance_that_wants_signatures_and_fedify_converse(guarded: Conversation):
    assert guarded.instance.document(guarded.group_id).status_code == 401
    assert guarded.do("lookup", what=guarded.handle)["name"] == "Tenants United"
    guarded.follow()
    name = guarded.publish("update", UPDATE)
    assert guarded.heard("Create")["object"]["proof"] == "verified"
    assert guarded.instance.document(name).status_code == 401
    guarded.do("say", text="<p>Heard you</p>", answering=name)
    guarded.sees("Heard you", name)


def test_the_lock_file_names_no_place_to_download_from():
    packages = json.loads((HERE / "package-lock.json").read_text())["packages"]
    assert packages["node_modules/@fedify/fedify"]["integrity"]
    assert not [name for name, package in packages.items() if "resolved" in package]
