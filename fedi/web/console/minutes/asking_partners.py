"""Asking a partner for a translation, and the page on which they write it: whoever has its link needs no sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect

from fedi.errors import FediError, Refused
from fedi.governing import log
from fedi.house import House
from fedi.publishing import handed_in, translating, written
from fedi.publishing.handed_in import DAY_MS, DAYS, Wanted
from fedi.publishing.labels import label
from fedi.publishing.languages import spelt
from fedi.publishing.words import _
from fedi.storage import groups, translation_links, translations, versions
from fedi.storage.groups import Group
from fedi.storage.tx import Tx
from fedi.web.art.qr import qr
from fedi.web.console.minutes import wordings
from fedi.web.console.minutes.other_languages import path_of, sheet_of, sheet_page
from fedi.web.console.minutes.paper import MinutesForm
from fedi.web.console.minutes.side_by_side import form_of, refuse, shown, words_of, wrong_marks
from fedi.web.console.minutes.suggestions import named
from fedi.web.console.minutes.wordings import Worded, Wording
from fedi.web.console.published import found_of
from fedi.web.console.shell import console_page, member_of_request, personal_page, see_other
from fedi.web.console.visitor import visitor_of_request
from fedi.web.forms import Form, form_data
from fedi.web.i18n import autonym, catalogue


@dataclass(frozen=True, slots=True)
class Task:
    """What lies before a partner: what they may read of the minutes, and what they wrote before.

    `whole` is all that members wrote; of it they see `pieces`.
    """

    wanted: Wanted
    group: Group
    partner: str
    whole: Worded
    pieces: tuple[Wording, ...]
    done: Worded | None


def blueprint(house: House) -> Blueprint:
    """Return the routes of translations by partners."""
    bp = Blueprint("asking_partners", __name__)
    path = "/console/<name>/posts/minutes/<ulid>/translate"

    @bp.post(f"{path}/ask")
    async def ask(name: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent, now = await form_data(), house.now()
        language, partner = spelt(sent.get("language", "")), sent.get("partner", "")

        def unit(tx: Tx) -> tuple[str, str]:
            stored = found_of(tx, house, member, "minutes", ulid)
            token = handed_in.ask(tx, stored, language, partner, now)
            line = label(
                _("Ask %(partner)s to translate into %(language)s: %(title)s"),
                partner=named(tx, partner),
                language=autonym(language),
                title=stored.title,
            )
            log.note(tx, stored.actor, "ask_translation", member.person.id, stored.id, line, now)
            return token, named(tx, partner)

        try:
            token, asked = await house.store.write(unit)
        except Refused as error:
            sheet = await sheet_of(house, member, ulid, "")
            form = form_of([], None, member.speech, None)
            form.refuse(error)
            return await sheet_page(house, member, sheet, "", form)
        link = f"{house.site.origin}/translate/{token}"
        return await console_page(
            house,
            member,
            "console/translation_link.html",
            current="minutes",
            link=link,
            squares=qr(link, catalogue(member.speech.language).gettext("QR code of the link")),
            partner=asked,
            language_name=autonym(language),
            expires_at=now + DAYS * DAY_MS,
            back=path_of(member, ulid),
        )

    @bp.post(f"{path}/close")
    async def close(name: str, ulid: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        language = spelt((await form_data()).get("language", ""))

        def unit(tx: Tx) -> bool:
            stored = found_of(tx, house, member, "minutes", ulid)
            return translation_links.drop(tx, stored.id, language)

        said = "closed" if await house.store.write(unit) else ""
        return see_other(f"{path_of(member, ulid)}?said={said}")

    @bp.get("/translate/<token>")
    async def read(token: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        task = await _task(house, token)
        if task is None:
            return await _over(house)
        visitor = await visitor_of_request(house)
        return await _page(house, task, form_of(task.pieces, task.done, visitor.speech, None))

    @bp.post("/translate/<token>")
    async def write(token: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        task = await _task(house, token)
        if task is None:
            return await _over(house)
        visitor, now = await visitor_of_request(house), house.now()
        form = form_of(task.pieces, task.done, visitor.speech, await form_data())
        if form.validate():
            try:
                source = _source(task, form)
                if not form.has_errors:
                    kept = await house.store.write(
                        lambda tx: handed_in.hand_in(tx, token, source, now)
                    )
                    path = f"{request.path}?said=handed-in"
                    return see_other(path) if kept else await _over(house)
            except FediError as error:
                refuse(form, error, task.whole)
        return await _page(house, task, form)

    return bp


async def _task(house: House, token: str) -> Task | None:
    def read(tx: Tx) -> Task | None:
        wanted = handed_in.opened(tx, token, house.now())
        group = groups.find_by_actor(tx, wanted.stored.actor) if wanted else None
        if wanted is None or group is None:
            return None
        link, stored = wanted.link, wanted.stored
        keys = MinutesForm.recall(tx, stored.id)
        whole = wordings.read(versions.source(tx, stored.id, stored.audience), keys)
        words = link.source or _published(tx, wanted)
        return Task(
            wanted,
            group,
            named(tx, link.partner),
            whole,
            tuple(one for one in whole.as_seen("partners").wordings() if one.original),
            wordings.read(words, keys).as_seen("partners") if words else None,
        )

    return await house.store.read(read)


def _published(tx: Tx, wanted: Wanted) -> str:
    """Return the translation that is published already, as partners see it."""
    stored = wanted.stored
    for audience in ("partners", stored.audience):
        for one in translations.of_object(tx, stored.id, audience):
            if one.language == wanted.link.language:
                return one.source
    return ""


def _source(task: Task, form: Form) -> str:
    """Return the whole text with a partner's words in it; raise FrontMatterError for what cannot be read."""
    words = words_of(form, task.pieces)
    for one in task.pieces:
        if words[one.name] and one.hides_less(words[one.name]):
            form.refuse(wrong_marks(), one.name)
    front, body = task.whole.put(words)
    source = written.write({**front, "language": task.wanted.link.language}, body)
    translating.read(task.wanted.stored.kind, source)
    return source


async def _page(house: House, task: Task, form: Form) -> Response:
    wanted = task.wanted
    visitor = await visitor_of_request(house)
    say = catalogue(visitor.speech.language).gettext
    said = say(_("Handed in. A member of the group looks through it and publishes it."))
    return await personal_page(
        house,
        "people/translate.html",
        status=422 if form.has_errors else 200,
        said=said if request.args.get("said") == "handed-in" and not form.has_errors else "",
        form=form,
        action=request.path,
        group=task.group,
        partner=task.partner,
        stored=wanted.stored,
        link=wanted.link,
        pieces=shown(form, task.pieces),
        language=wanted.link.language,
        language_name=autonym(wanted.link.language),
        own=spelt(wanted.stored.language),
        own_name=autonym(spelt(wanted.stored.language)),
    )


async def _over(house: House) -> Response:
    """Say that a link is of no use any more, and not why: that would tell what became of the minutes."""
    visitor = await visitor_of_request(house)
    say = catalogue(visitor.speech.language).gettext
    sentence = _(
        "Nothing can be handed in with this link any more. Ask the group whether it still needs the translation."
    )
    return await personal_page(
        house, "people/link_over.html", status=410, sentence=say(sentence), is_known=True
    )
