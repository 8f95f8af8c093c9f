"""What a group says about itself to others, and how it keeps house, changed by its members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fedi.actors.groups import set_profile
from fedi.errors import Refused
from fedi.publishing.acts import Act, performs
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import house_rules, media
from fedi.storage.media import Picture
from fedi.storage.tx import Tx

DAYS = {"log_days": (1, 365), "pending_days": (1, 60), "keep_replies_days": (0, 3_650)}
"""The fewest and the most days of each setting that has days."""


@performs("profile")
def _profile(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Change the profile; `pictures` are those stored for it, beside what `set_profile` takes."""
    changes = {key: value for key, value in act.arguments.items() if key != "pictures"}
    for given in act.arguments.get("pictures", ()):
        media.add(tx, _picture(given), object_id=None, audience="public", now=now)
    return set_profile(tx, site, act.group, changes, now).actor


@performs("settings")
def _settings(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Change the rules of the house, as many of them as are given."""
    group = site.group(act.group)
    for name, value in act.arguments.items():
        if not _fits(name, value):
            raise Refused(_("%(name)s cannot be set to %(value)s."), name=name, value=value)
    house_rules.put(tx, replace(house_rules.find(tx, group), **act.arguments))
    return group


def _fits(name: str, value: object) -> bool:
    if name == "boosts_mentions":
        return isinstance(value, bool)
    fewest, most = DAYS.get(name, (1, 0))
    return isinstance(value, int) and not isinstance(value, bool) and fewest <= value <= most


def _picture(given: Mapping[str, Any]) -> Picture:
    picture = Picture(**given)
    return replace(picture, focal=tuple(picture.focal)) if picture.focal else picture
