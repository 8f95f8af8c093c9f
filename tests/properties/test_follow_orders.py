"""Follow, Undo and repetitions of both, in whatever order they come, end in one state: what was said last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from build import SITE, a_group, a_remote_actor, an_activity, said, told
from hypothesis import given, settings
from hypothesis import strategies as st
from signed import NOW

import fedi.actors.follows  # noqa: F401  registers its handlers
from fedi.storage import actors, follows
from fedi.storage.actors import Actor
from fedi.storage.follows import ACCEPTED
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
EXAMPLES = settings(max_examples=150, deadline=None)
UNDOES = st.sampled_from(["by id", "embedded", "embedded without id"])
REPEATS = st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=4)


@dataclass
class Follower:
    """Somebody who follows the group and does not any more; what they say arrives, and again."""

    tx: Tx
    id: str
    documents: list[dict[str, Any]]
    spoken: int = 0

    def follow(self, name: str) -> str:
        return self.say(an_activity("Follow", HARBOUR, by=self.id, name=name))

    def undo(self, name: str, how: str) -> str:
        follow = an_activity("Follow", HARBOUR, by=self.id, name=name)
        thing = {
            "by id": follow["id"],
            "embedded": follow,
            "embedded without id": {key: follow[key] for key in ("type", "actor", "object")},
        }[how]
        self.spoken += 1
        return self.say(an_activity("Undo", thing, by=self.id, name=str(self.spoken)))

    def say(self, document: dict[str, Any]) -> str:
        self.documents.append(document)
        return told(self.tx, document)

    def repeat(self, which: int, *, is_direct: bool) -> None:
        """Let something said before arrive again, from them or (a Follow always) from somebody else."""
        if not self.documents:
            return
        document = self.documents[which % len(self.documents)]
        by_them = is_direct and document["type"] == "Undo"
        how = {} if by_them else {"proof": "proof", "carried_by": "https://relay.example/actor"}
        assert told(self.tx, document, **how) == "seen"

    def ends(self, *, following: bool, accepted: int) -> None:
        found = follows.find(self.tx, self.id, HARBOUR)
        assert (found is not None) == following
        assert found is None or found.state == ACCEPTED
        accepts = [one for one in said(self.tx, to=self.id) if one["type"] == "Accept"]
        assert len(accepts) == accepted
        assert follows.counts(self.tx, HARBOUR).followers == int(following)
        follows.remove(self.tx, self.id, HARBOUR)


def newcomers(tx: Tx) -> Callable[[], Follower]:
    """A group, and somebody new for each example."""
    a_group(tx)
    anna: Actor = a_remote_actor(tx)
    numbers = count()

    def newcomer() -> Follower:
        name = f"https://home.example/users/a{next(numbers)}"
        actors.put_remote(tx, replace(anna, id=name, inbox=f"{name}/inbox", shared_inbox=None), NOW)
        return Follower(tx, name, [])

    return newcomer


async def test_a_follow_and_its_undo_end_in_no_follow_whichever_comes_first(store: Store) -> None:
    def unit(tx: Tx) -> None:
        newcomer = newcomers(tx)

        @EXAMPLES
        @given(st.booleans(), st.sampled_from(["by id", "embedded"]), REPEATS, REPEATS)
        def check(undo_first: bool, how: str, between: Any, after: Any) -> None:
            one = newcomer()
            steps = [lambda: one.follow("1"), lambda: one.undo("1", how)]
            for step, repeats in zip(
                reversed(steps) if undo_first else steps, (between, after), strict=True
            ):
                step()
                for is_direct, which in repeats:
                    one.repeat(which, is_direct=is_direct)
            one.ends(following=False, accepted=0 if undo_first else 1)

        check()

    await store.write(unit)


async def test_whatever_is_repeated_the_last_word_counts(store: Store) -> None:
    words = st.one_of(st.sampled_from("123"), UNDOES)

    def unit(tx: Tx) -> None:
        newcomer = newcomers(tx)

        @EXAMPLES
        @given(st.lists(st.tuples(words, REPEATS), max_size=8))
        def check(steps: Any) -> None:
            one = newcomer()
            stands: list[str] = []
            is_following, accepted = False, 0
            for word, repeats in steps:
                if word in "123" and word not in stands:
                    assert one.follow(word) == "done"
                    stands.append(word)
                    is_following, accepted = True, accepted + 1
                elif word not in "123" and stands and is_following:
                    assert one.undo(stands[-1], word) == "done"
                    # Without its id we cannot know which Follow may be said again.
                    if word != "embedded without id":
                        stands.pop()
                    is_following = False
                for is_direct, which in repeats:
                    one.repeat(which, is_direct=is_direct)
            one.ends(following=is_following, accepted=accepted)

        check()

    await store.write(unit)
