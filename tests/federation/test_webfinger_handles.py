"""Handles are read in every spelling people use, and nonsense is refused quickly."""

from __future__ import annotations

import time

import pytest

from fedi.activitypub.handles import Handle, normal_host, parse_handle
from fedi.errors import Malformed


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("@anna@good.example", Handle("anna", "good.example")),
        ("anna@good.example", Handle("anna", "good.example")),
        ("acct:anna@good.example", Handle("anna", "good.example")),
        ("ACCT:@anna@good.example", Handle("anna", "good.example")),
        ("  @anna@good.example\n", Handle("anna", "good.example")),
        ("@Anna@GOOD.Example", Handle("Anna", "good.example")),
        ("@anna@good.example.", Handle("anna", "good.example")),
        ("@anna@good.example:443", Handle("anna", "good.example")),
        ("@anna@good.example:8443", Handle("anna", "good.example:8443")),
        ("@anna@localhost:8000", Handle("anna", "localhost:8000")),
        ("@anna@127.0.0.1:8001", Handle("anna", "127.0.0.1:8001")),
        ("@anna@[::0001]:8001", Handle("anna", "[::1]:8001")),
        ("@anna@bücher.example", Handle("anna", "xn--bcher-kva.example")),
        ("@anna@BÜCHER.example", Handle("anna", "xn--bcher-kva.example")),
        ("@anna@xn--bcher-kva.example", Handle("anna", "xn--bcher-kva.example")),
        ("@a.b-c_9@good.example", Handle("a.b-c_9", "good.example")),
        ("@good.example@good.example", Handle("good.example", "good.example")),
        ("@_@good.example", Handle("_", "good.example")),
    ],
)
def test_a_handle_is_read(text: str, handle: Handle) -> None:
    assert parse_handle(text) == handle


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "@@",
        "anna",
        "@anna",
        "@anna@",
        "@@good.example",
        "@anna@good.example@evil.example",
        "@anna@good.example/path",
        "@anna@good.example?x",
        "@anna@good.example#x",
        "@anna@good.example:",
        "@anna@good.example:0",
        "@anna@good.example:65536",
        "@anna@good.example:443:443",
        "@anna@good.example:x",
        "@anna@good.example:４４３",
        "@anna@good..example",
        "@anna@.good.example",
        "@anna@-good.example",
        "@anna@good_.example",
        "@anna@good example",
        "@anna@good.example\nevil",
        "@an na@good.example",
        "@änna@good.example",
        "@.anna@good.example",
        "@anna.@good.example",
        "@anna@[::1",
        "@anna@[good.example]",
        "@anna@[fe80::1%25eth0]",
        "@anna@" + "a" * 64 + ".example",
        "@anna@" + "a." * 130 + "example",
        "@" + "a" * 330 + "@good.example",
        "https://good.example/@anna",
        "mailto:anna@good.example",
        "<script>@good.example",
        "@anna@\u2460.example\u0000",
        "@anna@xn--\udcff.example",
    ],
)
def test_what_is_no_handle_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_handle(text)


@pytest.mark.parametrize(
    "text",
    ["@" * 1_000_000, "@" + "a." * 500_000, "@" + "a" * 310 + "-", "@a@" + "a-" * 150, "a@" * 150],
)
def test_long_nonsense_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(Malformed):
        parse_handle(text)
    assert time.perf_counter() - start < 0.5


def test_a_handle_is_written_in_three_ways() -> None:
    handle = Handle("Anna", "good.example")
    assert str(handle) == "@Anna@good.example"
    assert handle.address == "Anna@good.example"
    assert handle.resource == "acct:Anna@good.example"
    assert parse_handle(str(handle)) == parse_handle(handle.resource) == handle


def test_case_makes_no_other_account_but_the_host_does() -> None:
    assert Handle("Anna", "good.example").is_same(Handle("anna", "good.example"))
    assert not Handle("anna", "good.example").is_same(Handle("anna", "evil.example"))
    assert not Handle("anna", "good.example").is_same(Handle("anne", "good.example"))


def test_a_host_has_one_spelling() -> None:
    assert normal_host("Good.Example.") == "good.example"
    with pytest.raises(Malformed):
        normal_host("good.example/")
