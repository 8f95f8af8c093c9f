"""Two URLs are of one server however its host is spelt, and of two if anything is unclear."""

from __future__ import annotations

import pytest

from fedi.activitypub.origins import origin_of, same_origin


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://good.example/a", "https://good.example/b?c#d"),
        ("https://good.example", "https://GOOD.Example/"),
        ("https://good.example", "HTTPS://good.example"),
        ("https://good.example", "https://good.example:443/x"),
        ("https://good.example", "https://good.example:/x"),
        ("https://good.example", "https://good.example:0443/x"),
        ("http://good.example", "http://good.example:80"),
        ("https://good.example", "https://good.example./x"),
        ("https://good.example", "https://good.example.:443/x"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
        ("https://bu\u0308cher.example", "https://XN--BCHER-KVA.example"),
        ("https://good。example", "https://good.example"),
        ("https://ｇｏｏｄ.example", "https://good.example"),
        ("https://[::1]:8000/a", "https://[0:0:0:0:0:0:0:1]:8000/b"),
        ("https://good.example?x", "https://good.example#y"),
    ],
)
def test_spellings_of_one_server_are_equal(one: str, other: str) -> None:
    assert same_origin(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://good.example", "http://good.example"),
        ("https://good.example", "https://good.example:8443"),
        ("https://good.example", "https://evil.example"),
        ("https://good.example", "https://good.example.evil.example"),
        ("https://good.example", "https://evilgood.example"),
        ("https://good.example", "https://sub.good.example"),
        ("https://good.example", "https://good.example@evil.example"),
        ("https://good.example", "https://evil.example#@good.example"),
        ("https://good.example", "https://evil.example/good.example"),
        ("https://good.example", "https://evil.example\\@good.example"),
        ("https://good.example", "https://good.examp\u0142e"),
        ("https://straße.example", "https://strasse.example"),
    ],
)
def test_different_servers_are_not_equal(one: str, other: str) -> None:
    assert not same_origin(one, other)
    assert origin_of(one) is not None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "good.example",
        "//good.example",
        "https:good.example",
        "https:///path",
        "https://",
        "https://.",
        "https://:443",
        "https://user@good.example",
        "https://user:word@good.example",
        "https://good.example:port",
        "https://good.example:0",
        "https://good.example:65536",
        "https://good.example:-1",
        "https://good.example:٤٤٣",
        "https://good.example:80:90",
        "https://good%2eexample",
        "https://good..example",
        "https://.good.example",
        "https://good.example..",
        "https://good .example",
        "https://good.example/a b",
        "https://good.example\n",
        "\thttps://good.example",
        "https://good.exa\x7fmple",
        "https://good.example\\x",
        "https://[::1",
        "https://[::1]x",
        "https://[fe80::1%eth0]",
        "https://[nonsense]",
        "https://\u200b.example",
        "https://\ud800.example",
        "ftp://good.example",
        "javascript://good.example",
        "did:key:z6Mk",
        "acct:anna@good.example",
        "https://good.example/" + "x" * 3000,
    ],
)
def test_what_is_not_clearly_a_web_address_has_no_origin_and_equals_nothing(url: str) -> None:
    assert origin_of(url) is None
    assert not same_origin(url, url)


def test_an_origin_has_one_normal_spelling() -> None:
    assert origin_of("HTTPS://Bücher.Example.:443/x") == "https://xn--bcher-kva.example"
    assert origin_of("http://localhost:8000/x") == "http://localhost:8000"
