"""What people write at the end of a decision or a task: how it came about, who takes it on, until when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fedi.web.console.minutes.days import day_in, digits, only_day

Languages = frozenset[str]
MOST_NAME = 60
"""Characters of a name."""
LONGEST, LONGEST_END = 1_000, 160
"""Characters; of a longer line nothing is taken apart, and a longer end says more than who and when."""
MOST_SAID = 4
"""Who, until when, done, and one more: what has more parts is a sentence."""
_SAID: Mapping[tuple[str, str], str] = {
    (
        "how",
        "consent",
    ): "consent, by consent, konsent, im konsent, consentimiento, por consentimiento, "
    "consentement, par consentement, consentimento, por consentimento, بالموافقة, موافقة",
    ("how", "consensus"): "consensus, by consensus, konsens, im konsens, consenso, por consenso, "
    "par consensus, بالتوافق, توافق",
    (
        "how",
        "vote",
    ): "vote, by vote, voted, abstimmung, durch abstimmung, per abstimmung, votación, "
    "por votación, par vote, votação, por votação, بالتصويت, تصويت",
    ("how", "lot"): "by lot, durch los, per los, por sorteo, par tirage au sort, بالقرعة",
    ("how", "delegation"): "by delegates, durch delegierte, por delegación, par délégation, "
    "por delegação, عبر المندوبين",
    (
        "result",
        "adopted",
    ): "adopted, agreed, decided, passed, carried, approved, accepted, beschlossen, "
    "angenommen, aprobada, aprobado, decidida, decidido, acordado, adoptée, adopté, aprovada, aprovado, أُقرّ",
    (
        "result",
        "amended",
    ): "amended, changed and decided, changed then decided, geändert dann beschlossen, "
    "modificada luego decidida, modifiée puis adoptée, alterada depois decidida, عُدّل ثم أُقرّ",
    (
        "result",
        "postponed",
    ): "postponed, put off, deferred, vertagt, verschoben, aplazada, aplazado, "
    "reportée, reporté, adiada, adiado, أُجّل",
    (
        "result",
        "rejected",
    ): "rejected, not agreed, not adopted, abgelehnt, nicht angenommen, rechazada, "
    "rechazado, sin acuerdo, rejetée, rejeté, pas d'accord trouvé, rejeitada, rejeitado, sem acordo, "
    "لم يُتّفق عليه",
    ("result", "withdrawn"): "withdrawn, zurückgezogen, retirada, retirado, retirée, retiré, سُحب",
}
"""Words that say all of how a decision came about, and what of it; fuller ones stay in its text."""
_COUNTED: Mapping[str, str] = {
    "consent": "consent, consents, zustimmung, zustimmungen, consiente, consienten, consentement, "
    "consentements, consentem, موافقة, موافقات",
    "stand_aside": "stand aside, stands aside, stand asides, stand-aside, stand-asides, steht beiseite, "
    "stehen beiseite, se hace a un lado, se hacen a un lado, mise en retrait, mises en retrait, "
    "fica de lado, ficam de lado",
    "block": "block, blocks, veto, vetos, vetoes, veta, vetan, vetam",
    "abstain": "abstain, abstains, abstained, abstention, abstentions, enthaltung, enthaltungen, abstención, "
    "abstenciones, se abstiene, se abstienen, abstenção, abstenções, se abstém, se abstêm, امتناع, امتناعات",
    "for": "for, in favour, in favor, yes, dafür, ja, a favor, pour, sim, sí, مع",
    "against": "against, no, dagegen, nein, en contra, contre, contra, não, ضد",
}
_VOTED = {"for": "consent", "against": "block"}
_BY = (
    "by, until, due, due by, due on, till, bis, bis zum, fällig, antes del, hasta, hasta el, para el, avant le, "
    "d'ici le, pour le, até, قبل, حتى"
)
_BACK = (
    "review, review on, reviewed on, comes back on, überprüfung, überprüfung am, revisión, se revisa el, réexamen, "
    "réexamen le, revisão, volta à mesa em, يُراجَع في, مراجعة"
)
_WHO = (
    "who, owner, responsible, assigned to, wer, verantwortlich, quién, responsable, qui, quem, responsável, "
    "من, المسؤول, المسؤولة"
)
DONE = frozenset(
    ["done", "✓", "✔", "erledigt", "hecho", "hecha", "fait", "faite", "feito", "feita", "تمّ", "تم"]
)


def _one_of(words: str) -> str:
    found = sorted(words.split(", "), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, found))})"


_METHODS = {word: said for said, words in _SAID.items() for word in words.split(", ")}
_STANCES = {word: name for name, words in _COUNTED.items() for word in words.split(", ")}
_PHRASE = re.compile(rf"({_one_of(', '.join(_SAID.values()))})(?=\W|$)")
_NUMBER = _one_of(", ".join(_COUNTED.values()))
_COUNT = re.compile(rf"(\d{{1,6}}) ({_NUMBER})(?=\W|$)|({_NUMBER}):? ?(\d{{1,6}})(?=\W|$)")
_AND = re.compile(r"[\s,;:·/–—]+(?:(?:and|und|y|et|e) )?")
_DUE = re.compile(rf"(?:(.*?)(?:^|[\s,:;·–—-]))??{_one_of(_BY)}:?\s+(\S.*)", re.IGNORECASE)
_SOMEWHERE = re.compile(rf"(?:(?:\b|(?<=\s)){_one_of(_BY)}\b|[(\[,–]).{{6,40}}$", re.IGNORECASE)
_BACK_ON = re.compile(rf"{_one_of(_BACK)}:?\s+(.+)", re.IGNORECASE)
_OWNED = re.compile(rf"{_one_of(_WHO)}\s*[:：]\s*(.+)|@(\S+)", re.IGNORECASE)
_BRACKETED = re.compile(r"(.*\S)\s*(?:\(([^()]+)\)|\[([^\[\]]+)\])\s*\.?")
_CUT = re.compile(r"\s[–—-]{1,3}\s+|\s[·|]\s+|\s*→\s*|([:：,،;؛])\s+")
_NAME = re.compile(r"[^\W\d_][\w.'’&+-]*(?: [^\W\d_&][\w.'’&+-]*| &){0,3}")


def of_decision(text: str, languages: Languages = frozenset()) -> dict[str, Any]:
    """Return the sentence of a decision and what is said around it; words that are not understood stay in it."""
    before, cut, sentence = text.partition(": ")
    if cut and (said := how_decided(before, languages)):
        return {"text": sentence, **said}
    for sentence, end, _is_loose in _ends(text):
        if said := how_decided(end, languages):
            return {"text": sentence, **said}
    return {"text": text}


def how_decided(text: str, languages: Languages = frozenset()) -> dict[str, Any]:
    """Return what words say of a decision, such as `by consent, 2 stand aside`; nothing unless all is understood."""
    if len(text) > LONGEST_END:
        return {}
    left = digits(text).replace("’", "'").casefold().strip(" .")
    said: dict[str, Any] = {}
    while left:
        if found := _COUNT.match(left):
            stance = _STANCES[found[2] or found[3]]
            if stance in _VOTED and said.setdefault("how", "vote") != "vote":
                return {}
            new = {_VOTED.get(stance, stance): found[1] or found[4]}
        elif found := _PHRASE.match(left):
            new = dict([_METHODS[found[1]]])
        elif found := _BACK_ON.fullmatch(left):
            new = {"review": only_day(found[1], languages)}
        else:
            return {}
        if not all(new.values()) or new.keys() & said.keys():
            return {}
        said |= new
        left = left[found.end() :]
        gap = _AND.match(left)
        left = left[gap.end() :] if gap else left
    return said


def of_action(text: str, languages: Languages = frozenset()) -> dict[str, Any]:
    """Return what is to be done, who takes it on and until when; words that are not understood stay in it."""
    found = _DUE.fullmatch(text) if len(text) <= LONGEST else None
    due = only_day(found[2], languages) if found and found[1] else ""
    pieces = [{"text": found[1].rstrip(" ,،;:–—-"), "due": due}] if found and due else []
    for sentence, end, is_loose in _ends(text):
        if said := taken_on(end, languages, is_written=is_loose):
            pieces.append({"text": sentence, **said})
            break
    piece = min(pieces, key=lambda one: len(one["text"]), default={"text": text})
    if "due" not in piece and (somewhere := _SOMEWHERE.search(digits(text[-LONGEST:]))):
        day = day_in(somewhere[0], languages)
        piece |= {"due": day} if day else {}
    who, cut, what = piece["text"].partition(": ")
    if cut and what.strip() and "role" not in piece and _is_name(who.lstrip("@"), is_written=True):
        piece |= {"text": what.strip(), "role": who.lstrip("@")}
    return piece


def taken_on(
    text: str, languages: Languages = frozenset(), *, is_written: bool = False
) -> dict[str, Any]:
    """Return what words say of who does something and until when, such as `Ana by 2026-12-01`.

    Nothing unless all is understood. A name alone could be anything: beside a day, after `@` or `who:` it is one;
    `is_written` asks that every word of it is written large.
    """
    text = text.strip(" .")
    words = re.split(r"\s*[,،;؛·]\s*", text[: LONGEST_END + 1])
    if len(text) > LONGEST_END or len(words) > MOST_SAID:
        return {}
    whole = _one_said(text, languages, is_written=is_written)
    said: dict[str, Any] = {}
    for word in [] if whole else words:
        part = _one_said(word, languages, is_written=is_written)
        if not part or part.keys() & said.keys():
            return {}
        said |= part
    said |= whole
    return {} if said.keys() == {"role"} and not _OWNED.fullmatch(text) else said


def _one_said(part: str, languages: Languages, *, is_written: bool) -> dict[str, Any]:
    if part.casefold() in DONE:
        return {"done": "yes"}
    if day := only_day(part, languages):
        return {"due": day}
    found = _DUE.fullmatch(part)
    day = only_day(found[2], languages) if found else ""
    due = {"due": day} if day else {}
    who = (found[1] or "").strip(" ,،;:–—-") if found and day else part
    owned = _OWNED.fullmatch(who)
    who = (owned[1] or owned[2]).strip() if owned else who
    if due and not who:
        return due
    is_one = bool(owned) or _is_name(who, is_written=is_written)
    return {"role": who, **due} if is_one and len(who) <= MOST_NAME else {}


def _ends(text: str) -> Iterator[tuple[str, str, bool]]:
    """Return where a text may end and what is said about it begin, and whether a mere comma is between them."""
    if len(text) > LONGEST:
        return
    if found := _BRACKETED.fullmatch(text):
        yield found[1], found[found.lastindex or 2], False
    for cut in _CUT.finditer(text):
        before = text[: cut.start()].strip()
        if before and len(text) - cut.end() <= LONGEST_END:
            yield before, text[cut.end() :], bool(cut[1])


def _is_name(text: str, *, is_written: bool = False) -> bool:
    """Tell whether it can be a name; one written as such has no word that is written small.

    Of `milk, bread by May` bread is none.
    """
    is_one = len(text) <= MOST_NAME and bool(_NAME.fullmatch(text))
    return is_one and not (is_written and any(word[0].islower() for word in text.split()))
