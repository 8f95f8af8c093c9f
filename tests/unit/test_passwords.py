"""Passwords: what one must be, how it is kept, and that nobody costs as much as somebody."""

from __future__ import annotations

import pytest

from fedi.errors import Refused
from fedi.people import passwords
from fedi.people.passwords import check_rules, hash_password, is_outdated, verify_password


@pytest.mark.parametrize(
    "text",
    ["ten signs!", "nur kleine wörter", "x 7s" * 250, "كلمات لا تنتمي", "aaaaaaaabc", "١٢٣٤٥٦٧٨٩٠"],
)
def test_a_password_needs_length_and_nothing_else(text: str) -> None:
    check_rules(text, "wren")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nine char", "at least 10"),
        ("", "at least 10"),
        ("x7" * 500 + "x", "at most 1000"),
        ("Wren  of the Quay", "pseudonym itself"),
        ("wren of the quay", "pseudonym itself"),
        ("Password123", "tried first"),
        ("1234567890", "tried first"),
        ("aaaaaaaaaaaa", "tried first"),
        ("abababababab", "tried first"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(Refused, match=complaint):
        check_rules(text, "Wren of the Quay")


def test_every_common_password_would_pass_but_for_being_common() -> None:
    assert all(len(text) >= passwords.SHORTEST for text in passwords.COMMONEST)
    assert all(text == text.casefold() for text in passwords.COMMONEST)


def test_a_password_has_its_hash_and_no_other_has() -> None:
    kept = hash_password("a quiet harbour")
    assert "harbour" not in kept
    assert kept != hash_password("a quiet harbour")
    assert verify_password(kept, "a quiet harbour")
    assert not verify_password(kept, "a quiet Harbour")
    assert not verify_password(kept, "")


def test_letters_that_keyboards_write_in_two_ways_are_the_same() -> None:
    kept = hash_password("cafe\u0301 am hafen")
    assert verify_password(kept, "caf\u00e9 am hafen")
    assert not verify_password(kept, "cafe am hafen")


def test_text_that_is_no_text_can_be_a_password_all_the_same() -> None:
    assert verify_password(hash_password("\ud800 surrogate"), "\ud800 surrogate")


def test_a_password_far_too_long_is_wrong_without_being_read() -> None:
    long = "x" * (passwords.LONGEST + 1)
    assert not verify_password(hash_password(long), long)


def test_for_nobody_the_same_work_is_done_as_for_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    hasher = passwords._hasher()  # pyright: ignore[reportPrivateUsage]

    class Noting:
        def verify(self, hash_: str, password: bytes) -> bool:
            compared.append(hash_)
            return hasher.verify(hash_, password)

    monkeypatch.setattr(passwords, "_hasher", Noting)
    somebody = hash_password_of("a quiet harbour", hasher)
    assert not verify_password(somebody, "wrong password")
    assert not verify_password(None, "wrong password")
    assert not verify_password("", "wrong password")
    # The same algorithm, version, parameters, and lengths of salt and hash.
    shapes = {(*hash_.split("$")[:4], *map(len, hash_.split("$")[4:])) for hash_ in compared}
    assert len(compared) == 3
    assert len(shapes) == 1


def hash_password_of(text: str, hasher: object) -> str:
    return hasher.hash(text)  # type: ignore[attr-defined]


def test_a_hash_made_with_other_parameters_is_outdated_and_still_good() -> None:
    from argon2 import PasswordHasher

    weaker = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("a quiet harbour")
    assert verify_password(weaker, "a quiet harbour")
    assert is_outdated(weaker)
    assert not is_outdated(hash_password("a quiet harbour"))


def test_what_is_no_hash_matches_nothing() -> None:
    assert not verify_password("nonsense", "nonsense")


def test_hashing_takes_little_memory() -> None:
    assert passwords.MEMORY_KIB * passwords.LANES <= 20 * 1024
    assert f"m={passwords.MEMORY_KIB},t={passwords.ROUNDS},p=1" in hash_password("a quiet harbour")
