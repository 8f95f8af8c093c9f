"""Accounts, cards and wallets; links to pages for giving are made to be passed on and are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from fedi.publishing.redaction.finding import Span, Window, any_of

_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]{0,3}[A-Z0-9]{1,4}){3,9}(?![A-Za-z0-9])", re.IGNORECASE
)
_CARD = re.compile(r"(?<![\w.+/#-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w/-])")
_WALLET = re.compile(
    r"(?<![A-Za-z0-9])(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,71})(?![A-Za-z0-9])"
)
_ETHEREUM = re.compile(r"(?<![A-Za-z0-9])0x[0-9a-fA-F]{40}(?![A-Za-z0-9])")
_MONERO = re.compile(r"(?<![A-Za-z0-9])[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?![A-Za-z0-9])")
_CPF = re.compile(r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])")
_SORT_CODE = re.compile(
    r"(?i:sort\s?code)\W{1,3}(\d{2}[- ]?\d{2}[- ]?\d{2})|(?<!\d)(\d{2}-\d{2}-\d{2}\W{1,3}\d{8})(?!\d)"
)
# A number of an account stands behind the word for it.
_ACCOUNT = re.compile(
    r"(?i:"
    + any_of(
        "account(?:_(?:no|number|nr))? acct a/c kto konto(?:nummer|nr)? cuenta conta compte rib clabe cbu cvu "
        "routing(?:_number)? blz bic swift creditor(?:_id)? gl[äa]ubiger-?id حساب(?:_رقم)?"
    )
    + r")[\s:.#º°]{1,4}((?=[A-Z0-9 -]{0,8}\d)[A-Z0-9](?:[ -]?[A-Z0-9]){6,33})(?![A-Za-z0-9])"
)


def find(window: Window) -> Iterator[Span]:
    """Give where payment data stand."""
    from stdnum import bitcoin, iban, luhn
    from stdnum.br import cpf

    text = window.plain
    checks: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
        (_CARD, lambda number: len(number) in range(13, 20) and luhn.is_valid(number)),
        (_WALLET, bitcoin.is_valid),
        (_ETHEREUM, _anything),
        (_MONERO, _anything),
        (_CPF, cpf.is_valid),
    )
    for found in _IBAN.finditer(text):
        # What follows an account may look like a part of it.
        for end in _ends(found[0]):
            if iban.is_valid(found[0][:end]):
                yield Span(found.start(), found.start() + end)
                break
    for pattern, check in checks:
        for found in pattern.finditer(text):
            if check(re.sub(r"[ -]", "", found[0])):
                yield Span(*found.span())
    for found in _SORT_CODE.finditer(text):
        yield Span(*found.span(1 if found[1] else 2))
    for found in _ACCOUNT.finditer(text):
        yield Span(*found.span(1))


def _ends(written: str) -> list[int]:
    """Give where something may end: where it does, and before each of its last gaps."""
    gaps = [gap.start() for gap in re.finditer(r"[ -]+", written)]
    return [len(written), *reversed(gaps)]


def _anything(number: str) -> bool:
    return bool(number)
