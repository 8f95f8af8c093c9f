"""When proofs count: what arrives must have been proven lately, what is kept stays proven."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from signed import NOW
from test_proofs import KEY, LEFT_OUT, PUBLIC, a_like, proof_with

from fedi.activitypub.proofs import add_proof, check_proof
from fedi.clock import iso


@pytest.mark.parametrize(
    ("expires", "counts"),
    [
        (iso(NOW + 60_000), True),
        (iso(NOW - 60_000), False),
        ("2026-09-21T16:13:21+02:00", True),
        ("2026-09-21T16:13:19+02:00", False),
        ("2099-01-01T00:00:00", False),
        ("never", False),
        (5, False),
    ],
)
def test_an_expired_proof_counts_no_more(expires: Any, counts: bool) -> None:
    document = a_like()
    secured = {**document, "proof": proof_with(document, expires=expires)}
    assert check_proof(secured, PUBLIC, NOW) is counts
    assert check_proof(secured, PUBLIC)


DAY = 86_400_000


@pytest.mark.parametrize(
    ("created", "is_fresh"),
    [
        (iso(NOW), True),
        (iso(NOW - 14 * DAY), True),
        ("2026-09-21T17:13:19+02:00", True),
        (iso(NOW + 3_600_000), True),
        (iso(NOW - 14 * DAY - 1000), False),
        (iso(NOW - 400 * DAY), False),
        (iso(NOW + 3_601_000), False),
        ("2026-09-21T14:13:20", False),
        ("yesterday", False),
        (NOW, False),
        (None, False),
    ],
)
def test_what_arrives_needs_a_proof_made_lately_and_what_is_kept_does_not(
    created: Any, is_fresh: bool
) -> None:
    document = a_like()
    secured = {**document, "proof": proof_with(document, created=created)}
    assert check_proof(secured, PUBLIC, NOW) is is_fresh
    assert check_proof(secured, PUBLIC)


def test_what_arrives_with_a_proof_of_no_date_is_unsigned() -> None:
    document = a_like()
    undated = {**document, "proof": proof_with(document, created=LEFT_OUT)}
    assert check_proof(undated, PUBLIC)
    assert not check_proof(undated, PUBLIC, NOW)


@pytest.mark.parametrize(("until", "counts"), [(NOW, True), (NOW + 1, True), (NOW - 1, False)])
@pytest.mark.parametrize("now", [None, NOW + 1])
def test_what_a_key_signed_after_it_expired_is_unsigned(
    until: int, counts: bool, now: int | None
) -> None:
    secured = add_proof(a_like(), KEY, NOW)
    assert check_proof(secured, replace(PUBLIC, valid_until=until), now) is counts


def test_what_a_key_that_expired_signed_at_no_date_is_unsigned() -> None:
    document = a_like()
    secured = {**document, "proof": proof_with(document, created=None)}
    assert check_proof(secured, PUBLIC)
    assert not check_proof(secured, replace(PUBLIC, valid_until=NOW))
