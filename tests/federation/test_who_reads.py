"""A signature on a fetch matters where one is needed, and only there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hearing import Hearing, hearing
from signed import Form
from village import Person, a_fetch, send

FOLLOWERS_ONLY = "---\nvisibility: followers\nlanguage: en\n---\nBehind the bakery.\n"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path, signed_fetch="on") as one:
        yield one


async def _status(here: Hearing, url: str, by: Person | None = None, form: Form = "cavage") -> int:
    request = a_fetch(url, by.key if by else None, form)
    return (await send(here.client, request)).status_code


async def _status_of_a_bad_one(here: Hearing, url: str, by: Person, form: Form = "cavage") -> int:
    signed = a_fetch(url + "#key", by.key, form)
    return (await send(here.client, a_fetch(url), **signed.headers)).status_code


@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
async def test_what_is_public_is_served_whatever_the_signature_and_costs_no_key(
    here: Hearing, form: Form
) -> None:
    anna = here.village.person()
    for url in (here.harbour, f"{here.harbour}/outbox", await here.post()):
        assert await _status(here, url, anna, form) == 200
        assert await _status(here, f"{url}?again", anna, form) == 200
    assert not here.village.asked


async def test_a_signature_over_another_address_does_not_keep_from_what_is_public(
    here: Hearing,
) -> None:
    anna = here.village.person()
    assert await _status_of_a_bad_one(here, here.harbour, anna, "rfc9421") == 200


async def test_where_a_signature_is_needed_a_bad_one_is_told_so_that_another_form_can_follow(
    here: Hearing,
) -> None:
    anna = here.village.person()
    post = await here.post(source=FOLLOWERS_ONLY)
    absent = post[:-3] + "zzz"
    for url in (post, absent):
        assert await _status_of_a_bad_one(here, url, anna, "rfc9421") == 401
        assert await _status(here, url, anna) == 404
        assert await _status(here, url) == 404
    await here.says(anna, "Follow", here.harbour)
    assert await _status(here, post, anna) == 200


async def test_an_instance_that_wants_signatures_takes_only_good_ones(guarded: Hearing) -> None:
    anna = guarded.village.person()
    for url in (guarded.harbour, f"{guarded.harbour}/outbox", await guarded.post()):
        assert await _status(guarded, url) == 401
        assert await _status_of_a_bad_one(guarded, url, anna, "rfc9421") == 401
        assert await _status(guarded, url, anna) == 200


async def test_the_actor_of_the_instance_is_served_to_anybody(guarded: Hearing) -> None:
    assert await _status(guarded, guarded.here.house.site.actor) == 200
