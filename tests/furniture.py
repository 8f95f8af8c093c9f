"""What stands in a full group: posts of each kind, followers, replies, reports, what waits, and ways in."""

from __future__ import annotations

from urllib.parse import quote

from build import a_remote_actor, some_keys
from leaflets import CALL, MINUTES, POLL, REQUEST, UPDATE
from neighbourhood import DAY, answer, publish_text
from open_house import OpenHouse
from polling import vote
from running import free_port

from fedi.actors.groups import add_group, set_profile
from fedi.clock import now_ms
from fedi.conversation import moderation
from fedi.governing import asking
from fedi.people import accounts, invitations, sessions
from fedi.publishing import acts, handed_in
from fedi.publishing.acts import Act
from fedi.storage import (
    exports,
    follows,
    linked_accounts,
    notes,
    objects,
    partners,
    passkeys,
    queue,
    reports,
)
from fedi.storage import reading as read_rows
from fedi.storage.exports import Export
from fedi.storage.linked_accounts import LinkedAccount
from fedi.storage.notes import Note
from fedi.storage.passkeys import Passkey
from fedi.storage.queue import Result
from fedi.storage.tx import Tx

NAME = "quayside"
HOME = f"/console/{NAME}"
MIETRAT = "https://kiez.example/users/mietrat"
HERON = "https://brackish.example/users/heron"
LONG = "https://a-rather-long-name-of-a-server.brackish.example/users/somebody_with_a_long_name"


def found(tx: Tx, house: OpenHouse, group: str) -> dict[str, str]:
    """Found the group, let it be followed, and let it publish something of each kind."""
    site, now = house.config.site, now_ms()
    rsa, ed25519 = some_keys()
    title = "Quayside Tenants’ Union"
    add_group(tx, site, NAME, title, locked=True, now=now - 90 * DAY, rsa=rsa, ed25519=ed25519)
    profile = {
        "summary": "Renters around the harbour. We meet on Thursdays and share a kitchen.",
        "fields": (("Meets", "Thursdays 19:00"), ("Website", "https://quayside.example/")),
        "place": "Bristol, England",
        "languages": ("en", "so"),
        "themes": ("housing", "heat"),
        "motif": "house",
    }
    set_profile(tx, site, NAME, profile, now)
    for number, who in enumerate((MIETRAT, HERON, LONG)):
        a_remote_actor(tx, who, now=now)
        follows.add(tx, who, group, follows.ACCEPTED, f"{who}/follows/1", now - number * DAY)
        follows.add(tx, group, who, follows.ACCEPTED, f"{group}/follows/{number}", now)
    partners.add(tx, group, MIETRAT, now)
    for number in range(2):
        asks = f"https://brackish.example/users/asks{number}"
        a_remote_actor(tx, asks, now=now)
        follows.add(tx, asks, group, follows.PENDING, f"{asks}/follows/1", now)
    tasks = "actions:\n  - {{text: Book the hall, role: Notes, due: {review}}}\nhashtags"
    texts = {
        "minutes": MINUTES.replace("hashtags", tasks, 1),
        "update": UPDATE,
        "call": CALL,
        "request": REQUEST,
        "poll": POLL,
    }
    posts = {
        name: publish_text(tx, site, NAME, name, text, now - number * DAY, now)
        for number, (name, text) in enumerate(texts.items())
    }
    assert vote(tx, posts["poll"], "Tuesdays", HERON, now)
    spanish = "---\ntitle: Calor, y quién tiene las llaves\nlanguage: es\n---\nLlegaron los termómetros.\n"
    told = {"object": posts["minutes"], "language": "es", "source": spanish}
    acts.perform(tx, site, Act("translate", NAME, "", told), now)
    quiet = "---\nvisibility: partners\n---\nBetween the two of us.\n"
    posts["quiet"] = publish_text(tx, site, NAME, "update", quiet, now, now)
    return posts


def ask_for(
    tx: Tx, house: OpenHouse, group: str, finch: str, wren: str, pages: dict[str, str]
) -> None:
    """Let one member ask for what takes two, and another leave something to be exported."""
    site, now = house.config.site, now_ms()
    wanted = {
        "profile": ("profile", {"title": "Quay", "summary": "We meet on Thursdays. " * 12}, finch),
        "removal": ("remove_member", {"person": wren}, finch),
        "export": ("export", {}, wren),
    }
    for name, (kind, arguments, who) in wanted.items():
        act = Act(kind, NAME, who, arguments, f"Something about {name}")
        outcome = asking.ask(tx, site, act, who, now)
        pages[f"waiting-{name}"] = f"{HOME}/waiting/{outcome.pending}"
    exports.add(tx, Export("made", group, now, now + DAY))
    exports.finish(tx, "made", 48_000, now, now + DAY)
    exports.add(tx, Export("begun", group, now, now + DAY))


