"""Our groups: adding one, changing its profile, giving it new keys, and taking it away for good."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fedi.activitypub.keys import KeyPair
from fedi.actors.documents import actor_document
from fedi.actors.instance import add_keys
from fedi.delivery import activities, outbox
from fedi.errors import Gone, NotFound, Refused, _
from fedi.site import RESERVED_NAMES, Site
from fedi.storage import actors, closing, follows, groups, jobs, keys, media, objects, signals
from fedi.storage.actors import Actor
from fedi.storage.groups import Field, Group
from fedi.storage.tx import Tx

NAME = re.compile(r"[a-z0-9_]{1,30}", re.ASCII)
LONGEST_TITLE = 200
LONGEST_SUMMARY = 5_000
MOST_FIELDS = 20
LONGEST_FIELD = 500
CHANGEABLE = frozenset(
    (
        *("title", "summary", "about", "fields", "place", "languages", "themes", "motif", "ink"),
        *("avatar", "banner", "locked", "discoverable", "followers_visible", "quotes"),
        *("also_known_as", "about_source"),
    )
)


def add_group(
    tx: Tx,
    site: Site,
    name: str,
    title: str,
    summary: str = "",
    locked: bool = False,
    *,
    now: int,
    rsa: KeyPair,
    ed25519: KeyPair,
) -> Group:
    """Make a group and its actor, or raise Refused; the name is for ever."""
    check_name(tx, name)
    group = _checked(
        Group(
            actor=site.group(name),
            name=name,
            title=title.strip(),
            summary=summary.strip(),
            locked=locked,
            created_at=now,
            updated_at=now,
        )
    )
    _keep_actor(tx, site, group, now)
    if not groups.add(tx, group):
        raise _taken(name)
    add_keys(tx, group.actor, (rsa, ed25519), now, valid_from=now)
    signals.bump(tx, f"group:{name}")
    signals.bump(tx, "instance")
    return group


def check_name(tx: Tx, name: str) -> None:
    """Raise Refused unless a new group could have this name."""
    if not NAME.fullmatch(name):
        raise Refused(
            _("%(name)s cannot be the name of a group."),
            cure=_("Use 1 to 30 of the characters a-z, 0-9 and _."),
            name=repr(name),
        )
    if name in RESERVED_NAMES:
        raise Refused(
            _("The name %(name)s is reserved."), cure=_("Choose another name."), name=name
        )
    if groups.find(tx, name) is not None:
        raise _taken(name)


def find_group(tx: Tx, name: str) -> Group | None:
    """Return a group that is there now."""
    group = groups.find(tx, name)
    return group if group and group.removed_at is None else None


def get_group(tx: Tx, name: str) -> Group:
    """Return a group; raise Gone if it was removed, NotFound if there never was one."""
    group = groups.find(tx, name)
    if group is None:
        raise NotFound(f"There is no group {name} here.")
    if group.removed_at is not None:
        raise Gone(f"The group {name} was removed.")
    return group


def all_groups(tx: Tx) -> list[Group]:
    """Return every group that is there now, by name."""
    return groups.list_(tx)


def set_profile(tx: Tx, site: Site, name: str, changes: Mapping[str, Any], now: int) -> Group:
    """Change what a group says about itself and tell its followers; raise Refused for what cannot be.

    `fields` are pairs of name and value; a field keeps its verification while its value stays.
    """
    tx.lock("group", name)
    before = get_group(tx, name)
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise Refused(
            f"A group has no {unknown[0]}.",
            cure=f"What can be set: {', '.join(sorted(CHANGEABLE))}.",
        )
    values = {key: _plain(value) for key, value in changes.items()}
    if "about" in values:
        values.setdefault("about_source", "")
    if "fields" in values:
        verified = {(field.name, field.value): field.verified_at for field in before.fields}
        pairs = [(str(pair[0]).strip(), str(pair[1]).strip()) for pair in values["fields"]]
        values["fields"] = tuple(Field(*pair, verified.get(pair)) for pair in pairs)
    after = replace(before, **values)
    if after == before:
        return before
    after = replace(after, version=before.version + 1, updated_at=max(now, before.updated_at + 1))
    _forget_pictures(tx, before.actor, _own_pictures(before) - _own_pictures(after), now)
    return _tell(tx, site, _checked(after), now)


def mark_verified(tx: Tx, name: str, verified: Mapping[str, int | None]) -> None:
    """Note which links of a profile were seen to link back, and when (by value; None for not)."""
    tx.lock("group", name)
    before = get_group(tx, name)
    fields = tuple(
        field._replace(verified_at=_since(field, verified[field.value]))
        if field.value in verified
        else field
        for field in before.fields
    )
    if fields != before.fields:
        groups.save(tx, replace(before, fields=fields))
        signals.bump(tx, f"group:{name}")


def rotate_keys(
    tx: Tx, site: Site, name: str, *, now: int, rsa: KeyPair, ed25519: KeyPair
) -> Group:
    """Give a group new keys and announce them under the old ones, which sign nothing recorded later.

    The Update carries the whole new actor and is signed with the old key: GoToSocial takes a changed key only
    from an activity that the key it holds proves, Lemmy and PieFed do not ask again on a bad signature, and
    Mastodon takes either. What is recorded from the next millisecond on is signed with the new key; order per
    host makes sure that the Update arrives first.
    """
    tx.lock("group", name)
    before = get_group(tx, name)
    old = [key for key in keys.of_actor(tx, before.actor) if key.valid_until is None]
    add_keys(tx, before.actor, (rsa, ed25519), now, valid_from=now + 1)
    for key in old:
        keys.retire(tx, key.id, now)
    after = replace(before, version=before.version + 1, updated_at=max(now, before.updated_at + 1))
    return _tell(tx, site, after, now)


def remove_group(tx: Tx, site: Site, name: str, now: int) -> None:
    """Take a group away: its followers are told, its name is never used again, its id says Gone."""
    tx.lock("group", name)
    group = get_group(tx, name)
    delete = activities.delete_actor(group.actor)
    also = follows.followed_by(tx, group.actor)
    farewell = outbox.publish(
        tx, site, by=group.actor, activity=delete, audience="public", now=now, also=also
    )
    groups.remove(tx, group.actor, now)
    actors.mark_gone(tx, group.actor, now)
    follows.remove_all(tx, group.actor)
    pictures = {*media.names_of_actor(tx, group.actor), *_own_pictures(group)}
    _forget_pictures(tx, group.actor, pictures, now)
    for object_id in objects.withdraw_all(tx, group.actor, now):
        signals.bump(tx, f"object:{object_id}")
    closing.forget(tx, group.actor, farewell)
    signals.bump(tx, f"group:{name}")
    signals.bump(tx, "instance")


def _tell(tx: Tx, site: Site, group: Group, now: int) -> Group:
    groups.save(tx, group)
    _keep_actor(tx, site, group, now)
    update = activities.update(group.actor, actor_document(tx, site, group), now)
    outbox.publish(tx, site, by=group.actor, activity=update, audience="public", now=now)
    if any(field.value.startswith(("https://", "http://")) for field in group.fields):
        jobs.add(tx, "actors.verify_links", group.name, {"group": group.name}, now)
    signals.bump(tx, f"group:{group.name}")
    signals.bump(tx, "instance")
    return group


def _taken(name: str) -> Refused:
    return Refused(
        _("There is or was a group called %(name)s."),
        cure=_("Choose another name; names are never used again."),
        name=name,
    )


def _own_pictures(group: Group) -> set[str]:
    return {name for name in (group.avatar, group.banner) if name}


def _forget_pictures(tx: Tx, actor: str, names: set[str], now: int) -> None:
    """Forget pictures now; their files go once this is committed."""
    gone = sorted(names)
    if gone:
        media.remove(tx, gone)
        jobs.add(tx, "media.discard", f"{actor} {gone[0]}", {"names": gone}, now)


def _keep_actor(tx: Tx, site: Site, group: Group, now: int) -> None:
    actors.put_local(
        tx,
        Actor(
            id=group.actor,
            is_local=True,
            type="Group",
            host=site.host,
            username=group.name,
            handle=site.handle(group.name),
            name=group.title,
            summary=group.summary,
            url=site.page_of(group.name),
            inbox=f"{group.actor}/inbox",
            shared_inbox=site.shared_inbox,
            followers=f"{group.actor}/followers",
            locked=group.locked,
            also_known_as=group.also_known_as,
        ),
        now,
    )


def _checked(group: Group) -> Group:
    if not group.title or len(group.title) > LONGEST_TITLE:
        raise Refused(_("A group's title has 1 to %(most)s characters."), most=LONGEST_TITLE)
    if len(group.summary) > LONGEST_SUMMARY:
        raise Refused(_("A group's summary has at most %(most)s characters."), most=LONGEST_SUMMARY)
    if len(group.fields) > MOST_FIELDS:
        raise Refused(_("A profile has at most %(most)s fields."), most=MOST_FIELDS)
    for field in group.fields:
        if not field.name or not 0 < len(field.value) <= LONGEST_FIELD >= len(field.name):
            raise Refused(
                _("A field of a profile has a name and a value."),
                cure=_("Each has 1 to %(most)s characters."),
                most=LONGEST_FIELD,
            )
    if group.quotes not in ("public", "followers", "nobody"):
        raise Refused(
            _("Quotes cannot be set to %(value)s."),
            cure=_("Use public, followers or nobody."),
            value=repr(group.quotes),
        )
    return group


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    return tuple(value) if isinstance(value, list) else value


def _since(field: Field, seen_at: int | None) -> int | None:
    return (field.verified_at or seen_at) if seen_at else None
