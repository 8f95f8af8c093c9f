"""What an act that waits would change, in words: what stands there now, and what would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fedi.activitypub.html import plain
from fedi.governing import roles, rules
from fedi.people import membership
from fedi.publishing.words import _
from fedi.storage import house_rules, objects, versions
from fedi.storage.groups import Field, Group
from fedi.storage.pending import Pending
from fedi.storage.tx import Tx
from fedi.web.i18n import Speech, autonym, catalogue
from fedi.web.pages.comparing import Line, compared

PROFILE = {
    "title": _("Name"),
    "summary": _("In a sentence or two"),
    "about": _("About the group"),
    "fields": _("Lines of the profile"),
    "place": _("Place"),
    "languages": _("Languages"),
    "themes": _("Themes"),
    "motif": _("Motif"),
    "ink": _("Ink"),
    "avatar": _("Avatar"),
    "banner": _("Banner"),
    "locked": _("Followers have to ask"),
    "discoverable": _("May be found in lists and searches"),
    "followers_visible": _("Followers are listed"),
    "quotes": _("Who may quote"),
    "also_known_as": _("Other addresses of the group"),
}
QUOTES = {"public": _("Everybody"), "followers": _("Followers"), "nobody": _("Nobody")}
SETTINGS = {
    "log_days": _("Days for which names stay in the log"),
    "pending_days": _("Days for which something waits for a second member"),
    "keep_replies_days": _("Days for which replies are kept"),
    "boosts_mentions": _("Boost what members say about the group"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be different; `before` is '' where there is nothing to compare with."""

    label: str
    after: str
    before: str = ""


def changes(tx: Tx, group: Group, found: Pending, speech: Speech) -> list[Change]:
    """Return everything that an act would change, as far as its arguments tell."""
    tell = _TOLD.get(found.act, _about_object)
    return tell(_Telling(tx, group, found, speech))


def rewritten(tx: Tx, found: Pending) -> list[Line]:
    """Compare what a change would publish with what stands now, as both were written; nothing for other acts."""
    stored = objects.find(tx, str(found.arguments["object"])) if found.act == "edit" else None
    if stored is None:
        return []
    now = versions.source(tx, stored.id, stored.audience)
    return compared(now, str(found.arguments.get("source", "")))


@dataclass(frozen=True, slots=True)
class _Telling:
    tx: Tx
    group: Group
    found: Pending
    speech: Speech

    def say(self, message: str) -> str:
        return catalogue(self.speech.language).gettext(message)

    @property
    def arguments(self) -> Mapping[str, Any]:
        return self.found.arguments

    def person(self) -> str:
        """Return the pseudonym of a member that is named; those of others are nobody's business here."""
        wanted = self.arguments.get("person", "")
        present = membership.members_of(self.tx, self.group.actor)
        return next((one.name for one in present if one.person == wanted), "")


def _profile(told: _Telling) -> list[Change]:
    return [
        Change(
            told.say(PROFILE[name]),
            _value(told, name, value) or told.say(_("nothing")),
            _value(told, name, getattr(told.group, name)) or told.say(_("nothing")),
        )
        for name, value in told.arguments.items()
        if name in PROFILE
        and _value(told, name, value) != _value(told, name, getattr(told.group, name))
    ]


def _settings(told: _Telling) -> list[Change]:
    now = house_rules.find(told.tx, told.group.actor)
    return [
        Change(
            told.say(SETTINGS[name]),
            _value(told, name, value),
            _value(told, name, getattr(now, name)),
        )
        for name, value in told.arguments.items()
        if name in SETTINGS and value != getattr(now, name)
    ]


def _rules(told: _Telling) -> list[Change]:
    words = {1: told.say(_("one member")), 2: told.say(_("two members"))}
    present = {name: rules.set_to(told.tx, told.group.actor, name) for name in rules.PERMISSIONS}
    return [
        Change(told.say(rules.PERMISSIONS[name].label), words.get(takes, ""), words[present[name]])
        for name, takes in told.arguments.items()
        if name in present and takes != present[name]
    ]


def _member(told: _Telling) -> list[Change]:
    return [Change(told.say(_("Who leaves")), told.person() or told.say(_("somebody who is gone")))]


def _invite(told: _Telling) -> list[Change]:
    number = told.speech.number
    return [
        Change(told.say(_("People who can join with it")), number(told.arguments.get("uses", 1))),
        Change(told.say(_("Days for which it is good")), number(told.arguments.get("days", 7))),
    ]


def _roles(told: _Telling) -> list[Change]:
    labels = {turn.role.name: turn.role.label for turn in roles.turns(told.tx, told.group.actor)}
    named = [labels.get(str(told.arguments.get(key)), "") for key in ("role", "other")]
    pairs = [
        (told.say(_("Role")), ", ".join(told.say(label) for label in named if label)),
        (told.say(_("Name")), str(told.arguments.get("label", ""))),
        (told.say(_("Who")), told.person()),
    ]
    return [Change(label, value) for label, value in pairs if value]


def _about_object(told: _Telling) -> list[Change]:
    stored = objects.find(told.tx, str(told.arguments.get("object", "")))
    return [Change(told.say(_("Post")), stored.title)] if stored and stored.title else []


_TOLD: Mapping[str, Callable[[_Telling], list[Change]]] = {
    "profile": _profile,
    "settings": _settings,
    "rules": _rules,
    "remove_member": _member,
    "invite": _invite,
    "roles": _roles,
}


def _value(told: _Telling, name: str, value: Any) -> str:
    """Write a value as people read it."""
    if isinstance(value, bool):
        return told.say(_("yes")) if value else told.say(_("no"))
    if isinstance(value, int):
        return told.speech.number(value)
    if name in ("avatar", "banner"):
        return told.say(_("a picture")) + f" ({str(value)[:6]})" if value else ""
    if name == "quotes":
        return told.say(QUOTES[str(value)])
    if name == "about":
        return plain(str(value))
    if name == "fields":
        return "; ".join(": ".join(pair[:2]) for pair in _pairs(value))
    if name == "languages":
        return ", ".join(autonym(str(tag)) for tag in value)
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value or "")


def _pairs(value: Any) -> list[tuple[str, str]]:
    return [
        (field.name, field.value) if isinstance(field, Field) else (str(field[0]), str(field[1]))
        for field in value
    ]
