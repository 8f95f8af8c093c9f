"""A Fedify server answers, likes and boosts, and hears what the group says to it."""

from __future__ import annotations

from conversing import Conversation
from written import UPDATE


def test_a_reply_stands_on_the_page_of_the_post(conversation: Conversation):
    name = conversation.publish("update", UPDATE)
    conversation.do("say", text="<p>At last, thank you!</p>", answering=name)
    conversation.sees("At last, thank you!", name)
    page = conversation.instance.page(name)
    assert "Alice Example" in page
    assert conversation.person_handle in page
    assert "1 reply" in page


def test_a_reply_through_the_shared_inbox_stands_there_too(talk: Conversation):
    name = talk.publish("update", UPDATE)
    talk.do("say", text="<p>Shared is fine.</p>", answering=name, shared=True)
    talk.sees("Shared is fine.", name)


def test_a_corrected_reply_shows_as_corrected_and_a_deleted_one_goes(talk: Conversation):
    name = talk.publish("update", UPDATE)
    note = talk.do("say", text="<p>Atlast</p>", answering=name)
    talk.sees("Atlast", name)
    talk.do("correct", note=note, text="<p>At last</p>")
    talk.sees("At last", name)
    assert "Atlast" not in talk.instance.page(name)
    talk.do("remove", note=note)
    talk.sees_no_more("At last", name)


def test_a_reply_to_a_reply_is_kept_in_the_thread(talk: Conversation):
    name = talk.publish("update", UPDATE)
    first = talk.do("say", text="<p>First</p>", answering=name)
    second = talk.do("say", text="<p>Second</p>", answering=first)
    talk.sees("Second", name)
    context = talk.do("walk", url=f"{name}/context")
    assert [item["id"] for item in context["items"]] == [name, first, second]


def test_a_like_and_a_boost_are_counted_until_they_are_undone(conversation: Conversation):
    name = conversation.publish("update", UPDATE)
    like = conversation.do("react", kind="Like", what=name)
    conversation.sees("1 like", name)
    boost = conversation.do("react", kind="Announce", what=name)
    conversation.sees("1 share", name)
    for which in ("likes", "shares"):
        assert conversation.do("walk", url=f"{name}/{which}")["totalItems"] == 1
    conversation.do("undo", activity=like)
    conversation.sees_no_more("1 like", name)
    assert "1 share" in conversation.instance.page(name)
    conversation.do("undo", activity=boost)
    conversation.sees_no_more("1 share", name)


def test_an_emoji_counts_as_a_like(talk: Conversation):
    name = talk.publish("update", UPDATE)
    talk.do("react", kind="EmojiReact", what=name, content="🌻")
    talk.sees("1 like", name)


def test_a_group_answers_likes_and_boosts_what_is_said_there(conversation: Conversation):
    conversation.follow()
    name = conversation.publish("update", UPDATE)
    note = conversation.do("say", text="<p>Which floor?</p>", answering=name)
    conversation.sees("Which floor?", name)
    answer = conversation.fedi("reply", conversation.group, note, "-", given="The *third*.")
    heard = conversation.heard("Create", lambda told: told["object"]["id"] == answer)
    assert heard["object"]["inReplyTo"] == [note]
    assert heard["object"]["proof"] == "verified"
    conversation.sees("<em>third</em>", name)
    like = conversation.fedi("like", conversation.group, note)
    conversation.heard("Like", lambda told: told["id"] == like and told["object"]["id"] == note)
    boost = conversation.fedi("boost", conversation.group, note)
    conversation.heard("Announce", lambda told: told["id"] == boost)
    conversation.fedi("undo", conversation.group, boost)
    conversation.heard("Undo", lambda told: told["object"]["id"] == boost)


def test_who_asks_to_quote_gets_a_stamp_that_can_be_fetched(talk: Conversation):
    talk.follow()
    name = talk.publish("update", UPDATE)
    asked = talk.do("ask_to_quote", what=name, text="<p>Look at this</p>")
    accept = talk.heard("Accept", lambda told: told["object"]["id"] == asked["request"])
    (stamp,) = accept["result"]
    fetched = talk.do("lookup", what=stamp)
    assert (fetched["type"], fetched["by"]) == ("QuoteAuthorization", [talk.group_id])
