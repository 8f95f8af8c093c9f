"""Pseudonyms: many are welcome, and none can pass for another."""

from __future__ import annotations

import pytest

from fedi.errors import Refused
from fedi.people.pseudonyms import checked
from fedi.storage.persons import login_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("wren", "wren"),
        ("W7", "W7"),
        ("x" * 40, "x" * 40),
        ("  Wren   of the  Quay ", "Wren of the Quay"),
        ("wren_7.of-quay", "wren_7.of-quay"),
        ("７ｔｈ", "7th"),
        ("Łucja", "Łucja"),
        ("ёжик", "ёжик"),
        ("سمية", "سمية"),
        ("किशोरी", "किशोरी"),
        ("さくら川", "さくら川"),
        ("김 씨", "김 씨"),
        ("佐々木", "佐々木"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("wren\u00a0two", "wren two"),
    ],
)
def test_letters_and_digits_of_any_script_are_welcome(typed: str, kept: str) -> None:
    assert checked(typed) == kept


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "2 to 40"),
        ("w", "2 to 40"),
        ("x" * 41, "2 to 40"),
        ("    ", "2 to 40"),
        ("wren@home", "“@” cannot stand"),
        ("<b>wren", "“<” cannot stand"),
        ("wren/finch", "“/” cannot stand"),
        ("wren 🐦", "“🐦” cannot stand"),
        ("50%(x)s", "“%” cannot stand"),
        ("wren\u200b", "cannot be seen"),
        ("wren\u202efinch", "cannot be seen"),
        ("wr\u200den", "cannot be seen"),
        ("wren\nfinch", "cannot be seen"),
        ("wren\x00", "cannot be seen"),
        ("\u3164\u3164\u3164", "cannot"),
        ("wren\u115f", "cannot"),
        (".wren", "begins with"),
        ("-wren", "begins with"),
        ("_wren", "begins with"),
        ("\u0301wren", "begins with"),
        ("w\u0316\u0317\u0318\u0319ren", "too many accents"),
        ("wrеn", "different scripts"),
        ("wreν", "different scripts"),
        ("аnna", "different scripts"),
    ],
)
def test_what_cannot_be_seen_or_would_pass_for_something_else_is_refused(
    typed: str, complaint: str
) -> None:
    with pytest.raises(Refused, match=complaint):
        checked(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("wren", "WREN"),
        ("wren", "  Wren "),
        ("wren two", "wren\u00a0 two"),
        ("Straße", "STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
        ("scope", "ѕсоре"),
        ("MAPK", "МАРК"),
        ("ANNA", "ΑΝΝΑ".replace("Ν", "N")),
        ("kot", "кот"),
    ],
)
def test_names_that_look_alike_are_one_login(one: str, other: str) -> None:
    assert login_of(one) == login_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("wren", "wrem"), ("wren two", "wrentwo"), ("cafe", "café"), ("7", "77")]
)
def test_names_that_differ_are_two_logins(one: str, other: str) -> None:
    assert login_of(one) != login_of(other)
