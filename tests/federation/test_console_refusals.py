"""What cannot be done is told in the console in the language of whoever asked, with what to do about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from doorstep import Browser, a_browser
from hearing import Hearing, hearing

from fedi.actors.groups import LONGEST_FIELD
from fedi.catalogues import catalogue
from fedi.clock import now_ms
from fedi.governing.profile import DAYS
from fedi.publishing import publish
from fedi.publishing.pictures import MAX_BYTES

HOME = "/console/harbour"
CALL = {"title": "Open the windows", "start_day": "2027-06-19", "start_hour": "17:00"}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


@pytest.fixture(params=["de", "ar"])
async def wren(here: Hearing, request: pytest.FixtureRequest) -> Browser:
    browser = await a_browser(here.here)
    browser.language = str(request.param)
    return browser


def tells(browser: Browser, *messages: str, **values: object) -> None:
    """Check that the page says each message in its own language, filled in, and not in English."""
    translate = catalogue(browser.language).gettext
    for message in messages:
        said, english = translate(message), message
        if values:
            said, english = said % values, english % values
        assert said != english
        assert escape(said, quote=False) in browser.page.replace("&#34;", '"').replace("&#39;", "'")
        assert escape(english, quote=False) not in browser.page


@pytest.mark.parametrize(
    ("kind", "typed", "said", "values"),
    [
        (
            "update",
            {"body": "The key is [[members: under the mat"},
            (
                "A mark that begins here is never closed.",
                "Write ]] where it ends; a lone bracket within it is written \\[ or \\].",
            ),
            {},
        ),
        (
            "update",
            {"body": "One [[members: two ]] three ]]"},
            ("A ] closes nothing here: a mark may end too early.",),
            {},
        ),
        (
            "update",
            {"body": "Ask [[neighbours: Kim]]"},
            (
                "Nobody here is called `%(label)s`.",
                "Marks are members and partners. If it is no mark, write \\[[ in place of [[.",
            ),
            {"label": "neighbours"},
        ),
        (
            "update",
            {"body": "Ask [members: Kim]"},
            ("This looks like a mark, but everybody would see it.",),
            {},
        ),
        (
            "call",
            {**CALL, "start_day": "2027-03-28", "start_hour": "01:30", "timezone": "Europe/London"},
            (
                "The clocks of %(zone)s never show %(hour)s on that day: they go forward.",
                "Write an hour later or earlier.",
            ),
            {"zone": "Europe/London", "hour": "01:30"},
        ),
        (
            "call",
            {
                **CALL,
                "timezone": "Europe/London",
                "end_day": "2027-09-01",
                "end_hour": "17:00",
            },
            ("This lasts more than %(most)s days.", "Publish one for each part of it."),
            {"most": 31},
        ),
        (
            "poll",
            {"title": "When", "options-0": "Thursday", "open_for": "3 days"},
            ("Write at least two answers.",),
            {},
        ),
    ],
    ids=["unclosed", "stray", "nobody", "nearly", "no-such-hour", "too-long", "one-option"],
)
async def test_what_is_written_wrong(
    wren: Browser,
    kind: str,
    typed: dict[str, str],
    said: tuple[str, ...],
    values: dict[str, object],
) -> None:
    await wren.open(f"{HOME}/write/{kind}")
    await wren.send(do="publish", **typed)
    assert wren.status == 422
    tells(wren, *said, **values)


async def test_what_would_be_missing_for_some_is_named(wren: Browser) -> None:
    translate = catalogue(wren.language).gettext
    await wren.open(f"{HOME}/write/call")
    await wren.send(do="publish", **{**CALL, "title": "[[members: Open]]"}, timezone="Europe/Paris")
    needs = translate("%(what)s needs `%(key)s`.")
    missing = needs % {"what": translate("The front matter"), "key": "title"}
    tells(wren, "Write a line like title: Open the windows")
    said = translate("As everybody would see it: %(problem)s") % {"problem": missing}
    assert escape(said, quote=False) in wren.page


async def test_an_answer_to_what_was_withdrawn(here: Hearing, wren: Browser) -> None:
    site, post = here.here.config.site, await here.post()
    await here.here.write(lambda tx: publish.withdraw(tx, site, post, now_ms()))
    await wren.open(f"{HOME}/write/update")
    await wren.send(do="publish", body="Yes", reply_to=post)
    assert wren.status in (410, 422)
    tells(wren, "What this answers was withdrawn.")


async def test_an_answer_to_nothing(here: Hearing, wren: Browser) -> None:
    await wren.open(f"{HOME}/write/update")
    post = f"{here.here.config.origin}/updates/none"
    await wren.send(do="publish", body="Yes", reply_to=post)
    tells(wren, "There is nothing to answer at %(address)s.", address=post)


async def test_a_change_that_changes_nothing(here: Hearing, wren: Browser) -> None:
    ulid = (await here.post()).rsplit("/", 1)[-1]
    await wren.open(f"{HOME}/posts/update")
    await wren.send(f"{HOME}/posts/update/{ulid}/edit")
    await wren.send(do="publish")
    assert wren.status == 422
    tells(wren, "Nothing has changed.", "Edit the text and try again.")


@pytest.mark.parametrize(
    ("data", "said", "values"),
    [
        (
            b"<svg onload=alert(1)>",
            (
                "%(file)s cannot be read as a picture.",
                "Use a JPEG, PNG, WebP, AVIF or GIF file.",
            ),
            {"file": "me.jpg"},
        ),
        (
            b"x" * (MAX_BYTES + 1),
            ("%(file)s has more than %(most)s megabytes.", "Make it smaller."),
            {"file": "me.jpg", "most": MAX_BYTES // 1_000_000},
        ),
    ],
    ids=["no-picture", "too-big"],
)
async def test_a_picture_that_cannot_be_used(
    wren: Browser, data: bytes, said: tuple[str, ...], values: dict[str, object]
) -> None:
    await wren.open(f"{HOME}/write/update")
    await wren.send(files={"pictures": ("me.jpg", data, "image/jpeg")}, do="save", body="Look")
    assert wren.status == 422
    tells(wren, *said, **values)


async def test_a_picture_of_the_group_that_is_none(wren: Browser) -> None:
    await wren.open(f"{HOME}/settings")
    files = {"banner": ("me.jpg", b"<svg>", "image/png")}
    await wren.send(f"{HOME}/settings", files=files)
    assert wren.status == 422
    tells(wren, "Use a JPEG, PNG, WebP, AVIF or GIF file.")


async def test_a_recording_of_an_unknown_kind(wren: Browser) -> None:
    await wren.open(f"{HOME}/write/update")
    files = {"voices": ("words.mp3", b"only words", "audio/mpeg")}
    await wren.send(files=files, do="save", body="Listen")
    assert wren.status == 422
    unknown = "%(file)s is not a recording of a kind known here."
    tells(wren, unknown, "Use an Opus (Ogg), MP3, M4A or WAV file.", file="words.mp3")


async def test_a_line_of_the_profile_that_is_too_long(wren: Browser) -> None:
    await wren.open(f"{HOME}/settings")
    await wren.send(f"{HOME}/settings", line0_name="x" * (LONGEST_FIELD + 1), line0_text="Mondays")
    assert wren.status == 422
    tells(wren, "This is too long: %(max)d characters at most.", max=LONGEST_FIELD)


async def test_following_nobody(wren: Browser) -> None:
    await wren.open(f"{HOME}/reading")
    await wren.send(f"{HOME}/reading/follow", who="@nobody@home.example")
    assert wren.status >= 400
    tells(wren, "Nobody of that name is there.")


async def test_following_oneself(here: Hearing, wren: Browser) -> None:
    await wren.open(f"{HOME}/reading")
    await wren.send(f"{HOME}/reading/follow", who=here.harbour)
    assert wren.status == 422
    tells(wren, "A group cannot follow itself.")


async def test_sharing_what_was_said_quietly(here: Hearing, wren: Browser) -> None:
    anna = here.village.person("anna")
    note = anna.a_note("Quietly", to=[here.harbour], cc=[])
    await here.says(anna, "Create", note)
    await wren.open(f"{HOME}/conversation/thread?note={quote(note['id'], safe='')}")
    await wren.send(f"{HOME}/conversation/do", do="share")
    assert wren.status == 422
    tells(wren, "Only public posts can be shared.")


async def test_a_number_out_of_bounds(wren: Browser) -> None:
    await wren.open(f"{HOME}/settings")
    least, most = DAYS["keep_replies_days"]
    await wren.send(f"{HOME}/settings/heard", keep_replies_days=str(most + 1))
    assert wren.status in (200, 422)
    tells(wren, "Write a number from %(min)s to %(max)s.", min=least, max=most)
