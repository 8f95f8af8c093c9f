"""Published minutes in other languages: every piece beside its original, added, changed and taken away."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from quart import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Redirect

from fedi.errors import FediError, NotFound, Refused
from fedi.house import House
from fedi.publishing import redaction, translating, written
from fedi.publishing.handed_in import NOT_FOR_THEM
from fedi.publishing.labels import label
from fedi.publishing.languages import spelt
from fedi.publishing.prepare import find_mentioned
from fedi.publishing.private_things import leaves_for
from fedi.publishing.projections import masked
from fedi.publishing.words import _
from fedi.storage import partners, translation_links, translations, versions
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.console.minutes import wordings
from fedi.web.console.minutes.paper import MinutesForm
from fedi.web.console.minutes.side_by_side import form_of, refuse, shown, words_of, wrong_marks
from fedi.web.console.minutes.suggestions import named
from fedi.web.console.minutes.wordings import Worded
from fedi.web.console.published import found_of
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.spotted import counted
from fedi.web.console.typed import OFTEN
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.forms import Form, form_data
from fedi.web.i18n import autonym

SAID = {
    "translated": _(
        "The translation is published, and on its way to everybody who has the minutes."
    ),
    "untranslated": _("The translation is taken away."),
    "closed": _("The link is of no use any more, and what was handed in with it is forgotten."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A partner who was asked for a translation, and when they handed it in; `is_here` for the language looked at."""

    language: str
    partner: str
    expires_at: int
    handed_in_at: int | None
    is_here: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What lies before somebody who translates: the minutes, and what there is of them in the language chosen."""

    stored: StoredObject
    original: Worded
    source: str
    done: Worded | None
    languages: tuple[str, ...]
    links: tuple[Asked, ...]
    partners: tuple[tuple[str, str], ...]
    made_by: str

    @property
    def handed_in(self) -> Asked | None:
        """What a partner handed in for the language that is looked at."""
        return next((one for one in self.links if one.is_here and one.handed_in_at), None)

    def form(self, member: Member, sent: MultiDict[str, Any] | None) -> Form:
        """Return the form with a field for each piece."""
        return form_of(self.original.wordings(), self.done, member.speech, sent, self.made_by)

    def path(self, member: Member) -> str:
        """Return the path of this page."""
        return path_of(member, self.stored.id.rsplit("/", 1)[-1])


def blueprint(house: House) -> Blueprint:
    """Return the routes of translations."""
    bp = Blueprint("other_languages", __name__)
    path = "/console/<name>/posts/minutes/<ulid>/translate"

    @bp.get(path)
    async def show(name: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        language = spelt(request.args.get("language", ""))
        sheet = await sheet_of(house, member, ulid, language)
        form = sheet.form(member, None)
        return await sheet_page(house, member, sheet, language, form)

    @bp.post(path)
    async def change(name: str, ulid: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        language = spelt(str(sent.get("language") or ""))
        sheet = await sheet_of(house, member, ulid, language)
        if sent.get("do") == "remove":
            return await _tell(house, member, sheet, language, "", "untranslated")
        form = sheet.form(member, sent)
        try:
            source = await _source(sheet, form, member, language)
            if source:
                return await _tell(house, member, sheet, language, source, "translated")
        except NotFound:
            raise
        except FediError as error:
            refuse(form, error, sheet.original)
        return await sheet_page(house, member, sheet, language, form)

    return bp


async def sheet_of(house: House, member: Member, ulid: str, language: str) -> Sheet:
    """Read what lies before a member who translates minutes into a language."""

    def read(tx: Tx) -> Sheet:
        stored = found_of(tx, house, member, "minutes", ulid)
        keys = MinutesForm.recall(tx, stored.id)
        source = versions.source(tx, stored.id, stored.audience)
        there = translations.of_object(tx, stored.id, stored.audience)
        fullest = {one.language: one for one in there}
        fullest |= {one.language: one for one in translations.of_object(tx, stored.id, "members")}
        links = translation_links.of_object(tx, stored.id)
        asked = [
            Asked(
                one.language,
                named(tx, one.partner),
                one.expires_at,
                one.handed_in_at,
                one.language == language,
            )
            for one in links
        ]
        made = fullest.get(language)
        # What a partner handed in is looked through before what is published already.
        new = next((one for one in links if one.language == language and one.source), None)
        words = new.source if new else made.source if made else ""
        return Sheet(
            stored,
            wordings.read(source, keys),
            source,
            wordings.read(words, keys) if words else None,
            tuple(fullest),
            tuple(asked),
            tuple((one.actor, named(tx, one.actor)) for one in partners.of_group(tx, stored.actor)),
            named(tx, new.partner) if new else made.made_by if made else "",
        )

    return await house.store.read(read)


async def _source(sheet: Sheet, form: Form, member: Member, language: str) -> str:
    """Return the translation as a text with front matter; '' where the form says what is wrong with it."""
    pieces = sheet.original.wordings()
    good = form.validate()
    words = words_of(form, pieces)
    for one in pieces:
        if words[one.name] and one.hides_less(words[one.name]):
            form.refuse(wrong_marks(), one.name)
            good = False
    if not good:
        return ""
    front, body = sheet.original.put(words)
    by = {"translated_by": sheet.made_by} if sheet.made_by and form["credit"].data else {}
    source = written.write({**front, **by, "language": language}, body)
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
    return answered(member, outcome, f"{sheet.path(member)}?said={said}")


async def sheet_page(
    house: House, member: Member, sheet: Sheet, language: str, form: Form
) -> Response:
    """Draw the page of translations, with the form for one language where one was chosen."""
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
        path=sheet.path(member),
        pieces=shown(form, sheet.original.wordings()) if language and language != own else [],
        language=language,
        language_name=autonym(language) if language else "",
        own=own,
        own_name=autonym(own),
        is_done=language in sheet.languages,
        handed_in=sheet.handed_in,
        made_by=sheet.made_by,
        asked=[(one, autonym(one.language)) for one in sheet.links],
        partners=sheet.partners if sheet.stored.audience not in NOT_FOR_THEM else (),
        there=[(code, autonym(code)) for code in sheet.languages if code != own],
        offered=[(code, autonym(code)) for code in codes],
    )


def path_of(member: Member, ulid: str) -> str:
    """Return the path of the translations of minutes."""
    return f"{member.home}/posts/minutes/{ulid}/translate"
