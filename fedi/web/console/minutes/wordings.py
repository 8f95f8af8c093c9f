"""The words of minutes, one piece after the other, as somebody puts them into another language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fedi.publishing.front_matter import Problems, parse, split
from fedi.publishing.marks import open_to, unveiled, veiled
from fedi.publishing.words import _
from fedi.publishing.written import Place
from fedi.web.console.minutes.pieces import listed, mapped
from fedi.web.console.typed import without_empty
from fedi.web.console.writing import plain_tree

BODY: Place = ("body",)
_MARK = re.compile(r"\[\[\s{0,80}(members|partners)\s{0,80}[:：]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wording:
    """One piece: where it stands, what it is, and its words; a long one is Markdown."""

    place: Place
    label: str
    original: str

    @property
    def name(self) -> str:
        """The name of its field."""
        return "-".join(map(str, self.place))

    @property
    def is_long(self) -> bool:
        """Tell whether it has room for paragraphs."""
        return self.place == BODY or self.place[-1] == "notes"

    def hides_less(self, words: str) -> bool:
        """Tell whether other words leave open to everybody what is marked for some in these."""
        before, now = _marked(self.original), _marked(words)
        return now.total() < before.total() or now["members"] < before["members"]


@dataclass(frozen=True, slots=True)
class Worded:
    """Minutes as their source has them, every piece in one shape: `front` without what is no words."""

    front: Mapping[str, Any]
    body: str

    def wordings(self) -> list[Wording]:
        """Return everything that has words, in the order of the page."""
        found = [Wording(place, label, words) for place, label, words in _walk(self.front)]
        return [*found, Wording(BODY, _("Notes"), self.body)] if self.body else found

    def said(self, place: Place) -> str:
        """Return the words at a place, '' where there are none."""
        here: Any = self.front if place != BODY else {"body": self.body}
        for step in place:
            if isinstance(here, Mapping):
                here = here.get(step)
            elif isinstance(here, Sequence) and isinstance(step, int) and step < len(here):
                here = here[step]
            else:
                return ""
        return here if isinstance(here, str) else ""

    def as_seen(self, audience: str) -> Worded:
        """Return every piece without what is marked for those who see more than an audience."""
        return Worded(_seen(self.front, audience), open_to(self.body, audience).strip())

    def put(self, words: Mapping[str, str]) -> tuple[dict[str, Any], str]:
        """Return front matter and text with other words; what has none keeps its own."""
        front = _replaced(self.front, (), words)
        return without_empty(front), words.get("body") or self.body


def read(source: str, keys: Mapping[str, str]) -> Worded:
    """Take a source apart; `keys` has those of decisions and action items that it does not say, by their fields.

    Raises FrontMatterError for one that cannot be read.
    """
    head, body, before = split(source)
    problems = Problems([])
    found = parse(veiled(head), problems, before)
    problems.raise_if_any()
    tree = unveiled(plain_tree(found))
    meeting, witness = (
        mapped(tree.get("next") or {}, "date"),
        mapped(tree.get("witness") or {}, "group"),
    )
    mirror = mapped(tree.get("mirror") or {}, "post")
    agenda = listed(meeting.get("agenda"))
    front: dict[str, Any] = {
        "title": tree.get("title") or "",
        "warning": tree.get("warning") or "",
        "roles": [_only(one, "role", "held_by", "note") for one in listed(tree.get("roles"))],
        "agenda": [_only(one, "title", "notes") for one in listed(tree.get("agenda"))],
        "decisions": [
            {**_decision(one), "key": _key(one) or keys.get(f"decisions-{n}-key", "")}
            for n, one in enumerate(listed(tree.get("decisions")))
        ],
        "actions": [
            {**_only(one, "text", "role"), "key": _key(one) or keys.get(f"actions-{n}-key", "")}
            for n, one in enumerate(listed(tree.get("actions")))
        ],
        "next": {**_only(meeting, "date"), "agenda": agenda} if agenda else {},
        "witness": _only(witness, "group", "note") if witness.get("note") else {},
        "mirror": _only(mirror, "title", "note", "prepared_by", "next"),
    }
    return Worded(without_empty(front), body.strip())


_LABELS: Mapping[tuple[str, ...], str] = {
    ("title",): _("Title"),
    ("warning",): _("Warning before the text"),
    ("roles", "role"): _("Role"),
    ("roles", "note"): _("Note"),
    ("agenda", "title"): _("Agenda item"),
    ("agenda", "notes"): _("Notes"),
    ("decisions", "text"): _("Decision"),
    ("decisions", "note"): _("What belongs to it"),
    ("decisions", "reasons", "text"): _("Reason, in their words"),
    ("actions", "text"): _("What is to be done"),
    ("actions", "role"): _("Which role"),
    ("next", "agenda"): _("What is on the agenda"),
    ("witness", "note"): _("What they say about the meeting"),
    ("mirror", "title"): _("What it is called"),
    ("mirror", "note"): _("What it means for us"),
    ("mirror", "prepared_by"): _("Who prepared it"),
    ("mirror", "next"): _("Who prepares the next one"),
}
"""What has words, by the keys that lead to it."""


def _marked(text: str) -> Counter[str]:
    """Count the passages that are marked for somebody."""
    return Counter(name.lower() for name in _MARK.findall(text))


def _walk(value: Any, place: Place = ()) -> Iterator[tuple[Place, str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, (*place, str(key)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _walk(inner, (*place, number))
    elif label := _LABELS.get(tuple(step for step in place if isinstance(step, str))):
        yield place, label, str(value)


def _replaced(value: Any, place: Place, words: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(inner, (*place, str(key)), words) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, (*place, number), words) for number, inner in enumerate(value)]
    return words.get("-".join(map(str, place))) or value


def _seen(value: Any, audience: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _seen(inner, audience) for key, inner in value.items()}
    if isinstance(value, list):
        return [_seen(inner, audience) for inner in value]
    return open_to(value, audience).strip() if isinstance(value, str) else value


def _decision(front: Any) -> dict[str, Any]:
    reasons = listed(mapped(front, "text").get("reasons"))
    return {
        **_only(front, "text", "note"),
        "reasons": [_only(reason, "text", "stance") for reason in reasons],
    }


def _only(front: Any, *keys: str) -> dict[str, Any]:
    said = mapped(front, keys[0])
    return {key: said[key] for key in keys if said.get(key)}


def _key(front: Any) -> str:
    return str(mapped(front, "text").get("key") or "")
