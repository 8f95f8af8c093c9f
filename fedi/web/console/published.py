"""What can be done with something published: changed, withdrawn, shown first."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response
from werkzeug.wrappers import Response as Redirect

from fedi.actors.may_read import Reader, may_read
from fedi.errors import FediError, NotFound
from fedi.governing import asking
from fedi.house import House
from fedi.publishing import composing, drafts, kinds
from fedi.publishing.acts import Act
from fedi.publishing.kinds import Kind
from fedi.publishing.labels import label
from fedi.publishing.words import _
from fedi.storage import activities, media, objects, versions
from fedi.storage import drafts as rows
from fedi.storage.media import Picture, Voice
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.console.posts import title_of
from fedi.web.console.shell import console_page, member_of_request, see_other
from fedi.web.console.waiting import answered, ask
from fedi.web.console.writing import form_of, typed_from
from fedi.web.forms import Form

PINS = {
    "pin": (_("Show first: %(title)s"), "pinned"),
    "unpin": (_("Show at its own place: %(title)s"), "unpinned"),
}


def blueprint(house: House) -> Blueprint:
    """Return the routes of what is published."""
    bp = Blueprint("published", __name__)

    @bp.post("/console/<name>/posts/<kind>/<ulid>/edit")
    async def edit(name: str, kind: str, ulid: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        now = house.now()
        draft_id = await house.store.write(
            lambda tx: draft_of(tx, member, found_of(tx, house, member, kind, ulid), now)
        )
        return see_other(f"{member.home}/drafts/{draft_id}")

    @bp.get("/console/<name>/posts/<kind>/<ulid>/withdraw")
    async def consider(name: str, kind: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _withdrawal(house, member, kind, ulid, Form(None, member.speech))

    @bp.post("/console/<name>/posts/<kind>/<ulid>/withdraw")
    async def withdraw(name: str, kind: str, ulid: str) -> Redirect | Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        stored, line = await _found(house, member, kind, ulid, _("Withdraw: %(title)s"))
        try:
            outcome = await ask(house, member, "withdraw", line, object=stored.id)
        except FediError as error:
            form = Form(None, member.speech)
            form.refuse(error)
            return await _withdrawal(house, member, kind, ulid, form)
        return answered(member, outcome, f"{member.home}/posts/{kind}?said=withdrawn")

    @bp.post("/console/<name>/posts/<kind>/<ulid>/<act>")
    async def pin(name: str, kind: str, ulid: str, act: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        if act not in PINS:
            raise NotFound("There is nothing here.")
        sentence, said = PINS[act]
        stored, line = await _found(house, member, kind, ulid, sentence)
        outcome = await ask(house, member, act, line, object=stored.id)
        return answered(member, outcome, f"{member.home}/posts/{kind}?said={said}")

    return bp


async def _found(
    house: House, member: Member, kind: str, ulid: str, sentence: str
) -> tuple[StoredObject, str]:
    """Return what a group published, and its title in a sentence that tells other members what is asked."""

    def read(tx: Tx) -> tuple[StoredObject, str]:
        stored = found_of(tx, house, member, kind, ulid)
        shown = title_of(tx, stored, member.speech)
        # Without a title it is named by how it begins, and that goes with the text when it is withdrawn.
        return stored, label(sentence, title=shown, of=stored.title)

    return await house.store.read(read)


def found_of(tx: Tx, house: House, member: Member, kind: str, ulid: str) -> StoredObject:
    """Return what the member's group published, or raise NotFound."""
    known: Kind | None = next((one for one in kinds.all_kinds() if one.name == kind), None)
    stored = objects.find(tx, house.site.object(known.path, ulid)) if known else None
    reader = Reader(member_of=member.group.actor)
    if stored is None or stored.actor != member.group.actor or not may_read(tx, stored, reader):
        raise NotFound("There is nothing here.")
    return stored


def draft_of(tx: Tx, member: Member, stored: StoredObject, now: int) -> str:
    """Return the draft of the next version of something, begun from its whole source if there is none yet."""
    tx.lock("drafts", member.group.actor)
    there = rows.of_object(tx, stored.id)
    if there is not None:
        return there.id
    source = versions.source(tx, stored.id, stored.audience)
    form = typed_from(stored.kind, source)
    recalled = form_of(stored.kind).recall(tx, stored.id)
    draft_id = drafts.begin(
        tx,
        member.group.actor,
        stored.kind,
        member.person.id,
        now,
        object_id=stored.id,
        form=form | {name: [value] for name, value in recalled.items()},
        source=source,
        title=stored.title,
    )
    for file in _in_order(tx, stored):
        about = {**composing.about(file), "audience": _audience(tx, stored, file.name)}
        drafts.add_file(tx, draft_id, file.name, about, now)
    return draft_id


def _in_order(tx: Tx, stored: StoredObject) -> list[Picture | Voice]:
    """Return the files of a published thing in the order in which it shows them."""
    order: dict[str, int] = {}
    for audience in (stored.audience, "partners", "members"):
        seen = versions.present(tx, stored.id, audience)
        facts = [*seen.facts.get("pictures", ()), *seen.facts.get("voices", ())] if seen else []
        order |= {fact["name"]: place for place, fact in enumerate(facts)}
    files = [*media.of_object(tx, stored.id), *media.voices_of(tx, stored.id)]
    return sorted(files, key=lambda file: order.get(file.name, len(order)))


def _audience(tx: Tx, stored: StoredObject, name: str) -> str:
    """Return for whom alone a file of a published thing is, or '' where it is for all who see the text."""
    kept = media.find(tx, name)
    own = kept.audience if kept else ""
    return own if own in ("partners", "members") and own != stored.audience else ""


async def _withdrawal(house: House, member: Member, kind: str, ulid: str, form: Form) -> Response:
    def read(tx: Tx) -> dict[str, Any]:
        stored = found_of(tx, house, member, kind, ulid)
        act = Act("withdraw", member.group.name, member.person.id, {"object": stored.id})
        return {
            "stored": stored,
            "title": title_of(tx, stored, member.speech),
            "servers": activities.reached(tx, stored.id),
            "takes": asking.would_take(tx, member.group.actor, act),
        }

    values = await house.store.read(read)
    return await console_page(
        house,
        member,
        "console/withdraw.html",
        current=kind,
        status=422 if form.has_errors else 200,
        form=form,
        path=f"{member.home}/posts/{kind}",
        ulid=ulid,
        **values,
    )
