"""Answering from the console: published, told, kept when it cannot be sent, and nothing private in it unseen."""

from __future__ import annotations

from doorstep import Browser
from hearing import Hearing
from talking import HOME, answers, thread, told


async def test_an_answer_is_published_told_and_stands_in_the_conversation(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = await answers(town, anna, "Which day?")
    page = await robin.open(thread(note))
    assert "Everybody can read the answer" in page
    assert page.index("Post for 1.") < page.index("Which day?")
    page = await robin.send(
        f"{HOME}/conversation/answer#answer", text="On **Monday**.", language="de", warning="Plans"
    )
    assert "Answered. It is on its way." in page
    assert page.index("Which day?") < page.index("<strong>Monday</strong>")
    await town.world.deliver()
    create = town.village.told[-1]
    assert create["object"]["inReplyTo"] == note
    assert (create["object"]["inLanguage"], create["object"]["summary"]) == ("de", "Plans")
    assert "Nothing waits" in await robin.open(f"{HOME}/conversation")


async def test_nobody_answers_who_has_blocked_the_group_for_nothing(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = await answers(town, anna, "And goodbye")
    await town.says(anna, "Block", town.harbour, "2")
    await robin.open(thread(note))
    page = await robin.send(f"{HOME}/conversation/answer#answer", text="Why?")
    assert robin.status == 422
    assert "An answer would not reach them." in page
    assert "Why?</textarea>" in page


async def test_what_was_said_to_the_group_alone_is_answered_alone(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = anna.a_note("Quietly", to=[town.harbour], cc=[])
    await town.says(anna, "Create", note)
    page = await robin.open(f"{HOME}/conversation")
    assert "to the group alone" in page
    assert ">Share</button>" not in page
    page = await robin.open(thread(note["id"]))
    assert "they alone get the answer" in page
    page = await robin.send(f"{HOME}/conversation/answer#answer", text="Yes.")
    assert "Answered." in page
    assert "to one alone" in page
    await town.world.deliver()
    assert town.village.told[-1]["to"] == [anna.id]


async def test_nothing_typed_is_lost_when_an_answer_cannot_be_sent(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = await answers(town, anna, "Hello")
    await robin.open(thread(note))
    page = await robin.send(f"{HOME}/conversation/answer#answer", text="  ", warning="Kept")
    assert robin.status == 422
    assert 'value="Kept"' in page
    assert 'aria-invalid="true"' in page
    page = await robin.send(f"{HOME}/conversation/answer#answer", text="x" * 5_001)
    assert robin.status == 422
    assert "5000 characters at most" in page
    assert "x" * 5_001 in page
    assert told(town) == []


async def test_what_looks_private_in_an_answer_leaves_only_when_somebody_says_so(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = await answers(town, anna, "How do I reach you?")
    action = f"{HOME}/conversation/answer#answer"
    typed = "Ring +44 7700 900123, or write to kit@harbour.example."
    await robin.open(thread(note))
    page = await robin.send(action, text=typed)
    assert robin.status == 422
    assert "<mark" in page
    assert typed in page
    assert told(town) == []
    page = await robin.send(action, do="black-out")
    assert robin.status == 200
    assert "900123" not in page
    assert "kit@harbour.example" not in page
    await robin.send(action, text="Ring +44 7700 900123.")
    page = await robin.send(action, do="keep")
    assert "Answered." in page
    await town.world.deliver()
    assert "900123" in town.village.told[-1]["object"]["content"]


async def test_to_one_person_alone_a_number_may_be_given(town: Hearing, robin: Browser) -> None:
    anna = town.village.person("anna")
    note = anna.a_note("Your number?", to=[town.harbour], cc=[])
    await town.says(anna, "Create", note)
    await robin.open(thread(note["id"]))
    page = await robin.send(f"{HOME}/conversation/answer#answer", text="+44 7700 900123")
    assert "Answered." in page
