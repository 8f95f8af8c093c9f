"""A server's import rules: named predicates whose docstring is the sentence of the refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from .plain import header, mapping
from .shapes import Fetched, Json, Refused, Stored

_SENTENCE = re.compile(r"\A(?P<rule>.+?)\.? \[(?P<section>§[^\]]+)\]\Z", re.DOTALL)


def _no_headers() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Subject:
    """A document under examination, with all that a rule may want to know about it."""

    document: Json
    url: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=_no_headers)
    stored: Stored = field(default_factory=Stored)
    allow_http: bool = False
    actor: str = ""

    def get(self, key: str, default: Any = None) -> Any:
        """Return a member of the document."""
        return self.document.get(key, default)

    def header(self, name: str) -> str:
        """Return a header whatever its case."""
        return header(self.headers, name)

    @property
    def inner(self) -> Json:
        """The embedded object of an activity; empty where it is only an id."""
        return mapping(self.document.get("object"))


def subject_of(
    fetched: Fetched, *, allow_http: bool = False, stored: Stored | None = None, actor: str = ""
) -> Subject:
    """Return the subject of a fetched document; what is no JSON object counts as an empty one."""
    return Subject(
        document=mapping(fetched.document),
        url=fetched.url,
        status=fetched.status,
        headers=fetched.headers,
        stored=stored or Stored(),
        allow_http=allow_http,
        actor=actor,
    )


class Predicate(Protocol):
    """A function that says whether a rule holds."""

    __name__: str

    def __call__(self, subject: Subject, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it is about ("actor", "object", "Follow" …) and how it is checked."""

    name: str
    about: frozenset[str]
    sentence: str
    section: str
    holds: Predicate


class Rulebook:
    """The rules of one server, checked in the order they were written."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._rules: dict[str, Rule] = {}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __getitem__(self, name: str) -> Rule:
        return self._rules[name]

    def rule(self, *about: str) -> Callable[[Predicate], Predicate]:
        """Register a predicate; its docstring reads `Sentence. [§section]`."""

        def register(holds: Predicate) -> Predicate:
            name = holds.__name__
            parts = _SENTENCE.match(" ".join((holds.__doc__ or "").split()))
            if parts is None or name in self._rules:
                raise ValueError(f"{self.server}: rule {name} lacks its section or its own name")
            self._rules[name] = Rule(name, frozenset(about), parts["rule"], parts["section"], holds)
            return holds

        return register

    def adopt(self, about: str, *rules: Predicate) -> None:
        """Register customary rules as this server's own; one already there gains an occasion."""
        for holds in rules:
            known = self._rules.get(holds.__name__)
            if known is None:
                self.rule(about)(holds)
            else:
                self._rules[known.name] = replace(known, about=known.about | {about})

    def broken(self, about: str, subject: Subject) -> list[Refused]:
        """Return every refusal, in order."""
        return [
            Refused(self.server, rule.sentence, rule.section, name=rule.name)
            for rule in self
            if about in rule.about and not rule.holds(subject)
        ]

    def require(self, about: str, subject: Subject) -> None:
        """Raise the first refusal."""
        for refusal in self.broken(about, subject):
            raise refusal
