"""Whatever is sent behind the sign-in, by strangers or by members, it is answered and never breaks."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from console_junk import KINDS, VERBS, as_headers, odd_headers, raw, values, whole, written
from doorstep import Form, a_browser, forms_of
from hearing import Hearing, hearing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inbox_documents import junk
from members import a_member

from fedi.app import routes
from fedi.clock import now_ms
from fedi.people import accounts, invitations, sessions
from fedi.web.console.shell import BEHIND
from fedi.web.console.visitor import Visitor, cookie_name
from fedi.web.i18n import Speech

SHORT, LONG = 120, 6_000
BROKEN = {500, 501, 504}


class Target:
    """An instance with members and much to do, a browser for one of them, and every form they are offered."""

    def __init__(self, runner: asyncio.Runner, here: Hearing) -> None:
        one = here.here
        self.runner, self.here, self.one = runner, here, one
        self.token = ""
        self.wren = runner.run(a_browser(one))
        runner.run(a_browser(one, "crow"))
        self.rules = [
            (rule.rule, "POST" in (rule.methods or ()))
            for rule in routes(one.house).url_map.iter_rules()
            if rule.rule.startswith(BEHIND)
        ]
        self.ids = ["harbour", *KINDS, "x", "00000000000000000000000000"]
        self.forms: list[Form] = []
        runner.run(self._settle())

    async def _settle(self) -> None:
        """Publish, draft and ask for something, and collect every form of every page."""
        for kind in KINDS:
            await self.wren.open(f"/console/harbour/write/{kind}")
            await self.wren.send(f"/console/harbour/write/{kind}", title="Fuzz", body="Words")
            self.ids.append(urlsplit(self.wren.at).path.rpartition("/")[2])
        posts = [await self.one.publish(kind) for kind in ("update", "poll", "minutes")]
        self.ids += [post.rpartition("/")[2] for post in posts]
        await self._talk(posts[0])
        await self.wren.open("/console/harbour/export")
        await self.wren.send("/console/harbour/export")
        self.ids.append(urlsplit(self.wren.at).path.rpartition("/")[2])
        group = self.one.config.site.group("harbour")
        make = (
            lambda tx: invitations.invite(
                tx, group=group, made_by="", uses=9, days=9, now=now_ms()
            ),
            lambda tx: invitations.reset_link(tx, a_member(tx, group, "tern")[0].id, now_ms()),
        )
        self.ids += [await self.one.write(unit) for unit in make]
        await self.one.write(
            lambda tx: [accounts.add_person(tx, f"extra{n}", now=now_ms()) for n in range(3)]
        )
        for path in self.paths():
            await self.wren.open(path)
            self.forms += [form for form in forms_of(self.wren.page) if form.action.startswith("/")]
        self.forms = list({(f.action, *f.values): f for f in self.forms}.values())

    async def _talk(self, post: str) -> None:
        """Let others answer and follow, follow somebody, and keep somebody else away."""
        anna, ben = (self.here.village.person(name) for name in ("anna", "ben"))
        await self.here.says(anna, "Create", anna.a_note("Hello", inReplyTo=post))
        await self.here.says(anna, "Follow", self.here.harbour, "follow")
        home = "/console/harbour"
        await self.wren.open(f"{home}/reading")
        await self.wren.send(f"{home}/reading/follow", who="@ben@home.example")
        await self.wren.open(f"{home}/blocked")
        await self.wren.send(f"{home}/blocked", host="spam.example", do="block")
        self.ids += [anna.id, ben.id, f"{anna.id}/notes/1", "spam.example"]

    def paths(self) -> list[str]:
        """Every page that there is, with every id that fits somewhere."""
        found: list[str] = []
        for rule, _is_form in self.rules:
            names = re.findall(r"<[^>]+>", rule)
            path = rule.replace("<name>", "harbour")
            last = [name for name in names if name != "<name>"]
            for one in [i for i in self.ids if "/" not in i] if last else [""]:
                for kind in KINDS if "<kind>" in path and len(last) > 1 else [one]:
                    found.append(re.sub(r"<[^>]+>", one, path.replace("<kind>", kind)))
        return sorted(set(found))

    def sign_in(self) -> None:
        """Let the browser be a member's, whatever was done to that member before."""
        group = self.one.config.site.group("harbour")
        if not self.runner.run(self.one.read(lambda tx: sessions.find(tx, self.token, now_ms()))):
            _person, self.token = self.runner.run(
                self.one.write(lambda tx: a_member(tx, group, "wren"))
            )
            self.runner.run(self.one.write(lambda tx: a_member(tx, group, "crow")))
        self.wren.cookies = {cookie_name(self.one.config.site): self.token}

    def ask(self, method: str, path: str, **more: Any) -> int:
        """Send something and return the status."""
        headers = {"accept": "text/html", **more.pop("headers", {})}
        if self.wren.cookies:
            headers.setdefault(
                "cookie", "; ".join(f"{k}={v}" for k, v in self.wren.cookies.items())
            )
        address = self.one.config.origin + path
        answer = self.one.visitor.request(method, address, headers=headers, **more)
        return self.runner.run(answer).status_code

    def csrf(self) -> str:
        """The token of this browser's forms."""
        return Visitor(self.token, Speech("en")).csrf


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        folder = tmp_path_factory.mktemp("console")
        yield Target(runner, runner.run(stack.enter_async_context(hearing(folder))))
        runner.run(stack.aclose())


