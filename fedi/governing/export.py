"""Everything a group has here as one file its members can take away: texts, documents, pictures, settings."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import orjson

from fedi.config import Config
from fedi.delivery.clockwork import House, job
from fedi.delivery.retry import DAY
from fedi.errors import Refused
from fedi.governing import roles, rules
from fedi.publishing.acts import Act, performs
from fedi.publishing.words import _, say
from fedi.site import Site
from fedi.storage import blocks, exports, follows, groups, house_rules, jobs, media, partners
from fedi.storage.exports import Export, Text
from fedi.storage.groups import Group
from fedi.storage.store import Store
from fedi.storage.tx import Tx

PAGE = 200
TextsAfter = Callable[[Tx, str, tuple[str, str], int], list[Text]]
ABOUT = _(
    "Everything this group has here: what it published and its drafts as Markdown, the documents other servers got, "
    "its pictures, its profile and settings. Who its members are, and its keys, are not in here."
)


class Indoors(Protocol):
    """What is needed to write a file: the running instance has it, and so does a command."""

    @property
    def config(self) -> Config: ...
    @property
    def site(self) -> Site: ...
    @property
    def store(self) -> Store: ...


def path_of(config: Config, export: Export) -> Path:
    """Return where the file lies once it is made."""
    return config.data / "exports" / f"{export.name}.zip"


@performs("export")
def _ask(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Have the file made, and return its name."""
    group = site.group(act.group)
    tx.lock("export", group)
    if any(
        known.made_at is None and known.expires_at > now for known in exports.of_group(tx, group)
    ):
        raise Refused(_("An export is being made already."), cure=_("Look again in a few minutes."))
    export = Export(secrets.token_hex(16), group, now, now + DAY)
    exports.add(tx, export)
    jobs.add(tx, "governing.export", export.name, {"name": export.name}, now)
    jobs.add(tx, "governing.end_export", export.name, {"name": export.name}, export.expires_at)
    return export.name


@job("governing.export")
async def make(house: House, payload: dict[str, Any]) -> None:
    """Write the file, and keep it for a day from then on."""
    export = await house.store.read(lambda tx: exports.find(tx, str(payload["name"])))
    if export is None or export.made_at is not None:
        return
    place = path_of(house.config, export)
    await asyncio.to_thread(place.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
    size = await write(house, export.group, place)
    now = house.now()

    def unit(tx: Tx) -> None:
        exports.finish(tx, export.name, size, now, now + DAY)
        jobs.remove(tx, "governing.end_export", export.name)
        jobs.add(tx, "governing.end_export", export.name, {"name": export.name}, now + DAY)

    await house.store.write(unit)


async def write(here: Indoors, group: str, place: Path) -> int:
    """Write everything a group has here into a file that nobody else on this machine can read; return its bytes.

    The file is there once it is whole; where it cannot be made, nothing is left of it.
    """
    part = _part_of(place)
    await asyncio.to_thread(_begin, part)
    try:
        with ZipFile(part, "w", ZIP_DEFLATED) as file:
            await _fill(here, file, group)
        return await asyncio.to_thread(_finish, part, place)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)


@job("governing.end_export")
async def end(house: House, payload: dict[str, Any]) -> None:
    """Remove a file that had its day."""
    export = await house.store.read(lambda tx: exports.find(tx, str(payload["name"])))
    if export is not None:
        place = path_of(house.config, export)
        for path in (place, _part_of(place)):
            await asyncio.to_thread(path.unlink, missing_ok=True)
        await house.store.write(lambda tx: exports.remove(tx, export.name))


async def _fill(here: Indoors, file: ZipFile, actor: str) -> None:
    group, facts = await here.store.read(lambda tx: _facts(tx, here.site, actor))
    language = group.languages[0] if group.languages else "en"
    await asyncio.to_thread(file.writestr, "README.txt", say(ABOUT, language) + "\n")
    await asyncio.to_thread(file.writestr, "group.json", _json(facts))
    for texts_after in (exports.posts_after, exports.drafts_after):
        after: tuple[str, str] | None = ("", "")
        while after:
            after = await _add_page(here.store, file, actor, texts_after, after)
    names = await here.store.read(lambda tx: _pictures(tx, group))
    await asyncio.to_thread(_copy, file, here.config.media, names)


async def _add_page(
    store: Store, file: ZipFile, group: str, texts_after: TextsAfter, after: tuple[str, str]
) -> tuple[str, str] | None:
    """Add a page of texts, and return where the next one begins."""
    texts = await store.read(lambda tx: texts_after(tx, group, after, PAGE))
    await asyncio.to_thread(_write, file, texts)
    return (texts[-1].id, texts[-1].audience) if len(texts) == PAGE else None


def _facts(tx: Tx, site: Site, actor: str) -> tuple[Group, dict[str, Any]]:
    group = groups.find_by_actor(tx, actor)
    if group is None or group.removed_at is not None:
        raise Refused(_("This group was removed."))
    return group, {
        "handle": f"@{site.handle(group.name)}",
        "profile": {**asdict(group), "fields": [field._asdict() for field in group.fields]},
        "takes": {name: rules.set_to(tx, actor, name) for name in rules.PERMISSIONS},
        "house": asdict(house_rules.find(tx, actor)),
        "roles": [turn.role.label for turn in roles.turns(tx, actor)],
        "blocks": [
            {"subject": subject, "severity": severity}
            for subject, severity in blocks.list_(tx, actor)
        ],
        "followers": exports.followers(tx, actor),
        "following": follows.followed_by(tx, actor),
        "partners": [partner.actor for partner in partners.of_group(tx, actor)],
    }


def _pictures(tx: Tx, group: Group) -> list[str]:
    own = [name for name in (group.avatar, group.banner) if name]
    return [*own, *media.names_of_actor(tx, group.actor)]


def _part_of(place: Path) -> Path:
    return place.with_name(f"{place.name}.part")


def _begin(part: Path) -> None:
    """Make the file that nobody else on this machine can read."""
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)


def _finish(part: Path, place: Path) -> int:
    os.replace(part, place)
    return place.stat().st_size


def _write(file: ZipFile, texts: Iterable[Text]) -> None:
    for text in texts:
        name = text.id.rpartition("/")[2]
        day = datetime.fromtimestamp(text.at / 1000, UTC).date().isoformat()
        path = (
            f"{text.folder}/{text.kind}/{day}-{name}{f'-{text.audience}' if text.audience else ''}"
        )
        file.writestr(f"{path}.md", text.source)
        if text.document:
            file.writestr(f"{path}.json", text.document)


def _copy(file: ZipFile, folder: Path, names: Iterable[str]) -> None:
    for name in dict.fromkeys(names):
        if (folder / name).is_file():
            file.write(folder / name, f"pictures/{name}", ZIP_STORED)


def _json(facts: Mapping[str, Any]) -> bytes:
    return orjson.dumps(facts, option=orjson.OPT_INDENT_2)
