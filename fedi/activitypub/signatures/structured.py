"""Structured fields (RFC 8941): dictionaries, inner lists and items, read and written strictly."""

from __future__ import annotations

import binascii
import string
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fedi.errors import Malformed


@dataclass(frozen=True, slots=True)
class Token:
    """A bare word, which is no string."""

    text: str


Bare = int | Decimal | str | Token | bytes | bool
Parameters = Mapping[str, Bare]


@dataclass(frozen=True, slots=True)
class Item:
    """A value with its parameters."""

    value: Bare
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class InnerList:
    """Several items in parentheses, with the parameters of the whole."""

    items: tuple[Item, ...]
    parameters: Parameters


Member = Item | InnerList

_KEY_START = frozenset(string.ascii_lowercase + "*")
_KEY = _KEY_START | frozenset(string.digits + "_-.")
_TOKEN_START = frozenset(string.ascii_letters + "*")
_TOKEN = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~:/")
_NUMBER = frozenset(string.digits + ".")


def parse_dictionary(text: str) -> dict[str, Member]:
    """Read a dictionary, or raise Malformed.

    Stricter than RFC 8941 in one thing: a key that comes twice is refused, so that no two readers
    can differ about which one counts.
    """
    reader = _Reader(text)
    reader.skip(" ")
    found: dict[str, Member] = {}
    while reader.at < len(text):
        key = reader.key()
        if key in found:
            raise Malformed(f"The header has {key} twice.")
        found[key] = reader.member() if reader.take("=") else Item(True, reader.parameters())
        reader.skip(" \t")
        if reader.at < len(text):
            reader.expect(",")
            reader.skip(" \t")
            if reader.at >= len(text):
                raise reader.wrong("a comma with nothing after it")
    return found


def decode_base64(text: str) -> bytes:
    """Read base64 in its one proper spelling, or raise Malformed."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("What should be base64 is not.") from error
    if b64encode(data).decode() != text:
        raise Malformed("What should be base64 has loose bits at its end.")
    return data


def write_member(member: Member) -> str:
    """Write an item or inner list in its canonical form."""
    if isinstance(member, Item):
        return _write_bare(member.value) + write_parameters(member.parameters)
    inside = " ".join(write_member(item) for item in member.items)
    return f"({inside}){write_parameters(member.parameters)}"


def write_parameters(parameters: Parameters) -> str:
    """Write parameters, each with its leading semicolon."""
    return "".join(
        f";{key}" if value is True else f";{key}={_write_bare(value)}"
        for key, value in parameters.items()
    )


def _write_bare(value: Bare) -> str:
    match value:
        case bool():
            return "?1" if value else "?0"
        case bytes():
            return f":{b64encode(value).decode()}:"
        case Token():
            return value.text
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case Decimal():
            return f"{value.normalize():f}" if value % 1 else f"{value:.1f}"
        case int():
            return str(value)


class _Reader:
    """A place in a text, moving forward."""

    __slots__ = ("at", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def wrong(self, what: str) -> Malformed:
        return Malformed(f"The structured header has {what} (at character {self.at + 1}).")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, letter: str) -> bool:
        if self.peek() != letter:
            return False
        self.at += 1
        return True

    def expect(self, letter: str) -> None:
        if not self.take(letter):
            raise self.wrong(f"something else where {letter} should be")

    def skip(self, letters: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in letters:
            self.at += 1

    def run(self, letters: frozenset[str]) -> str:
        start, text, end = self.at, self.text, len(self.text)
        at = start
        while at < end and text[at] in letters:
            at += 1
        self.at = at
        return text[start:at]

    def key(self) -> str:
        if self.peek() not in _KEY_START:
            raise self.wrong("something else where a key should be")
        return self.run(_KEY)

    def member(self) -> Member:
        return self.inner_list() if self.peek() == "(" else self.item()

    def inner_list(self) -> InnerList:
        self.expect("(")
        items: list[Item] = []
        while True:
            self.skip(" ")
            if self.take(")"):
                return InnerList(tuple(items), self.parameters())
            items.append(self.item())
            if self.peek() not in (" ", ")"):
                raise self.wrong("no blank between two items of a list")

    def item(self) -> Item:
        return Item(self.bare(), self.parameters())

    def parameters(self) -> dict[str, Bare]:
        found: dict[str, Bare] = {}
        while self.take(";"):
            self.skip(" ")
            key = self.key()
            if key in found:
                raise Malformed(f"The structured header has the parameter {key} twice.")
            found[key] = self.bare() if self.take("=") else True
        return found

    def bare(self) -> Bare:
        first = self.peek()
        if first == '"':
            return self.quoted()
        if first == ":":
            return self.bytes_()
        if first == "?":
            return self.boolean()
        if first in _TOKEN_START:
            return Token(self.run(_TOKEN))
        return self.number()

    def quoted(self) -> str:
        self.expect('"')
        parts: list[str] = []
        while True:
            if self.at >= len(self.text):
                raise self.wrong("a quotation mark that is never closed")
            letter = self.text[self.at]
            self.at += 1
            if letter == '"':
                return "".join(parts)
            if letter == "\\":
                letter = self.peek()
                if letter not in ('"', "\\"):
                    raise self.wrong("a backslash before something that needs none")
                self.at += 1
            elif not " " <= letter <= "~":
                raise self.wrong("a letter that is not ASCII in a string")
            parts.append(letter)

    def bytes_(self) -> bytes:
        self.expect(":")
        end = self.text.find(":", self.at)
        if end < 0:
            raise self.wrong("bytes without an end")
        written, self.at = self.text[self.at : end], end + 1
        return decode_base64(written)

    def boolean(self) -> bool:
        self.expect("?")
        if self.take("1"):
            return True
        self.expect("0")
        return False

    def number(self) -> int | Decimal:
        sign = -1 if self.take("-") else 1
        digits = self.run(_NUMBER)
        whole, point, fraction = digits.partition(".")
        if not point and whole and len(whole) <= 15:
            return sign * int(whole)
        if point and 0 < len(whole) <= 12 and 0 < len(fraction) <= 3 and "." not in fraction:
            return sign * Decimal(digits)
        raise self.wrong("something else where a value should be")
