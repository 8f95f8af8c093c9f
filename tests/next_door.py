"""A group with something of every sort in its console, and members of another group beside it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from doorstep import Browser, a_browser
from hearing import Hearing
from PIL import Image

from fedi.clock import now_ms
from fedi.governing import asking
from fedi.people import invitations, sessions
from fedi.publishing.acts import Act
from fedi.storage import exports, linked_accounts, passkeys, persons, reports
from fedi.storage.linked_accounts import LinkedAccount
from fedi.storage.passkeys import Passkey
from fedi.storage.tx import Tx

SECRET = "Meet at the old boathouse"


@dataclass(frozen=True)
class NextDoor:
    """The ids of what belongs to harbour and its members, and two members of canal with their browsers."""

    here: Hearing
    eve: Browser
    mallory: Browser
    ids: dict[str, str]

    async def rows(self) -> dict[str, list[str]]:
        """Every row that says nothing of canal or its members, but for what is to be done in the background."""
        there = await self.here.all_there_is()
        own = await self.here.here.read(
            lambda tx: [persons.find_login(tx, n) for n in ("eve", "mallory")]
        )
        ours = ["/groups/canal", *(one.id for one in own if one)]
        return {
            name: [row for row in rows if not any(mine in row for mine in ours)]
            for name, rows in there.items()
            if name != "jobs"
        }


def a_picture() -> bytes:
    """A small photograph."""
    data = BytesIO()
    Image.new("RGB", (40, 30), "#336").save(data, "PNG")
    return data.getvalue()


async def next_door(here: Hearing) -> NextDoor:
    """Fill harbour's console, as its members crow and tern do, and let eve and mallory be of canal."""
    one = here.here
    await one.add_group("canal", "Canal Street")
    crow = await a_browser(one, "crow")
    await a_browser(one, "tern")
    await crow.open("/console/harbour/write/update")
    await crow.send(
        "/console/harbour/write/update",
        title=SECRET,
        body=SECRET,
        files=[("pictures", ("boat.png", a_picture(), "image/png"))],
    )
    draft = urlsplit(crow.at).path
    file = crow.page.split(f'src="{draft}/files/')[1].split('"')[0]
    post = await one.publish()
    hidden = await one.publish(source=f"---\nvisibility: members\n---\n{SECRET}\n")
    anna = here.village.person("anna")
    await here.says(anna, "Create", anna.a_note(SECRET, to=[here.harbour], inReplyTo=post))
    ids = await one.write(lambda tx: _rest(tx, here, post))
    _export(one.config.data / "exports", ids["export"])
    return NextDoor(
        here,
        await a_browser(one, "eve", "canal"),
        await a_browser(one, "mallory", "canal"),
        {
            **ids,
            "draft": draft.rpartition("/")[2],
            "file": file,
            "post": post.rpartition("/")[2],
            "post address": post,
            "hidden": hidden.rpartition("/")[2],
            "hidden address": hidden,
            "note": f"{anna.id}/notes/1",
            "anna": anna.id,
        },
    )


def _export(folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.zip").write_bytes(SECRET.encode())


def _rest(tx: Tx, here: Hearing, post: str) -> dict[str, str]:
    site, now, group = here.here.house.site, now_ms(), here.harbour
    crow, tern = (persons.find_login(tx, name) for name in ("crow", "tern"))
    assert crow and tern
    pending = asking.ask(tx, site, Act("export", "harbour", "", {}, SECRET), crow.id, now).pending
    token = invitations.invite(tx, group=group, made_by=crow.id, uses=3, days=3, now=now)
    exports.add(tx, exports.Export("e" * 32, group, now, now + 10**8))
    exports.finish(tx, "e" * 32, 10, now, now + 10**8)
    reports.add(tx, "https://home.example/actor", None, [group, post], SECRET, now)
    passkeys.add(tx, Passkey("AAAA", crow.id, b"k", 0, "Phone", now))
    linked_accounts.add(tx, LinkedAccount("https://x.example/crow", crow.id, "crow@x.example", now))
    (session, *_more) = sessions.of_person(tx, crow.id, now)
    return {
        "crow": crow.id,
        "tern": tern.id,
        "pending": pending or "",
        "invitation": invitations.of_group(tx, group, now)[0].id,
        "token": token,
        "export": "e" * 32,
        "report": str(reports.open_(tx)[0].id),
        "session": session.id,
        "passkey": "AAAA",
        "account": "https://x.example/crow",
    }