def be_heard(
    tx: Tx, house: OpenHouse, group: str, posts: dict[str, str], pages: dict[str, str]
) -> None:
    """Let others answer, mention and complain, and let one server not be there."""
    site, now = house.config.site, now_ms()
    silent = f"http://127.0.0.1:{free_port()}/users/gull"
    a_remote_actor(tx, silent, now=now)
    says(tx, group, HERON, "<p>Which day do you cook? We could bring bread.</p>", now)
    long = {"warning": "A long warning before it, " * 4}
    says(tx, group, LONG, f"<p>{'unbroken' * 30}</p>", now - DAY, **long)
    says(tx, group, MIETRAT, "<p>شكرا لكم جميعا</p>", now, language="ar", visibility="direct")
    unseen = says(tx, group, silent, "<p>For partners there is more.</p>", now - 2 * DAY)
    pages["for-partners"] = f"{HOME}/reading/for-partners?note={quote(unseen, safe='')}"
    heard = quote(f"{HERON}/notes/1", safe="")
    pages["thread"] = f"{HOME}/conversation/thread?note={heard}"
    pages["reply"] = f"{HOME}/write/update?reply_to={heard}"
    answer(tx, site, posts["call"], "1", "<p>We had the same fight.</p>", now, by=HERON)
    moderation.decide(tx, "spam.example", "block", now, group)
    moderation.decide(tx, LONG + "2", "limit", now, group)
    reports.add(tx, "https://brackish.example/actor", None, [posts["update"]], "Too loud.", now)
    for host, outcome in (("brackish.example", "delivered"), ("kiez.example", "failed")):
        ours = [one for one in queue.list_waiting(tx, host, 0, 999) if one.actor == group]
        queue.settle(tx, [Result(one, outcome, now, error="says 500") for one in ours])


def says(tx: Tx, group: str, who: str, html: str, at: int, **more: str) -> str:
    """Let somebody elsewhere say something to the group, with a picture; return its id."""
    fields = {"visibility": "public", "language": "en", **more}
    picture = '{"attachment": {"type": "Image", "url": "https://x.example/1.jpg", "name": ""}}'
    note = Note(
        id=f"{who}/notes/1",
        author=who,
        type="Note",
        html=html,
        document=picture,
        published_at=at,
        received_at=at,
        to_group=group,
        **fields,
    )
    notes.add(tx, note)
    read_rows.add(tx, group, note.id, at, LONG if who == MIETRAT else "")
    return note.id


def open_doors(
    tx: Tx, group: str, wren: str, bulbul: str, minutes: str
) -> tuple[str, dict[str, str]]:
    """Fill one member's account; return the session of somebody without a group, and the ways in."""
    now = now_ms()
    for label in ("Phone", "A key on a chain with a rather long name that somebody gave it"):
        passkeys.add(tx, Passkey(label, wren, b"", 0, label, now))
    linked_accounts.add(tx, LinkedAccount(LONG, wren, "somebody@brackish.example", now))
    accounts.recovery_codes(tx, wren)
    sessions.begin(tx, wren, "Firefox on Linux", now - 3 * DAY)
    join = invitations.invite(tx, group=group, made_by=wren, uses=3, days=7, now=now)
    over = invitations.invite(tx, group=group, made_by=wren, uses=1, days=1, now=now - 2 * DAY)
    stored = objects.find(tx, minutes)
    assert stored
    asked = {one: handed_in.ask(tx, stored, one, MIETRAT, now) for one in ("de", "fr")}
    handed_in.hand_in(tx, asked["fr"], "---\ntitle: Chaleur\n---\n", now)
    lonely = accounts.add_person(tx, "Somebody without a group", now=now)
    return sessions.begin(tx, lonely.id, "A browser", now), {
        "sign-in": "/sign-in",
        "sign-in-on-the-way": f"/sign-in?next={HOME}",
        "recover": "/sign-in/recover",
        "elsewhere": "/sign-in/elsewhere",
        "came-back-for-nothing": "/sign-in/elsewhere/back/brackish.example?error=access_denied",
        "join": f"/join/{join}",
        "over": f"/join/{over}",
        "hand-in": f"/translate/{asked['de']}",
        "handed-in": f"/translate/{asked['fr']}",
        "back-in": f"/back-in/{invitations.reset_link(tx, bulbul, now)}",
    }
