"""The digest of followers that FEP-8fcf compares."""

from __future__ import annotations

import hashlib

from fedi.delivery.followers_digest import followers_digest

ANNA = "https://testing.example.org/users/1"
BEN = "https://testing.example.org/users/2"


def test_the_digest_of_one_is_the_hash_of_their_id() -> None:
    assert followers_digest([ANNA]) == hashlib.sha256(ANNA.encode()).hexdigest()


def test_the_digest_of_nobody_is_zero() -> None:
    assert followers_digest([]) == "0" * 64


def test_the_order_does_not_matter_and_who_is_there_does() -> None:
    assert followers_digest([ANNA, BEN]) == followers_digest([BEN, ANNA])
    assert followers_digest([ANNA, BEN]) != followers_digest([ANNA])


def test_the_digest_of_two_is_the_one_mastodon_computes() -> None:
    expected = "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"
    assert followers_digest([ANNA, BEN]) == expected
