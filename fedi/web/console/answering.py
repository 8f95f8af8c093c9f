"""Answering from the console: the short form below a conversation, and what becomes of it."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField, TextAreaField

from fedi.conversation.reading import OPEN
from fedi.governing.asking import Outcome
from fedi.house import House
from fedi.publishing import acts, redaction
from fedi.publishing.draft import read
from fedi.publishing.kinds import kind
from fedi.publishing.labels import label
from fedi.publishing.prepare import find_mentioned
from fedi.publishing.redaction import Finding
from fedi.publishing.words import _
from fedi.publishing.written import write
from fedi.storage.notes import Note
from fedi.web.console.member import Member
from fedi.web.console.typed import OFTEN
from fedi.web.console.waiting import ask
from fedi.web.forms import Form, at_most, required
from fedi.web.i18n import autonym

LONGEST = 5_000


class Answer(Form):
    """An answer as it is typed."""

    text = TextAreaField(_("Your answer"), [required, at_most(LONGEST)])
    language = SelectField(_("Language"), validate_choice=False)
    warning = StringField(_("Content warning, if it needs one"), [at_most(300)])


def form_for(member: Member, note: Note, sent: MultiDict[str, Any] | None) -> Answer:
    """Return the form of an answer; it is in the group's language unless somebody says otherwise."""
    own = [*member.group.languages] or [member.speech.language.replace("_", "-")]
    form = Answer(sent, member.speech)
    if sent is None:
        form.warning.data = note.warning
    chosen = form.language.data or own[0]
    codes = dict.fromkeys([*own, chosen, *sorted(OFTEN.split(), key=autonym)])
    form.language.choices = [(code, autonym(code)) for code in codes]
    form.language.data = chosen
    return form


def looks_private(note: Note, form: Answer) -> tuple[Finding, ...]:
    """Return what looks private in an answer; what its author said to us alone leaves to nobody else."""
    if note.visibility not in OPEN:
        return ()
    language = (form.language.data or "en").split("-")[0].lower()
    texts = (form.text.data or "", form.warning.data or "")
    return tuple(one for text in texts for one in redaction.find(text, language=language))


def black_out(form: Answer) -> None:
    """Put black in the place of all that looks private in an answer."""
    language = (form.language.data or "en").split("-")[0].lower()
    for field in (form.text, form.warning):
        text = field.data or ""
        field.data = redaction.black_out(text, redaction.find(text, language=language))


async def answer(house: House, member: Member, note: Note, form: Answer) -> Outcome:
    """Ask for an answer in the group's name; raise Refused for what is wrong with it."""
    front = {"language": form.language.data or "", "warning": (form.warning.data or "").strip()}
    source = write({name: value for name, value in front.items() if value}, form.text.data or "")
    chosen = kind("update")
    people, _not_found = await find_mentioned(house, read(chosen, source).body)
    arguments = {**acts.written(chosen.name, source, people, ()), "reply_to": note.id}
    said = label(_("Answer: %(text)s"), text=" ".join((form.text.data or "").split())[:80])
    return await ask(house, member, "reply", said, **arguments)
