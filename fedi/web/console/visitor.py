"""Who sits before the browser: the cookie, the session behind it, and proof that a form is our own."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from quart import g, request
from quart.datastructures import FileStorage
from werkzeug.datastructures import MultiDict
from werkzeug.sansio.response import Response as Answer

from fedi.errors import Forbidden, Malformed
from fedi.house import House
from fedi.people import membership, sessions
from fedi.people.tokens import new_token, well_formed
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import persons
from fedi.storage.groups import Group
from fedi.storage.persons import Person
from fedi.storage.sessions import Session
from fedi.storage.tx import Tx
from fedi.web.i18n import Speech, choose, languages

_OWN_PAGES = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks; `person` is None until they sign in. `token` is what their cookie holds, signed in or not."""

    token: str = field(repr=False)
    speech: Speech
    person: Person | None = None
    session: Session | None = None
    groups: tuple[Group, ...] = ()

    @property
    def csrf(self) -> str:
        """The proof that a form was made for this browser: bound to its cookie, which no page can read."""
        return hmac.new(self.token.encode(), b"form", hashlib.sha256).hexdigest()[:40]


async def visitor_of_request(house: House) -> Visitor:
    """Return who asks, looked up once for each request."""
    known: Visitor | None = g.get("visitor")
    if known is None:
        token = well_formed(request.cookies.get(cookie_name(house.site), ""))
        accepted = request.headers.get("Accept-Language", "")
        now = house.now()
        known = (
            await house.store.read(lambda tx: _look_up(tx, token, now, accepted)) if token else None
        )
        session = known.session if known else None
        if session is not None and sessions.is_due(session, now):
            await house.store.write(lambda tx: sessions.note_seen(tx, session, now))
        if known is None:
            # Forms of those who are not signed in are bound to their browser as well.
            known = Visitor(token or new_token(), speech_for(None, accepted))
            g.cookie = known.token, None
        if (asked := request.args.get("lang", "")) in languages():
            known = replace(known, speech=Speech(asked))
        g.visitor = known
    return known


async def sign_in(house: House, person: Person, *, device: str, days: int | None = None) -> None:
    """Sign a person in on this browser under a token nobody has seen before; the answer carries it.

    Who was signed in there is so no longer.
    """
    now, accepted = house.now(), request.headers.get("Accept-Language", "")
    before = (await visitor_of_request(house)).session

    def unit(tx: Tx) -> str:
        if before is not None:
            sessions.end(tx, before.id)
        return sessions.begin(tx, person.id, device, now)

    token = await house.store.write(unit)
    g.visitor = await house.store.read(lambda tx: _look_up(tx, token, now, accepted))
    g.cookie = token, days


def speech_for(person: Person | None, accepted: str) -> Speech:
    """Return how somebody is spoken to: in the language they chose, else as their Accept-Language says."""
    if person is not None and person.language in languages():
        return Speech(person.language)
    return Speech(choose(accepted))


def check_origin(site: Site) -> None:
    """Raise Forbidden for a form that a page of another site sent, as far as the browser tells."""
    origin = request.headers.get("Origin", site.origin)
    if origin != site.origin or request.headers.get("Sec-Fetch-Site", "none") not in _OWN_PAGES:
        raise _not_ours()


def check_form(visitor: Visitor, sent: Mapping[str, str]) -> None:
    """Raise Forbidden unless a form was made for this very browser."""
    given = request.headers.get("X-CSRF") or sent.get("csrf", "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), visitor.csrf.encode()):
        raise _not_ours()


def check_text(sent: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> None:
    """Raise Malformed for a character that no keyboard has and no database of ours keeps."""
    names = [name for file in files.values() for name in (file.filename, file.name)]
    if any("\0" in (text or "") for text in (*sent, *(v for _k, v in sent.items(True)), *names)):
        raise Malformed(_("There is something in this text that cannot be seen."))


def _not_ours() -> Forbidden:
    return Forbidden(
        _("This form is too old, or it was opened in another browser."),
        cure=_("Go back, load the page again, and send it once more."),
    )


def cookie_name(site: Site) -> str:
    """Name the cookie; by port, since browsers share cookies between the ports of a host."""
    port = urlsplit(site.origin).port
    name = f"fedi-{port}" if port else "fedi"
    return f"__Host-{name}" if _is_secure(site) else name


def set_cookie(response: Answer, site: Site) -> None:
    """Give a browser the token it was signed in with just now: until it is closed, or for so many days."""
    if "cookie" not in g:
        return
    token, days = g.cookie
    response.set_cookie(
        cookie_name(site),
        token,
        max_age=days * 86_400 if days else None,
        secure=_is_secure(site),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget_cookie(response: Answer, site: Site) -> None:
    """Let a browser forget who it was."""
    response.delete_cookie(
        cookie_name(site), path="/", secure=_is_secure(site), httponly=True, samesite="Lax"
    )


def _is_secure(site: Site) -> bool:
    return site.origin.startswith("https://")


def _look_up(tx: Tx, token: str, now: int, accepted: str) -> Visitor | None:
    session = sessions.find(tx, token, now)
    person = persons.find(tx, session.person) if session else None
    if session is None or person is None or person.disabled_at is not None:
        return None
    groups = tuple(membership.groups_of(tx, person.id))
    return Visitor(token, speech_for(person, accepted), person, session, groups)
