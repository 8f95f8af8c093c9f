"""The addresses of this instance: every id and URL it mints, in one place (ids are forever)."""

from __future__ import annotations

from dataclasses import dataclass

from ulid import ULID

# Names no group can have: they are ours, or would be taken for somebody with power here.
RESERVED_NAMES = frozenset(
    {"actor", "instance", "admin", "administrator", "root", "system", "fedi", "about", "rules"}
    | {"privacy", "inbox", "outbox", "groups", "group", "tags", "tag", "calendar", "activities"}
    | {"api", "static", "media", "well_known", "ns", "null", "undefined", "everyone", "all", "here"}
    | {"support", "help", "security", "abuse", "postmaster", "webmaster", "hostmaster"}
    | {"moderator", "moderators", "replies", "updates", "minutes", "calls", "requests"}
)


@dataclass(frozen=True, slots=True)
class Site:
    """Scheme and host of every id (`origin`), and the host part of handles (`domain`)."""

    origin: str
    domain: str

    @property
    def host(self) -> str:
        """Host and port as they stand in ids."""
        return self.origin.split("://", 1)[1]

    @property
    def actor(self) -> str:
        """Id of the instance's `Application` actor, which signs public fetches."""
        return f"{self.origin}/actor"

    @property
    def shared_inbox(self) -> str:
        """The inbox for everybody here."""
        return f"{self.origin}/inbox"

    def group(self, name: str) -> str:
        """Id of a group's actor."""
        return f"{self.origin}/groups/{name}"

    def page_of(self, name: str) -> str:
        """The short address of a group, which redirects to its id."""
        return f"{self.origin}/@{name}"

    def object(self, path: str, ulid: str) -> str:
        """Id of a published object, where `path` is its kind's path."""
        return f"{self.origin}/{path}/{ulid}"

    def new_object(self, path: str) -> str:
        """Mint an id for an object; never used before and never again."""
        return self.object(path, str(ULID()).lower())

    def new_activity(self) -> str:
        """Mint an id for an activity."""
        return f"{self.origin}/activities/{str(ULID()).lower()}"

    def tag(self, tag: str) -> str:
        """The page of a hashtag, without its mark."""
        return f"{self.origin}/tags/{tag}"

    def media(self, name: str) -> str:
        """The address of a stored picture."""
        return f"{self.origin}/media/{name}"

    def handle(self, name: str) -> str:
        """The handle of a local actor, without the first `@`."""
        return f"{name}@{self.domain}"

    def is_local(self, uri: str) -> bool:
        """Tell whether an id was minted here."""
        return uri == self.origin or uri.startswith(self.origin + "/")
