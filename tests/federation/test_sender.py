"""One POST: how it is signed, and what each answer means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from dialling import NEAR, using
from loopback import (
    Asked,
    Behaviour,
    Loopback,
    floods,
    hangs,
    hangs_up,
    http_proxy,
    in_turn,
    loopback,
    redirects,
    says,
    speaks_nonsense,
    trickles,
)
from outgoing import ACCEPTS, SITE
from signed import NOW, key_of, public_key_of

from fedi.activitypub.signatures import Request, verify
from fedi.config import Config
from fedi.delivery.sender import (
    Delivered,
    Final,
    Gone,
    Outcome,
    Parcel,
    RetryLater,
    Sender,
    parcel,
)
from fedi.storage.activities import Activity

GROUP = SITE.group("harbour")
Post = Callable[..., Awaitable[Outcome]]


def a_parcel(body: bytes = b'{"type":"Create"}') -> Parcel:
    activity = Activity(f"{SITE.origin}/activities/1", GROUP, "Create", None, "public", body, NOW)
    return parcel(activity, key_of(GROUP))


@pytest.fixture
async def far() -> AsyncIterator[Loopback]:
    async with loopback() as server:
        yield server


@pytest.fixture
async def post(config: Config, far: Loopback) -> AsyncIterator[Post]:
    """Post a parcel to the inbox of `far`, which behaves like this; wait 0.3 seconds at most."""
    async with using(replace(config, allow_private=NEAR)) as client:
        sender = Sender(client, SITE, seconds=0.3)

        async def send(behaviour: Behaviour, form: str | None = None, **more: str) -> Outcome:
            far.routes["/inbox"] = behaviour
            return await sender.send(a_parcel(), f"{far.origin}/inbox", form, NOW, more)

        yield send


def as_received(far: Loopback, asked: Asked) -> Request:
    return Request(asked.method, far.origin + asked.target, asked.headers, asked.body)


@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
async def test_what_arrives_is_signed_by_the_group_over_these_bytes(
    far: Loopback, post: Post, form: str
) -> None:
    assert await post(ACCEPTS, form) == Delivered(form)
    (asked,) = far.asked
    assert asked.body == a_parcel().body
    assert asked.headers["content-type"] == "application/activity+json"
    assert verify(as_received(far, asked), public_key_of(GROUP), NOW).form == form


async def test_headers_that_go_with_a_delivery_are_signed_too(far: Loopback, post: Post) -> None:
    await post(ACCEPTS, **{"collection-synchronization": 'digest="00"'})
    info = verify(as_received(far, far.asked[0]), public_key_of(GROUP), NOW)
    assert "collection-synchronization" in info.covered


async def test_a_host_that_refuses_one_form_of_signature_is_asked_in_the_other(
    far: Loopback, post: Post
) -> None:
    assert await post(in_turn(says(b"", status=401), ACCEPTS)) == Delivered("rfc9421")
    assert ["signature-input" in asked.headers for asked in far.asked] == [False, True]


async def test_a_host_that_took_the_newer_form_is_asked_in_it_first(
    far: Loopback, post: Post
) -> None:
    outcome = await post(in_turn(says(b"", status=401), ACCEPTS), "rfc9421")
    assert outcome == Delivered("cavage")
    assert ["signature-input" in asked.headers for asked in far.asked] == [True, False]


async def test_a_host_that_takes_neither_form_is_knocked_at_twice_and_later_again(
    far: Loopback, post: Post
) -> None:
    outcome = await post(says(b"no such key", status=401))
    assert outcome == RetryLater("answered 401: no such key", 401, blames_host=False)
    assert len(far.asked) == 2


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (410, Gone("answered 410", 410)),
        (403, Final("answered 403", 403)),
        (429, RetryLater("answered 429", 429)),
        (503, RetryLater("answered 503", 503)),
    ],
)
async def test_what_the_second_form_is_answered_with_is_what_counts(
    far: Loopback, post: Post, status: int, outcome: Outcome
) -> None:
    assert await post(in_turn(says(b"", status=401), says(b"", status=status))) == outcome
    assert len(far.asked) == 2


async def test_a_second_form_that_is_not_understood_does_not_end_the_delivery(post: Post) -> None:
    answers = in_turn(says(b"no such key", status=401), says(b"what is this", status=400))
    assert await post(answers) == RetryLater("answered 401: no such key", 401, blames_host=False)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_every_success_is_one(post: Post, status: int) -> None:
    assert await post(says(b"", status=status)) == Delivered("cavage")


@pytest.mark.parametrize("status", [400, 403, 405, 413, 422, 406, 451])
async def test_a_refusal_is_final(far: Loopback, post: Post, status: int) -> None:
    assert await post(says(b"", status=status)) == Final(f"answered {status}", status)
    assert len(far.asked) == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_an_inbox_that_is_not_there_any_more_is_gone(post: Post, status: int) -> None:
    assert await post(says(b"", status=status)) == Gone(f"answered {status}", status)


@pytest.mark.parametrize("status", [408, 421, 425, 500, 501, 507])
async def test_an_answer_that_may_be_another_later_is_about_this_delivery(
    post: Post, status: int
) -> None:
    assert await post(says(b"", status=status)) == RetryLater(
        f"answered {status}", status, blames_host=False
    )


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_an_answer_from_before_the_application_is_about_the_host(
    post: Post, status: int
) -> None:
    assert await post(says(b"", status=status)) == RetryLater(f"answered {status}", status)


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_says_when_to_come_back(post: Post, status: int) -> None:
    outcome = await post(says(b"", status=status, headers={"Retry-After": "120"}))
    assert isinstance(outcome, RetryLater)
    assert outcome.wait_until == NOW + 120_000


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(far: Loopback, post: Post, status: int) -> None:
    far.routes["/elsewhere"] = ACCEPTS
    outcome = await post(redirects(f"{far.origin}/elsewhere", status))
    assert outcome == RetryLater(f"answered {status}", status, blames_host=False)
    assert [asked.path for asked in far.asked] == ["/inbox"]


@pytest.mark.parametrize("behaviour", [hangs, hangs_up, speaks_nonsense])
async def test_silence_and_nonsense_are_about_the_host(post: Post, behaviour: Behaviour) -> None:
    outcome = await post(behaviour)
    assert isinstance(outcome, RetryLater)
    assert outcome.blames_host
    assert outcome.status is None


@pytest.mark.parametrize("behaviour", [trickles, floods])
async def test_an_answer_without_end_takes_neither_memory_nor_more_than_its_time(
    post: Post, behaviour: Behaviour
) -> None:
    outcome = await post(behaviour)
    assert isinstance(outcome, Delivered | RetryLater)


async def test_a_host_that_is_not_there_is_tried_later(config: Config, far: Loopback) -> None:
    async with using(replace(config, allow_private=NEAR)) as client:
        sender = Sender(client, SITE)
        async with loopback() as short_lived:
            inbox = f"{short_lived.origin}/inbox"
        outcome = await sender.send(a_parcel(), inbox, None, NOW)
    assert isinstance(outcome, RetryLater)
    assert outcome.error.endswith("refuses connections")


@pytest.mark.parametrize("inbox", ["{}/inbox", "https://10.0.0.1/inbox", "gopher://far/inbox", ""])
async def test_an_address_that_is_not_public_is_never_dialled(
    config: Config, far: Loopback, inbox: str
) -> None:
    async with using(config) as client:
        outcome = await Sender(client, SITE).send(a_parcel(), inbox.format(far.origin), None, NOW)
    assert isinstance(outcome, Final)
    assert far.connections == 0


async def test_what_is_for_ourselves_goes_straight_to_our_own_application(config: Config) -> None:
    received: list[str] = []

    async def application(scope, receive, send) -> None:
        received.append(scope["path"])
        await send({"type": "http.response.start", "status": 202, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with using(config) as client:
        sender = Sender(client, SITE, at_home=application)
        outcome = await sender.send(a_parcel(), SITE.shared_inbox, None, NOW)
        await sender.aclose()
    assert outcome == Delivered("cavage")
    assert received == ["/inbox"]


async def test_with_a_proxy_everything_goes_through_it(config: Config) -> None:
    async with http_proxy() as proxy, using(replace(config, proxy=proxy.origin)) as client:
        outcome = await Sender(client, SITE).send(
            a_parcel(), "https://far.example/inbox", None, NOW
        )
    assert isinstance(outcome, RetryLater)
    assert [asked.method for asked in proxy.asked] == ["CONNECT"]


async def test_markup_and_control_characters_of_an_answer_stay_out_of_the_queue(
    post: Post,
) -> None:
    assert await post(says(b"<h1>no</h1>", status=403)) == Final("answered 403", 403)
    outcome = await post(says(b"no\x1b[31m\nway" + b"." * 10_000, status=403))
    assert isinstance(outcome, Final)
    assert outcome.error.startswith("answered 403: no [31m way...")
    assert len(outcome.error) < 250
