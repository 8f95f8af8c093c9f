"""The few words that stand inside documents, in the document's own language."""

from __future__ import annotations

import gettext
from functools import lru_cache

from fedi.places import folder


def _(message: str) -> str:
    """Mark a text for translation; `say` translates it."""
    return message


CANCELLED = _("Cancelled: %(title)s")
POSTPONED = _("Postponed: %(title)s")
TENTATIVE = _("Not yet certain: %(title)s")
MOVED = _("New date: %(title)s")
NEW_PLACE = _("New place: %(title)s")
GOES_AHEAD = _("Goes ahead: %(title)s")
WAS = _("It was to be on %(when)s.")
IS_NOW = _("It is now on %(when)s.")
TAKES_PLACE_AT = _("It takes place here: %(where)s.")
NO_NEW_DATE = _("A new date will follow.")
PRESENT = _("%(count)s present")
DECISIONS = _("Decisions")
CONSENT = _("%(count)s consent")
STAND_ASIDE = _("%(count)s stand aside")
BLOCK = _("%(count)s block")
REVIEW = _("Comes back on %(day)s")
MINUTES = _("Minutes: %(title)s")
REQUEST = _("Solidarity request: %(title)s")
NEEDED = _("What is needed")
NEEDED_BY = _("Needed by %(day)s")
WAYS_TO_GIVE = _("Ways to give")
COVERED = _("Covered: nothing more is needed. Thank you.")
CLOSED = _("Closed: this request has ended.")
ONLINE = _("Online")
MORE = _("Read all of it")

OUTCOMES = {
    "adopted": _("Decided"),
    "amended": _("Changed, then decided"),
    "postponed": _("Put off"),
    "rejected": _("Not agreed"),
    "withdrawn": _("Withdrawn"),
}
METHODS = {
    "consent": _("by consent"),
    "consensus": _("by consensus"),
    "vote": _("by vote"),
    "lot": _("by lot"),
    "delegation": _("by delegates"),
}
NEEDS = {
    "money": _("Money"),
    "goods": _("Goods"),
    "hours": _("Hours"),
    "housing": _("Housing"),
    "translation": _("Translation"),
    "legal": _("Legal support"),
    "transport": _("Transport"),
    "other": _("Other"),
}


def say(message: str, language: str, **values: object) -> str:
    """Return a text in a language, or in English where nobody has translated it."""
    spoken = _catalogue(language).gettext(message)
    return spoken % values if values else spoken


@lru_cache(maxsize=64)
def _catalogue(language: str) -> gettext.NullTranslations:
    name = language.replace("-", "_")
    wanted = [name, name.split("_")[0]]
    return gettext.translation("fedi", folder("locales"), wanted, fallback=True)
