"""The part of the web that people sign in to: their own account, and the consoles of their groups."""

from __future__ import annotations

from quart import Quart

from fedi.house import House
from fedi.web.console import account, arrivals, passkeys, shell, sign_in

PAGES = (account, arrivals, passkeys, sign_in)
"""The modules with the pages; each offers `blueprint(house)`."""


def install(app: Quart, house: House) -> None:
    """Add every page behind the sign-in."""
    shell.install(app, house)
    for part in PAGES:
        app.register_blueprint(part.blueprint(house))
