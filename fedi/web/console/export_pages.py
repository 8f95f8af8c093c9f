"""A file with everything the group has here: asked for, waited for, downloaded."""

from __future__ import annotations

from quart import Blueprint, Response, send_file
from werkzeug.wrappers import Response as Redirect

from fedi.errors import NotFound
from fedi.governing import export, rules
from fedi.house import House
from fedi.publishing.labels import label
from fedi.publishing.words import _
from fedi.storage import exports
from fedi.storage.tx import Tx
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.waiting import answered, ask, said_to

SAID = {"asked": _("The file is being made. Load this page again in a minute.")}


def blueprint(house: House) -> Blueprint:
    """Return the routes of a group's exports."""
    bp = Blueprint("export", __name__)

    @bp.get("/console/<name>/export")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        group = member.group.actor

        def read(tx: Tx) -> tuple[list[exports.Export], int]:
            return exports.of_group(tx, group), rules.takes(tx, group, "export")

        files, takes = await house.store.read(read)
        return await console_page(
            house,
            member,
            "console/export.html",
            current="people",
            said=said_to(member, SAID),
            files=files,
            takes=takes,
        )

    @bp.post("/console/<name>/export")
    async def begin(name: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        outcome = await ask(house, member, "export", label(_("Export everything")))
        return answered(member, outcome, f"{member.home}/export?said=asked")

    @bp.get("/console/<name>/export/<file>.zip")
    async def download(name: str, file: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        found = await house.store.read(lambda tx: exports.find(tx, file))
        path = export.path_of(house.config, found) if found else None
        if found is None or path is None or found.group != member.group.actor or not path.is_file():
            raise NotFound("There is nothing here.")
        return await send_file(
            path,
            "application/zip",
            as_attachment=True,
            attachment_filename=f"{member.group.name}.zip",
        )

    return bp
