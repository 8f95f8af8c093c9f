"""Published minutes in other languages: every piece beside its original, added, changed and taken away."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from quart import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, StringField, TextAreaField

from fedi.errors import FediError, NotFound, Refused
from fedi.house import House
from fedi.publishing import redaction, translating, written
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.labels import label
from fedi.publishing.languages import spelt
from fedi.publishing.prepare import find_mentioned
from fedi.publishing.private_things import leaves_for
from fedi.publishing.projections import masked
from fedi.publishing.words import _
from fedi.storage import translations, versions
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx
from fedi.web.console.minutes import wordings
from fedi.web.console.minutes.paper import MinutesForm
from fedi.web.console.minutes.wordings import Worded, Wording
from fedi.web.console.published import found_of
from fedi.web.console.shell import Member, console_page, member_of_request
from fedi.web.console.spotted import counted
from fedi.web.console.typed import OFTEN
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.forms import Form, at_most, form_data, required
from fedi.web.i18n import autonym

SAID = {
    "translated": _(
        "The translation is published, and on its way to everybody who has the minutes."
    ),
    "untranslated": _("The translation is taken away."),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What lies before somebody who translates: the minutes, and what there is of them in the language chosen."""

    stored: StoredObject
    original: Worded
    source: str
    done: Worded | None
    languages: tuple[str, ...]


def blueprint(house: House) -> Blueprint:
    """Return the routes of translations."""
    bp = Blueprint("other_languages", __name__)
    path = "/console/<name>/posts/minutes/<ulid>/translate"

    @bp.get(path)
    async def show(name: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        language = spelt(request.args.get("language", ""))
        sheet = await _sheet(house, member, ulid, language)
        return await _page(house, member, sheet, language, _form(sheet, member, None))

    @bp.post(path)
    async def change(name: str, ulid: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        language = spelt(str(sent.get("language") or ""))
        sheet = await _sheet(house, member, ulid, language)
        if sent.get("do") == "remove":
            return await _tell(house, member, sheet, language, "", "untranslated")
        form = _form(sheet, member, sent)
        try:
            source = await _source(sheet, form, member, language)
            if source:
                return await _tell(house, member, sheet, language, source, "translated")
        except NotFound:
            raise
        except FediError as error:
            _refuse(form, error, sheet)
        return await _page(house, member, sheet, language, form)

    return bp


async def _sheet(house: House, member: Member, ulid: str, language: str) -> Sheet:
    def read(tx: Tx) -> Sheet:
        stored = found_of(tx, house, member, "minutes", ulid)
        keys = MinutesForm.recall(tx, stored.id)
        source = versions.source(tx, stored.id, stored.audience)
        there = translations.of_object(tx, stored.id, stored.audience)
        fullest = {one.language: one for one in there}
        fullest |= {one.language: one for one in translations.of_object(tx, stored.id, "members")}
        done = fullest.get(language)
        return Sheet(
            stored,
            wordings.read(source, keys),
            source,
            wordings.read(done.source, keys) if done else None,
            tuple(fullest),
        )

    return await house.store.read(read)


def _form(sheet: Sheet, member: Member, sent: MultiDict[str, Any] | None) -> Form:
    """Make a form with a field for each piece, filled with what was translated before."""
    fields: dict[str, Any] = {}
    values: dict[str, str] = {}
    for one in sheet.original.wordings():
        checks = [at_most(100_000 if one.is_long else 3_000)]
        needs = [required] if one.name == "title" else []
        kind = TextAreaField if len(one.original) > 80 or one.is_long else StringField
        fields[one.name] = kind(one.label, [*needs, *checks])
        before = sheet.done.said(one.place) if sheet.done else ""
        values[one.name] = "" if before == one.original else before
    fields["keep"] = BooleanField(_("It may stand there all the same"))
    made = type("Words", (Form,), fields)
    return made(sent, member.speech, **({} if sent is not None else values))


async def _source(sheet: Sheet, form: Form, member: Member, language: str) -> str:
    """Return the translation as a text with front matter; '' where the form says what is wrong with it."""
    pieces = sheet.original.wordings()
    good = form.validate()
    words = {one.name: str(form[one.name].data or "").strip() for one in pieces}
    for one in pieces:
        if words[one.name] and one.hides_less(words[one.name]):
            wrong = Refused(
                _("Some of the original is marked for members or partners, and this is not."),
                cure=_("Put [[members: …]] or [[partners: …]] around the same passages."),
            )
            form.refuse(wrong, one.name)
            good = False
    if not good:
        return ""
    front, body = sheet.original.put(words)
    source = written.write({**front, "language": language}, body)
    audience = leaves_for(sheet.stored.audience)
    found = await asyncio.to_thread(redaction.guard, source, audience)
    open_before = masked(sheet.source, audience)
    fresh = [one for one in found if one.text not in open_before]
    if fresh and not form["keep"].data:
        wrong = Refused(
            _("This looks private: %(what)s (%(which)s)."),
            cure=_("Take it out, or say that it may stand there."),
            what=counted(fresh, member.speech),
            which=", ".join(dict.fromkeys(one.text for one in fresh)),
        )
        form.refuse(wrong)
        return ""
    return source


async def _tell(
    house: House, member: Member, sheet: Sheet, language: str, source: str, said: str
) -> Redirect:
    sentence = _("Translate into %(language)s: %(title)s")
    line = label(sentence, language=autonym(language), title=sheet.stored.title)
    # Whom only hidden words name is not even looked up.
    text = translating.read(sheet.stored.kind, source).body if source else ""
    people, _not_found = await find_mentioned(house, text)
    outcome = await ask(
        house,
        member,
        "translate",
        line,
        object=sheet.stored.id,
        language=language,
        source=source,
        mentions={name: asdict(person) for name, person in people.items()},
    )
    return answered(member, outcome, f"{_path(member, sheet)}?said={said}")


def _refuse(form: Form, error: FediError, sheet: Sheet) -> None:
    """Show a refusal at the piece it is about, as far as its lines tell."""
    if not isinstance(error, FrontMatterError):
        form.refuse(error)
        return
    words = {one.name: str(form[one.name].data or "") for one in sheet.original.wordings()}
    places = written.places({**sheet.original.put(words)[0], "language": "-"})
    for problem in error.problems:
        at = "-".join(map(str, places.get(problem.line, ("body",))))
        form.refuse(problem.why, at)


async def _page(house: House, member: Member, sheet: Sheet, language: str, form: Form) -> Response:
    own = spelt(sheet.stored.language)
    codes = sorted({*OFTEN.split(), *member.group.languages} - {own, *sheet.languages}, key=autonym)
    return await console_page(
        house,
        member,
        "console/minutes_translate.html",
        current="minutes",
        status=422 if form.has_errors else 200,
        said=said_to(member, SAID),
        form=form,
        stored=sheet.stored,
        path=_path(member, sheet),
        pieces=_pieces(sheet, form) if language and language != own else [],
        language=language,
        language_name=autonym(language) if language else "",
        own=own,
        own_name=autonym(own),
        is_done=sheet.done is not None,
        there=[(code, autonym(code)) for code in sheet.languages if code != own],
        offered=[(code, autonym(code)) for code in codes],
    )


def _pieces(sheet: Sheet, form: Form) -> list[tuple[Wording, Any]]:
    return [(one, form[one.name]) for one in sheet.original.wordings()]


def _path(member: Member, sheet: Sheet) -> str:
    return f"{member.home}/posts/minutes/{sheet.stored.id.rsplit('/', 1)[-1]}/translate"
