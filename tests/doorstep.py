"""A browser without a face before one instance: it keeps its cookie, reads forms, and sends them back filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx
from members import a_member
from world import HTML, Instance

from fedi.clock import now_ms
from fedi.people import invitations
from fedi.web.console.visitor import cookie_name

PASSWORD = "four plain words here"
DAY = 86_400_000


@dataclass
class Form:
    """A form of a page: where it goes, and what stands in its fields."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._area = ""
        self._select = ""
        self._option = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
            return
        name, form = given.get("name", ""), self._open
        if form is None:
            return
        if tag == "input" and name and given.get("type") != "file":
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                form.values.setdefault(name, [])
            else:
                form.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            form.values.setdefault(name, []).append("")
        elif tag == "select":
            self._select = name
            form.values.setdefault(name, [])
        elif tag == "option" and self._select and "selected" in given:
            form.values[self._select].append(given.get("value", ""))
            self._option = "value" not in given
        elif tag == "button" and name:
            form.buttons.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "option":
            self._option = False

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            text = self._open.values[self._area]
            text[-1] = (text[-1] + data).removeprefix("\n")
        elif self._option and self._open is not None:
            self._open.values[self._select][-1] += data


def forms_of(page: str) -> list[Form]:
    """Every form of a page, in order."""
    found = _Forms()
    found.feed(page)
    return found.forms


@dataclass
class Browser:
    """One browser; `page` is what it shows, `at` where that is."""

    one: Instance
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    page: str = ""
    at: str = ""
    status: int = 0
    last: httpx.Response | None = None

    async def open(self, path: str) -> str:
        """Show a page, wherever it leads."""
        return await self._go("GET", path)

    async def send(self, action: str = "", *, files: Any = None, **values: Any) -> str:
        """Fill in the form that goes to `action` (the only one if that is left out) and send it."""
        form = self.form(action)
        sent: dict[str, Any] = {**form.values, **values}
        sent = {name: value for name, value in sent.items() if value not in ([], None)}
        return await self._go("POST", urljoin(self.at, form.action or self.at), sent, files)

    def form(self, action: str = "") -> Form:
        """The form of the page that goes to an address."""
        found = forms_of(self.page)
        fitting = [one for one in found if one.action == action or not action]
        ours = [one for one in fitting if one.action != "/sign-out"] if not action else fitting
        assert ours, f"no form goes to {action or 'anywhere'}: {[f.action for f in found]}"
        return ours[0]

    async def post(self, path: str, **values: Any) -> str:
        """Send what no page offered."""
        return await self._go("POST", path, values)

    async def _go(self, method: str, path: str, sent: Any = None, files: Any = None) -> str:
        headers = {"accept": HTML, "accept-language": self.language}
        for _hop in range(5):
            if self.cookies:
                headers["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
            address = urljoin(self.one.config.origin, path)
            answer = await self.one.visitor.request(
                method, address, headers=headers, data=sent, files=files, follow_redirects=False
            )
            self.last = answer
            self._keep(answer)
            self.at = path
            if answer.status_code not in (301, 302, 303, 307):
                break
            method, path, sent, files = "GET", answer.headers["location"], None, None
        self.page, self.status = answer.text, answer.status_code
        return self.page

    def _keep(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.split(";")[0].strip('"')
            if value and "Max-Age=0" not in rest:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)


async def a_browser(one: Instance, name: str = "wren", group: str = "harbour") -> Browser:
    """A browser in which a member of a group is signed in."""
    actor = one.config.site.group(group)
    _person, token = await one.write(lambda tx: a_member(tx, actor, name))
    return Browser(one, {cookie_name(one.config.site): token})


async def begun(one: Instance) -> Browser:
    """An instance that somebody has begun, still signed in."""
    token = await one.write(lambda tx: invitations.begin_link(tx, now_ms()))
    browser = Browser(one)
    await browser.open(f"/begin/{token}")
    await browser.send(
        group_title="Riverbank Tenants", group_name="riverbank", name="Wren", password=PASSWORD
    )
    return browser


async def link(one: Instance, *, uses: int = 1, days: int = 7, now: int | None = None) -> str:
    group = one.config.site.group("riverbank")
    token = await one.write(
        lambda tx: invitations.invite(
            tx, group=group, made_by="", uses=uses, days=days, now=now or now_ms()
        )
    )
    return f"/join/{token}"