def fuzz(examples: int, run: Callable[[st.DataObject], None]) -> None:
    slow = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    wrapped = settings(max_examples=examples, deadline=None, suppress_health_check=slow)
    wrapped(given(st.data())(run))()


def forms(target: Target, examples: int) -> None:
    """Send the forms that members are offered, with some of it changed."""

    def run(data: st.DataObject) -> None:
        target.sign_in()
        form = data.draw(st.sampled_from(target.forms))
        pairs = [(name, value) for name, found in form.values.items() for value in found or [""]]
        for _change in range(data.draw(st.integers(0, 4))):
            name = data.draw(st.sampled_from([*form.values, "do"]))
            value = data.draw(st.one_of(values, st.sampled_from(target.ids)))
            pairs = [pair for pair in pairs if pair[0] != name]
            pairs += [(name, value)] * data.draw(st.integers(0, 2))
        if form.buttons and data.draw(st.booleans()):
            pairs.append(data.draw(st.sampled_from(form.buttons)))
        elif data.draw(st.booleans()):
            pairs.append(("do", data.draw(st.sampled_from(VERBS))))
        pairs = [("csrf", target.csrf()), *(p for p in pairs if p[0] != "csrf")]
        odd = as_headers(data.draw(odd_headers)) if data.draw(st.integers(0, 9)) == 0 else {}
        headers = {"content-type": "application/x-www-form-urlencoded", **odd}
        if data.draw(st.integers(0, 5)) == 0:
            called = whole(data.draw(values)) or "a"
            files = [("pictures", (called, data.draw(st.binary(max_size=99))))]
            sent = {whole(name): whole(value) for name, value in pairs}
            status = target.ask("POST", form.action, data=sent, files=files)
        else:
            status = target.ask("POST", form.action, content=raw(pairs), headers=headers)
        assert status not in BROKEN, (form.action, pairs)

    fuzz(examples, run)


def addresses(target: Target, examples: int) -> None:
    """Ask every address for what is not there, as a member and as a stranger."""
    piece = st.one_of(st.sampled_from(target.ids), values)

    def run(data: st.DataObject) -> None:
        target.sign_in()
        rule, is_form = data.draw(st.sampled_from(target.rules))
        path = re.sub(
            r"<[^>]+>",
            lambda found: (
                "harbour"
                if found[0] == "<name>" and data.draw(st.booleans())
                else quote(data.draw(piece).encode("utf-8", "surrogatepass"), safe="")[:2_000]
            ),
            rule,
        )
        names = st.sampled_from(
            [
                "before",
                "note",
                "next",
                "said",
                "lang",
                "view",
                "reply_to",
                "title",
                "remember",
                "gone",
            ]
        )
        asked = data.draw(st.lists(st.tuples(names, values), max_size=3))
        if asked:
            path += "?" + raw(asked).decode()[:20_000]
        headers = as_headers(data.draw(odd_headers))
        if data.draw(st.integers(0, 3)) == 0:
            target.wren.cookies = {}
        method = "POST" if is_form else "GET"
        status = target.ask(method, path, headers={"x-csrf": target.csrf(), **headers})
        assert status not in BROKEN, (method, path, headers)

    fuzz(examples, run)


def answers(target: Target, examples: int) -> None:
    """Answer what passkeys are asked with anything else."""
    words = st.sampled_from(
        ["id", "rawId", "type", "response", "public-key", "AAAA", "\ud800", "\0", "webauthn.get"]
    )
    fields = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
    response = st.dictionaries(
        st.sampled_from(fields), st.one_of(words, st.just("eyJ0eXBlIjoxfQ"), junk(words))
    )
    credential = st.fixed_dictionaries(
        {
            "id": st.one_of(words, st.text(max_size=9), junk(words)),
            "rawId": st.one_of(words, junk(words)),
            "type": st.one_of(st.just("public-key"), junk(words)),
            "response": st.one_of(response, response, junk(words)),
        }
    )
    paths = ("/sign-in/passkey", "/account/passkeys/add")

    def run(data: st.DataObject) -> None:
        target.sign_in()
        headers = {"x-csrf": target.csrf(), "content-type": "application/json"}
        path = data.draw(st.sampled_from(paths))
        if "sign-in" in path:
            target.ask("POST", "/sign-in/passkey/ask", headers=headers)
        else:
            target.ask("POST", "/account/passkeys/ask", headers=headers)
        given = data.draw(st.one_of(credential, credential, junk(words)))
        body = written(given) if data.draw(st.integers(0, 7)) else data.draw(st.binary(max_size=30))
        status = target.ask("POST", path, content=body, headers=headers)
        assert status not in BROKEN, body

    fuzz(examples, run)


@pytest.fixture(autouse=True)
def nothing_unexpected(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail where something went wrong by accident, however it was answered."""
    yield
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


def test_rule_34_a_form_that_no_page_would_send_breaks_nothing(target: Target) -> None:
    forms(target, SHORT)


def test_rule_34_no_address_behind_the_sign_in_breaks_anything(target: Target) -> None:
    addresses(target, SHORT)


def test_rule_34_no_answer_of_a_passkey_breaks_anything(target: Target) -> None:
    answers(target, SHORT)


@pytest.mark.slow
@pytest.mark.parametrize("tell", [forms, addresses, answers])
def test_rule_34_for_a_long_time(target: Target, tell: Callable[[Target, int], None]) -> None:
    tell(target, LONG)
