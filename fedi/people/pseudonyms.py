"""Pseudonyms: what a person may be called here, so that nobody can pass for somebody else."""

from __future__ import annotations

import re
import unicodedata

from fedi.errors import Refused
from fedi.people.words import _

SHORTEST, LONGEST = 2, 40
MOST_MARKS = 3
"""How many accents and vowel signs one letter may carry; more of them cover the lines around it."""
# Letters that Unicode has and nobody can see.
_UNSEEN = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
# Writing systems that stand together in one word of one language.
_TOGETHER = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "LATIN"}),
    frozenset({"CJK", "HANGUL", "LATIN"}),
    frozenset({"CJK", "BOPOMOFO", "LATIN"}),
)


def checked(name: str) -> str:
    """Return a pseudonym as it is kept, or raise Refused: letters and digits of any script, space . _ and -."""
    name = re.sub(" +", " ", unicodedata.normalize("NFKC", name)).strip(" ")
    if not SHORTEST <= len(name) <= LONGEST:
        raise Refused(
            _("A pseudonym has %(least)s to %(most)s characters."),
            least=SHORTEST,
            most=LONGEST,
        )
    strange = next((sign for sign in name if not _may_stand(sign)), None)
    if strange is not None:
        if strange.isprintable():
            raise Refused(_("“%(sign)s” cannot stand in a pseudonym."), cure=_ALLOWED, sign=strange)
        raise Refused(_("There is something in this pseudonym that cannot be seen."), cure=_ALLOWED)
    if not name[0].isalnum():
        raise Refused(_("A pseudonym begins with a letter or a digit."))
    if re.search(
        rf"M{{{MOST_MARKS + 1}}}", "".join(unicodedata.category(sign)[0] for sign in name)
    ):
        raise Refused(_("There are too many accents on one letter of this pseudonym."))
    if not _is_one_script(name):
        raise Refused(
            _(
                "This pseudonym mixes letters of different scripts, which can look like another name."
            ),
            cure=_("Write it in one script."),
        )
    return name


_ALLOWED = _("Use letters, digits, spaces, dots, hyphens and underscores.")


def _may_stand(sign: str) -> bool:
    if sign in _UNSEEN:
        return False
    return sign in " ._-" or unicodedata.category(sign) in (
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "Mn",
        "Mc",
        "Nd",
    )


def _is_one_script(name: str) -> bool:
    scripts = {_script(sign) for sign in name if unicodedata.category(sign).startswith("L")}
    return len(scripts) < 2 or any(scripts <= some for some in _TOGETHER)


def _script(letter: str) -> str:
    """Return the first word of a letter's name, which is its script."""
    word = re.split("[ -]", unicodedata.name(letter, ""))[0]
    return "CJK" if word == "IDEOGRAPHIC" else word
