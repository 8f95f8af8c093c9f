"""A server as a reader: its rulebook, what its users see, and what each activity does to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .plain import id_of, kind, mapping
from .rulebook import Rulebook, Subject, subject_of
from .shapes import (
    ActorView,
    CollectionView,
    Effect,
    Fetched,
    HandleView,
    Ignored,
    PostView,
    Stored,
)
from .views import actor_view, collection_view, handle_view

Effects = Mapping[str, "Callable[[Reader, Subject], Effect]"]


@dataclass(frozen=True)
class Reader:
    """Reads as one server does; every refusal names the server, the rule and its source."""

    book: Rulebook
    see_post: Callable[[Reader, Subject], PostView]
    effects: Effects

    @property
    def server(self) -> str:
        """The server's name."""
        return self.book.server

    def read_actor(self, fetched: Fetched, *, allow_http: bool = False) -> ActorView:
        """Return the account of a fetched actor document, or raise Refused."""
        subject = subject_of(fetched, allow_http=allow_http)
        self.book.require("fetched", subject)
        self.book.require("actor", subject)
        return actor_view(subject)

    def read_webfinger(
        self, fetched: Fetched, *, actor: str, allow_http: bool = False
    ) -> HandleView:
        """Return the handle of a WebFinger answer that must lead to `actor`, or raise Refused."""
        subject = subject_of(fetched, allow_http=allow_http, actor=actor)
        self.book.require("webfinger", subject)
        return handle_view(subject)

    def read_object(
        self, fetched: Fetched, *, stored: Stored | None = None, allow_http: bool = False
    ) -> PostView:
        """Return what a user sees of a fetched object; raise Refused, or Ignored if never shown."""
        subject = subject_of(fetched, allow_http=allow_http, stored=stored)
        self.book.require("fetched", subject)
        self.book.require("object", subject)
        return self.see_post(self, subject)

    def read_collection(
        self, fetched: Fetched, *, role: str = "collection", allow_http: bool = False
    ) -> CollectionView:
        """Return a collection read as `role` (collection, featured or outbox), or raise Refused."""
        subject = subject_of(fetched, allow_http=allow_http)
        self.book.require("fetched", subject)
        self.book.require(role, subject)
        return collection_view(subject)

    def read_activity(
        self,
        document: Any,
        headers: Mapping[str, str],
        stored: Stored,
        *,
        allow_http: bool = False,
    ) -> Effect:
        """Return what an activity does here, or raise Refused; what is left alone says why."""
        activity = mapping(document)
        by = id_of(activity.get("actor"))
        subject = Subject(activity, headers=headers, stored=stored, allow_http=allow_http, actor=by)
        self.book.require("activity", subject)
        name = kind(activity)
        effect = self.effects.get(name)
        if effect is None:
            return Effect(
                "ignored", id_of(activity), why=f"{self.server} has no handler for {name}"
            )
        try:
            self.book.require(name, subject)
            return effect(self, subject)
        except Ignored as ignored:
            return Effect("ignored", id_of(activity.get("object")), why=ignored.rule)

    def ignores(self, rule: str, section: str) -> Ignored:
        """Return the exception that says why something sound is left alone."""
        return Ignored(self.server, rule, section)

    def look_inside(self, subject: Subject) -> PostView:
        """Return the post embedded in an activity, examined by the rules for objects."""
        inner = self.embedded(subject)
        self.book.require("object", inner)
        return self.see_post(self, inner)

    def embedded(self, subject: Subject) -> Subject:
        """Return the embedded object as a subject of its own."""
        return Subject(
            subject.inner,
            url=id_of(subject.inner),
            stored=subject.stored,
            allow_http=subject.allow_http,
            actor=subject.actor,
        )
