"""The part of the web that people sign in to: their own account, and the consoles of their groups."""

from __future__ import annotations

from quart import Quart

from fedi.house import House
from fedi.web.console import (
    account,
    arrivals,
    compose,
    conversation,
    distance,
    elsewhere,
    export_pages,
    followers,
    home,
    inside,
    log_pages,
    passkeys,
    people,
    postbox,
    posts,
    previews,
    published,
    reading,
    roles,
    rules_pages,
    settings,
    shell,
    sign_in,
    waiting,
)
from fedi.web.console.minutes import asking_partners, importing, other_languages, taken_on

PAGES = (
    *(account, arrivals, elsewhere, passkeys, sign_in),
    *(home, postbox, compose, previews, posts, inside, published),
    *(asking_partners, importing, other_languages, taken_on),
    *(conversation, distance, reading, followers, settings),
    *(waiting, people, roles, rules_pages, log_pages, export_pages),
)
"""The modules with the pages; each offers `blueprint(house)`."""


def install(app: Quart, house: House) -> None:
    """Add every page behind the sign-in."""
    shell.install(app, house)
    for part in PAGES:
        app.register_blueprint(part.blueprint(house))
