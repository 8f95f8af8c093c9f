"""The few words that stand inside documents, in the document's own language."""

from __future__ import annotations

from fedi.catalogues import catalogue


def _(message: str) -> str:
    """Mark a text for translation; `say` translates it."""
    return message


def ngettext(one: str, many: str) -> tuple[str, str]:
    """Mark a text with a number for translation; `say` chooses the form that the language has for its `count`."""
    return one, many


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
PRESENT = ngettext("%(count)s present", "%(count)s present")
DECISIONS = _("Decisions")
CONSENT = ngettext("%(count)s consents", "%(count)s consent")
STAND_ASIDE = ngettext("%(count)s stands aside", "%(count)s stand aside")
BLOCK = ngettext("%(count)s blocks", "%(count)s block")
REVIEW = _("Comes back on %(day)s")
MINUTES = _("Minutes: %(title)s")
REQUEST = _("Solidarity request: %(title)s")
NEEDED = _("What is needed")
NEEDED_BY = _("Needed by %(day)s")
WAYS_TO_GIVE = _("Ways to give")
COVERED = _("Covered: nothing more is needed. Thank you.")
CLOSED = _("Closed: this request has ended.")
OPEN_UNTIL = _("Open until %(when)s")
CLOSED_ON = _("Closed on %(when)s")
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


def say(message: str | tuple[str, str], language: str, **values: object) -> str:
    """Return a text in a language, or in English where nobody has translated it."""
    spoken = catalogue(language)
    said = (
        spoken.gettext(message)
        if isinstance(message, str)
        else spoken.ngettext(*message, int(str(values["count"])))
    )
    return said % values if values else said
