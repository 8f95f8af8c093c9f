"""A group's settings: what it says about itself, and how it treats what others say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from quart import Blueprint, Response
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, IntegerField

from fedi.errors import Refused
from fedi.governing import rules
from fedi.governing.asking import Outcome
from fedi.governing.profile import DAYS
from fedi.house import House
from fedi.publishing import pictures
from fedi.publishing.labels import label
from fedi.publishing.words import _
from fedi.storage import house_rules
from fedi.storage.media import Picture
from fedi.storage.tx import Tx
from fedi.web.console import profile
from fedi.web.console.member import Member
from fedi.web.console.profile import Profile, Upload
from fedi.web.console.shell import console_page, member_of_request, see_other
from fedi.web.console.spotted import counted
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.forms import Form, between, form_data

SAID = {
    "profile": _("The profile is changed. Everybody who follows is told."),
    "heard": _("That is how it is from now on."),
    "same": _("Nothing is different, so nothing was changed."),
}


class Heard(Form):
    """How a group treats what others say to it and about it."""

    keep_replies_days = IntegerField(
        _("Days for which replies are kept"),
        [between(*DAYS["keep_replies_days"])],
    )
    boosts_mentions = BooleanField(_("Share what members say about the group in public"))


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the profile, and since when the page behind it is seen to link back; None where it does not."""

    address: str
    verified_at: int | None


def blueprint(house: House) -> Blueprint:
    """Return the routes of a group's settings."""
    bp = Blueprint("settings", __name__)

    @bp.get("/console/<name>/settings")
    async def shown(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await _page(house, await member_of_request(house, name))

    @bp.post("/console/<name>/settings")
    async def change(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        form = profile.form_for(member.group, member.speech, await form_data())
        if not form.validate() or await _is_private(form, member):
            return await _page(house, member, form=form)
        try:
            outcome = await _ask(house, member, form)
        except _Unreadable as error:
            form.refuse(error, error.field)
            return await _page(house, member, form=form)
        except Refused as error:
            form.refuse(error)
            return await _page(house, member, form=form)
        if outcome is None:
            return see_other(f"{member.home}/settings?said=same")
        return answered(member, outcome, f"{member.home}/settings?said=profile")

    @bp.post("/console/<name>/settings/heard")
    async def hear(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        form = Heard(await form_data(), member.speech)
        if not form.validate():
            return await _page(house, member, heard=form)
        wanted = {
            "keep_replies_days": form.keep_replies_days.data,
            "boosts_mentions": bool(form.boosts_mentions.data),
        }
        line = label(_("Change how replies are treated"))
        outcome = await ask(house, member, "settings", line, **wanted)
        return answered(member, outcome, f"{member.home}/settings?said=heard")

    return bp


async def _is_private(form: Profile, member: Member) -> bool:
    """Tell whether something looks private that nobody said may stand there, and say so at the top of the form."""
    found = await asyncio.to_thread(profile.looks_private, form, member.group)
    if not found or form.keep.data:
        return False
    wrong = Refused(
        _("This looks private: %(what)s (%(which)s)."),
        cure=_("Take it out, or say that it may stand there."),
        what=counted(found, member.speech),
        which=", ".join(dict.fromkeys(one.text for one in found)),
    )
    form.refuse(wrong)
    return True


class _Unreadable(Refused):
    """A picture that cannot be used, with the field it came in."""

    def __init__(self, error: Refused, field: str) -> None:
        self.error, self.field = error, field
        super().__init__(error.sentence, cure=error.cure)

    def told(self, translate: Callable[[str], str]) -> tuple[str, str]:
        """Say why as the refusal itself does."""
        return self.error.told(translate)


async def _ask(house: House, member: Member, form: Profile) -> Outcome | None:
    """Ask for what the form would change; None where that is nothing. Pictures are made safe before."""
    arguments: dict[str, Any] = profile.changes(form, member.group)
    stored: list[Picture] = []
    try:
        for upload in profile.uploads(form):
            picture = await _store(house, upload)
            stored.append(picture)
            arguments[upload.key] = picture.name
        if not arguments:
            return None
        if stored:
            arguments["pictures"] = [asdict(picture) for picture in stored]
        return await ask(house, member, "profile", label(_("Change the profile")), **arguments)
    except Exception:
        for picture in stored:
            await asyncio.to_thread(pictures.discard, house.config.media, picture.name)
        raise


async def _store(house: House, upload: Upload) -> Picture:
    try:
        made = await asyncio.to_thread(pictures.encode, upload.data, upload.called)
    except Refused as error:
        raise _Unreadable(error, upload.key) from error
    name = await asyncio.to_thread(pictures.store, house.config.media, made)
    return Picture(name, made.media_type, made.width, made.height, len(made.data), made.blurhash)


async def _page(
    house: House,
    member: Member,
    *,
    form: Profile | None = None,
    heard: Heard | None = None,
) -> Response:
    group = member.group

    def read(tx: Tx) -> dict[str, Any]:
        return {
            "takes": rules.takes(tx, group.actor, "profile"),
            "takes_heard": rules.takes(tx, group.actor, "settings"),
            "kept": house_rules.find(tx, group.actor),
        }

    values = await house.store.read(read)
    kept = values["kept"]
    present = {
        "keep_replies_days": kept.keep_replies_days,
        "boosts_mentions": kept.boosts_mentions,
    }
    shown = form or profile.form_for(group, member.speech)
    wrong = shown.has_errors or (heard is not None and heard.has_errors)
    return await console_page(
        house,
        member,
        "console/settings.html",
        current="settings",
        status=422 if wrong else 200,
        said=said_to(member, SAID),
        form=shown,
        heard=heard or Heard(None, member.speech, **present),
        links=[Link(*pair) for pair in profile.verified(group).items()],
        places=profile.PLACES,
        **values,
    )
