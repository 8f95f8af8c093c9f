"""A group's settings: each thing it says about itself is changed from one page, and others are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from doorstep import Browser, a_browser
from hearing import Hearing, hearing
from PIL import Image

from fedi.actors.groups import find_group, mark_verified, set_profile
from fedi.clock import now_ms
from fedi.storage import house_rules
from fedi.storage.groups import Field, Group

SETTINGS = "/console/harbour/settings"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


@pytest.fixture
async def wren(here: Hearing) -> Browser:
    browser = await a_browser(here.here)
    await browser.open(SETTINGS)
    return browser


async def group(here: Hearing) -> Group:
    found = await here.here.read(lambda tx: find_group(tx, "harbour"))
    assert found
    return found


async def test_the_page_shows_what_there_is_and_changes_nothing_unasked(
    here: Hearing, wren: Browser
) -> None:
    before = await group(here)
    assert 'value="Harbour Tenants"' in wren.page
    page = await wren.send(SETTINGS)
    assert "Nothing is different" in page
    assert await group(here) == before


async def test_everything_is_changed_at_once_and_followers_are_told(
    here: Hearing, wren: Browser
) -> None:
    await here.says(here.village.person("anna"), "Follow", here.harbour)
    page = await wren.send(
        SETTINGS,
        title=" Harbour Union ",
        summary="We fix lifts.",
        about="Since **2023**.",
        themes="Housing, #heat, , Housing",
        line0_name="Meets",
        line0_text="Thursdays",
        language0="es",
        language1=None,
        place_street="1 Quay Street",
        place_area="Old Harbour",
        place_town="Bristol",
        place_country="England",
        precision="town",
        motif="wave",
        ink="ember",
        locked="y",
        followers_visible="y",
        discoverable=None,
        quotes="nobody",
    )
    assert "The profile is changed." in page
    now = await group(here)
    assert (now.title, now.summary) == ("Harbour Union", "We fix lifts.")
    assert now.about == "<p>Since <strong>2023</strong>.</p>"
    assert (now.themes, now.languages) == (("Housing", "heat"), ("es",))
    assert now.fields == (Field("Meets", "Thursdays"),)
    assert (now.motif, now.ink, now.place) == ("wave", "ember", "Bristol, England")
    assert (now.locked, now.followers_visible, now.discoverable) == (True, True, False)
    assert now.quotes == "nobody"
    assert "Since **2023**." in page
    assert "Quay Street" not in page
    assert "Old Harbour" not in page
    await here.world.deliver()
    update = here.village.told[-1]
    assert (update["type"], update["object"]["name"]) == ("Update", "Harbour Union")
    assert update["object"]["location"]["name"] == "Bristol, England"
    assert "Quay" not in str(update)


@pytest.mark.parametrize(
    ("precision", "told"),
    [
        ("country", "England"),
        ("town", "Bristol, England"),
        ("area", "Easton, Bristol, England"),
        ("street", "1 Quay Street, Easton, Bristol, England"),
    ],
)
async def test_a_place_is_told_and_kept_no_finer_than_chosen_and_stays_so(
    here: Hearing, wren: Browser, precision: str, told: str
) -> None:
    place = {"street": "1 Quay Street", "area": "Easton", "town": "Bristol", "country": "England"}
    typed = {f"place_{part}": text for part, text in place.items()}
    await wren.send(SETTINGS, precision=precision, **typed)
    assert (await group(here)).place == told
    assert "Nothing is different" in await wren.send(SETTINGS)


async def test_lines_are_added_and_removed_and_links_say_whether_they_lead_back(
    here: Hearing, wren: Browser
) -> None:
    home, other = "https://harbour.example/", "https://else.example/"
    lines: dict[str, Any] = {
        "line0_name": "Home",
        "line0_text": home,
        "line1_name": "Else",
        "line1_text": other,
    }
    await wren.send(SETTINGS, **lines)
    await here.here.write(lambda tx: mark_verified(tx, "harbour", {home: now_ms()}))
    page = await wren.open(SETTINGS)
    assert page.index(home) < page.index("confirmed since") < page.index("not confirmed")
    assert '&lt;a rel="me" href="https://alpha.test/groups/harbour"&gt;' in page
    await wren.send(SETTINGS, line0_name="", line0_text="")
    assert [field.name for field in (await group(here)).fields] == ["Else"]


async def test_half_a_line_and_an_empty_name_are_refused_and_what_was_typed_stays(
    here: Hearing, wren: Browser
) -> None:
    page = await wren.send(
        SETTINGS, title="", line0_name="Meets", line0_text="", summary="Kept <as> typed"
    )
    assert wren.status == 422
    assert "Fill this in." in page
    assert "A line has a name and a text" in page
    assert 'href="#line0_text"' in page
    assert "Kept &lt;as&gt; typed" in page
    assert (await group(here)).title == "Harbour Tenants"


async def test_a_profile_that_was_written_before_can_be_written_on(here: Hearing) -> None:
    site = here.here.house.site
    old = {"about": "<p>Started in a <em>launderette</em>.</p>"}
    await here.here.write(lambda tx: set_profile(tx, site, "harbour", old, now_ms()))
    wren = await a_browser(here.here)
    assert "Started in a launderette." in await wren.open(SETTINGS)
    assert "Nothing is different" in await wren.send(SETTINGS)
    assert (await group(here)).about == old["about"]


def a_photo(kind: str = "JPEG") -> bytes:
    """A photo that says where it was taken."""
    buffer = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "1 Quay Street"
    Image.new("RGB", (640, 480), "teal").save(buffer, kind, exif=exif)
    return buffer.getvalue()


async def test_own_pictures_are_made_safe_shown_and_taken_away(
    here: Hearing, wren: Browser
) -> None:
    files = {"avatar": ("me.jpg", a_photo(), "image/jpeg")}
    page = await wren.send(SETTINGS, files=files)
    assert "The profile is changed." in page
    name = (await group(here)).avatar
    assert name
    assert f'src="/media/{name}"' in page
    shown = await here.here.get(f"/media/{name}", "image/*")
    assert shown.status_code == 200
    assert b"Quay" not in shown.content
    await wren.send(SETTINGS, no_avatar="y")
    assert (await group(here)).avatar is None
    await here.world.deliver()
    assert not (here.here.config.media / name).exists()


async def test_what_is_no_picture_is_refused_below_its_field_and_leaves_nothing(
    here: Hearing, wren: Browser
) -> None:
    before = set(here.here.config.media.glob("**/*"))
    files = {
        "avatar": ("me.jpg", a_photo(), "image/jpeg"),
        "banner": ("x.png", b"<svg onload=alert(1)>", "image/png"),
    }
    page = await wren.send(SETTINGS, files=files, title="Typed")
    assert wren.status == 422
    assert 'id="banner-e"' in page
    assert 'value="Typed"' in page
    assert (await group(here)).title == "Harbour Tenants"
    assert set(here.here.config.media.glob("**/*")) == before


async def test_two_members_change_the_profile_together(here: Hearing, wren: Browser) -> None:
    heron = await a_browser(here.here, "heron")
    page = await wren.open(SETTINGS)
    assert "A second member confirms before it happens." in page
    page = await wren.send(SETTINGS, title="Harbour Union")
    assert "/waiting/" in wren.at
    assert (await group(here)).title == "Harbour Tenants"
    where = wren.at.partition("?")[0]
    assert "Harbour Union" in await heron.open(where)
    await heron.send(f"{where}/agree")
    assert (await group(here)).title == "Harbour Union"


async def test_replies_are_kept_and_mentions_shared_as_the_group_wants(
    here: Hearing, wren: Browser
) -> None:
    heard = f"{SETTINGS}/heard"
    page = await wren.send(heard, keep_replies_days="-1")
    assert wren.status == 422
    assert "from 0 to 3650" in page
    page = await wren.send(heard, keep_replies_days="90", boosts_mentions="y")
    assert "That is how it is from now on." in page
    rules = await here.here.read(lambda tx: house_rules.find(tx, here.harbour))
    assert (rules.keep_replies_days, rules.boosts_mentions, rules.log_days) == (90, True, 30)
    await wren.send(heard, keep_replies_days="0", boosts_mentions=None)
    rules = await here.here.read(lambda tx: house_rules.find(tx, here.harbour))
    assert (rules.keep_replies_days, rules.boosts_mentions) == (0, False)


async def test_another_groups_member_and_a_forged_form_change_nothing(
    here: Hearing, wren: Browser
) -> None:
    await here.here.add_group("sister", "Sister Street")
    other = await a_browser(here.here, "heron", "sister")
    await other.open("/console/sister/settings")
    csrf = other.form("/console/sister/settings").values["csrf"][0]
    for path in (SETTINGS, f"{SETTINGS}/heard"):
        await other.post(path, csrf=csrf, title="Mine now")
        assert other.status == 404
        await wren.post(path, title="Mine now")
        assert wren.status == 403
    await other.open(SETTINGS)
    assert other.status == 404
    assert (await group(here)).title == "Harbour Tenants"


async def test_what_looks_private_stands_in_the_profile_only_when_somebody_says_so(
    here: Hearing, wren: Browser
) -> None:
    typed = {
        "about": "Ring Kim on +44 20 7946 0018.",
        "line0_name": "Mail",
        "line0_text": "a@b.example",
    }
    page = await wren.send(SETTINGS, **typed)
    assert (wren.status, "1 phone number, 1 e-mail address" in page) == (422, True)
    assert "7946 0018" not in (await group(here)).about
    page = await wren.send(SETTINGS, keep="y")
    assert "The profile is changed." in page and "7946" in (await group(here)).about
    page = await wren.send(SETTINGS, title="Harbour Union")
    assert "The profile is changed." in page, "what stands there already is not asked about again"
