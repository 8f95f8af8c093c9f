"""A partner translates minutes: asked with a link, they hand in what a member looks through and publishes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from build import a_remote_actor
from doorstep import Browser, a_browser
from minuting import ann as ann
from minuting import one as one
from minuting import published
from world import Instance

from fedi.people import upkeep
from fedi.storage import partners, translation_links
from fedi.storage.tx import Tx

KIEZ = "https://kiez.example/users/mietrat"
DAY = 86_400_000
HIDDEN = {
    "title": "Heat, and who holds the keys [[members: zqtitle]]",
    "body": "## Heat\n\nTop floors. [[members: zqbody]]\n\n[[partners: The lawyer comes.]]",
    "decisions-0-item": "Heat",
    "decisions-0-note": "[[members: zqnote]]",
}


@pytest.fixture
async def kiez(one: Instance) -> str:
    """A partner of harbour."""

    def unit(tx: Tx) -> str:
        a_remote_actor(tx, KIEZ, name="Mietrat", now=one.house.now())
        partners.add(tx, one.config.site.group("harbour"), KIEZ, one.house.now())
        return KIEZ

    return await one.write(unit)


def telling(text: str) -> list[str]:
    """What a text tells that is for members."""
    return [word for word in ("zqtitle", "zqbody", "zqnote", "zqtitel") if word in text]


def translate_at(path: str) -> str:
    """Where members translate the minutes at a path."""
    return f"/console/harbour/posts/minutes/{path.rsplit('/', 1)[1]}/translate"


async def asked(ann: Browser, path: str, language: str = "de") -> str:
    """Ask the partner for a translation, and return the path of the link."""
    await ann.open(translate_at(path))
    await ann.send(f"{translate_at(path)}/ask", language=language, partner=KIEZ)
    assert ann.status == 200, ann.page[-2000:]
    found = re.search(r'value="https?://[^/"]+(/translate/[\w-]{43})"', ann.page)
    assert found, ann.page
    return found[1]


async def handed_in(partner: Browser, link: str, **words: Any) -> None:
    """Write a translation with a link."""
    await partner.open(link)
    await partner.send(link, **{"title": "Hitze, und wer die Schlüssel hat", **words})


async def test_a_partner_hands_in_what_a_member_publishes(
    one: Instance, ann: Browser, kiez: str
) -> None:
    path = await published(one)
    link = await asked(ann, path)
    partner = Browser(one)
    await partner.open(link)
    assert "Harbour asks Mietrat for a translation into Deutsch." in partner.page
    await handed_in(partner, link, **{"decisions-0-text": "Wir tragen die Küche"})
    assert partner.status == 200 and "Handed in. A member of the group looks" in partner.page
    assert "Wir tragen die Küche" in partner.page
    assert "Wir tragen" not in (await one.get(path, "text/html", accept_language="de")).text

    await ann.open("/console/harbour")
    assert "Handed in by a partner" in ann.page and "A translation into Deutsch" in ann.page
    await ann.open(f"{translate_at(path)}?language=de")
    assert "Mietrat handed this in on" in ann.page and "Wir tragen die Küche" in ann.page
    await ann.send(translate_at(path), do="publish")
    assert "The translation is published" in ann.page, ann.page[-3000:]
    page = (await one.get(path, "text/html", accept_language="de")).text
    assert (
        "Wir tragen die Küche" in page
        and "by Mietrat"
        in (await one.get(f"{path}?language=de", "text/html", accept_language="en")).text
    )
    document = (await one.get(path)).json()
    assert document["nameMap"]["de"] == "Hitze, und wer die Schlüssel hat"
    await ann.open("/console/harbour")
    assert "Handed in by a partner" not in ann.page
    await ann.open("/console/harbour/log")
    assert "Ask Mietrat to translate into Deutsch" in ann.page
    # The link stays good for a better word, which waits again.
    await partner.open(link)
    assert "Wir tragen die Küche" in partner.page and "Handed in on" not in partner.page
    await partner.send(link, **{"decisions-0-text": "Wir tragen sie"})
    await ann.open("/console/harbour")
    assert "Handed in by a partner" in ann.page


async def test_who_translated_it_stands_on_the_page_only_if_a_member_says_so(
    one: Instance, ann: Browser, kiez: str
) -> None:
    path = await published(one)
    await handed_in(Browser(one), await asked(ann, path))
    await ann.open(f"{translate_at(path)}?language=de")
    await ann.send(translate_at(path), do="publish", credit=None)
    page = (await one.get(f"{path}?language=de", "text/html", accept_language="en")).text
    assert "by members of Harbour" in page and "Mietrat" not in page


async def test_a_partner_reads_what_is_for_partners_and_nothing_that_is_for_members(
    one: Instance, ann: Browser, kiez: str
) -> None:
    path = await published(one, **HIDDEN)
    link = await asked(ann, path)
    partner = Browser(one)
    await partner.open(link)
    assert "The lawyer comes." in partner.page and not telling(partner.page)
    # What was left empty stays as it was, also what they do not see; and it is not shown to them now either.
    await partner.send(link, title="Hitze")
    assert "Handed in." in partner.page and not telling(partner.page)
    await partner.open(link)
    assert "The lawyer comes." in partner.page and not telling(partner.page)
    await ann.open(f"{translate_at(path)}?language=de")
    assert telling(ann.page) == ["zqtitle", "zqbody", "zqnote"]
    await ann.send(translate_at(path), do="publish", title="Hitze [[members: zqtitel]]")
    assert "The translation is published" in ann.page, ann.page[-3000:]
    await partner.open(link)
    assert "Hitze" in partner.page and not telling(partner.page)
    for reader in ("text/html", "application/activity+json"):
        assert not telling((await one.get(f"{path}?language=de", reader)).text)


async def test_what_is_for_partners_keeps_its_marks_and_what_was_typed_stays(
    one: Instance, ann: Browser, kiez: str
) -> None:
    path = await published(one, **HIDDEN)
    link = await asked(ann, path)
    partner = Browser(one)
    await handed_in(partner, link, body="## Hitze\n\nDie Anwältin kommt.")
    assert partner.status == 422 and "marked for members or partners" in partner.page
    assert "Die Anwältin kommt." in partner.page
    await handed_in(partner, link, body="## Hitze\n\n[[partners: Die Anwältin kommt.")
    assert partner.status == 422 and "Die Anwältin kommt." in partner.page
    await handed_in(partner, link, title="")
    assert partner.status == 422
    await handed_in(partner, link, body="## Hitze\n\n[[partners: Die Anwältin kommt.]]")
    assert partner.status == 200 and "Handed in." in partner.page


async def test_a_link_is_over_when_it_expired_was_closed_or_the_partner_is_none_any_more(
    one: Instance, ann: Browser, kiez: str
) -> None:
    path = await published(one)
    partner = Browser(one)
    first = await asked(ann, path)
    second = await asked(ann, path)
    await partner.open(first)
    assert partner.status == 410, "a newer link takes the place of an older one"
    await handed_in(partner, second)
    await ann.open(translate_at(path))
    await ann.send(f"{translate_at(path)}/close", language="de")
    assert "what was handed in with it is forgotten" in ann.page
    await partner.open(second)
    assert partner.status == 410

    third = await asked(ann, path)
    await partner.open(third)
    await one.write(lambda tx: partners.remove(tx, one.config.site.group("harbour"), KIEZ))
    await partner.send(third, title="Hitze")
    assert partner.status == 410
    assert await one.read(lambda tx: translation_links.handed_in(tx, _group(one))) == []
    await one.write(lambda tx: partners.add(tx, _group(one), KIEZ, one.house.now()))
    await partner.open(third)
    assert partner.status == 200
    await one.withdraw(_minutes(one, path))
    await partner.open(third)
    assert partner.status == 410 and "Heat" not in partner.page
    await partner.open(f"/translate/{'a' * 43}")
    assert partner.status == 410


async def test_a_link_that_expired_is_forgotten_and_what_was_handed_in_is_not(
    one: Instance, ann: Browser, kiez: str
) -> None:
    path = await published(one)
    unused, used = await asked(ann, path, "fr"), await asked(ann, path, "de")
    await handed_in(Browser(one), used)
    days = 70 * DAY
    sql = "UPDATE translation_links SET expires_at = expires_at - :days"
    await one.write(lambda tx: tx.execute(sql, days=days))
    partner = Browser(one)
    for link in (unused, used):
        await partner.open(link)
        assert partner.status == 410
    await upkeep.sweep(one.house, {})
    left = await one.read(lambda tx: translation_links.handed_in(tx, _group(one)))
    assert [link.language for link in left] == ["de"]
    await ann.open(f"{translate_at(path)}?language=de")
    assert "Hitze, und wer die Schlüssel hat" in ann.page


async def test_who_is_no_partner_and_what_partners_do_not_see_is_refused(
    one: Instance, ann: Browser, kiez: str
) -> None:
    path = await published(one)
    at = translate_at(path)
    await ann.open(at)
    await ann.send(f"{at}/ask", language="de", partner="https://kiez.example/users/somebody")
    assert ann.status == 422 and "They are no partner of the group." in ann.page
    await ann.send(f"{at}/ask", language="en", partner=KIEZ)
    assert ann.status == 422 and "The text itself is in" in ann.page
    await ann.send(f"{at}/ask", language="nonsense!", partner=KIEZ)
    assert ann.status == 422
    assert await one.read(lambda tx: translation_links.of_object(tx, _minutes(one, path))) == []


async def test_no_other_group_asks_for_translations_of_these_minutes(
    one: Instance, ann: Browser, kiez: str
) -> None:
    path = await published(one)
    await asked(ann, path)
    await one.add_group("quay")
    heron = await a_browser(one, "heron", "quay")
    await heron.open("/console/quay/write/update")
    for at in (translate_at(path), translate_at(path).replace("harbour", "quay")):
        for act in ("ask", "close"):
            csrf = heron.form("/console/quay/write/update").values["csrf"][0]
            await heron.post(f"{at}/{act}", csrf=csrf, language="de", partner=KIEZ)
            assert heron.status == 404
            await heron.open("/console/quay/write/update")
    links = await one.read(lambda tx: translation_links.of_object(tx, _minutes(one, path)))
    assert [link.language for link in links] == ["de"]


async def test_minutes_for_members_alone_are_asked_of_nobody(
    one: Instance, ann: Browser, kiez: str
) -> None:
    head = "title: Keys\ndate: 2026-12-03T19:00\ntimezone: Europe/London\nvisibility: members"
    source = f"---\n{head}\n---\nK. has them.\n"
    at = translate_at(await one.publish("minutes", source))
    await ann.open(at)
    assert ann.status == 200 and "Make a link for them" not in ann.page
    csrf = ann.form(at).values.get("csrf", [""])[0] or ann.form("/sign-out").values["csrf"][0]
    await ann.post(f"{at}/ask", csrf=csrf, language="de", partner=KIEZ)
    assert ann.status == 422 and "partners do not see it" in ann.page


def _minutes(one: Instance, path: str) -> str:
    return f"{one.config.origin}{path}"


def _group(one: Instance) -> str:
    return one.config.site.group("harbour")
