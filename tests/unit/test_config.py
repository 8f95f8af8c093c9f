"""Settings: what may be written, where it is looked for, and what is refused with its name and place."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from fedi.config import Config, load
from fedi.errors import Refused


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path


def read(data: Path, toml: str = "", **variables: str) -> Config:
    """Read the settings of a data folder with this fedi.toml and these variables, in small letters."""
    if toml:
        (data / "fedi.toml").write_text(toml, "utf-8")
    return load(
        {"FEDI_DATA": str(data), **{f"FEDI_{name.upper()}": v for name, v in variables.items()}}
    )


def test_nothing_needs_to_be_set(data: Path) -> None:
    config = read(data)
    assert (config.domain, config.origin) == ("localhost:8000", "http://localhost:8000")
    assert (config.listen, config.metrics) == ("127.0.0.1:8000", "")
    assert config.database == str(data / "fedi.sqlite")
    assert config.trusted_proxies == (ip_network("127.0.0.1/32"), ip_network("::1/128"))
    assert (config.rate_limits, config.signed_fetch, config.log) == (True, False, "info")
    assert config.is_local


def test_a_variable_goes_before_the_file_and_an_empty_one_does_not_count(data: Path) -> None:
    toml = 'domain = "north.example"\nlog = "error"\nrate_limits = false\n'
    config = read(data, toml, domain="south.example", log="", rate_limits="")
    assert (config.domain, config.log, config.rate_limits) == ("south.example", "error", False)


def test_an_empty_data_folder_is_not_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({"FEDI_DATA": ""}).data == tmp_path / "data"


@pytest.mark.parametrize(
    ("domain", "origin"),
    [
        ("North.Example", "https://north.example"),
        ("north.example.", "https://north.example"),
        ("münchen.example", "https://xn--mnchen-3ya.example"),
        ("north.example:8443", "https://north.example:8443"),
        ("localhost:9000", "http://localhost:9000"),
        ("127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_a_domain_is_read_in_its_one_spelling(data: Path, domain: str, origin: str) -> None:
    config = read(data, domain=domain)
    assert (config.origin, config.site.host) == (origin, config.domain)


@pytest.mark.parametrize(
    "domain",
    [
        "https://north.example",
        "north.example/groups",
        "bad domain",
        "-north.example",
        "north..example",
        "north.example:0",
        "north.example:99999",
        "anna@north.example",
        "üß\u200b..example",
    ],
)
def test_what_is_not_the_name_of_a_host_is_refused(data: Path, domain: str) -> None:
    with pytest.raises(Refused, match=r"FEDI_DOMAIN is .*, which is not the name of a host"):
        read(data, domain=domain)


def test_an_origin_is_scheme_and_host_alone(data: Path) -> None:
    assert read(data, domain="a.example", origin="https://B.example/").origin == "https://b.example"
    for origin in (
        "b.example",
        "ftp://b.example",
        "https://b.example/x",
        "https://",
        "https://b c",
    ):
        with pytest.raises(Refused, match=r"FEDI_ORIGIN is .*, which is no origin"):
            read(data, origin=origin)


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("8080", "127.0.0.1:8080"),
        (":8080", "127.0.0.1:8080"),
        ("0.0.0.0:80", "0.0.0.0:80"),
        ("[::1]:8000", "[::1]:8000"),
    ],
)
def test_an_address_to_listen_at_may_be_a_port(data: Path, listen: str, address: str) -> None:
    assert read(data, listen=listen, metrics=listen).listen == address
    assert read(data, listen=listen, metrics=listen).metrics == address


@pytest.mark.parametrize("listen", ["north", "127.0.0.1", "127.0.0.1:99999", "::1:8000", "1:2:3"])
def test_what_is_no_address_to_listen_at_is_refused(data: Path, listen: str) -> None:
    for name in ("listen", "metrics"):
        with pytest.raises(Refused, match=f"FEDI_{name.upper()} is .* no address to listen at"):
            read(data, **{name: listen})


def test_a_port_may_be_a_number_in_the_file(data: Path) -> None:
    assert read(data, "listen = 8080\n").listen == "127.0.0.1:8080"


def test_paths_begin_at_the_folder_of_the_file_or_where_the_command_is_run(
    data: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    for folder in (data, elsewhere):
        (folder / "ca.pem").write_text("x")
    in_file = read(data, 'ca_file = "ca.pem"\ndatabase = "my.sqlite"\n')
    assert (in_file.ca_file, in_file.database) == (data / "ca.pem", str(data / "my.sqlite"))
    by_variable = read(data, ca_file="ca.pem", database="my.sqlite")
    assert by_variable.ca_file == elsewhere / "ca.pem"
    assert by_variable.database == str(elsewhere / "my.sqlite")


def test_postgresql_is_a_database_and_other_servers_are_not(data: Path) -> None:
    assert read(data, database="postgresql://fedi@/fedi").is_postgres
    assert not read(data, database="x.sqlite").is_postgres
    with pytest.raises(Refused, match="names a database that fedi does not know"):
        read(data, database="mysql://fedi@/fedi")


@pytest.mark.parametrize("name", ["ca_file", "tls_cert", "tls_key"])
def test_a_file_that_cannot_be_read_is_refused(data: Path, name: str) -> None:
    with pytest.raises(Refused, match=f"FEDI_{name.upper()} names .*none.pem, which cannot be"):
        read(data, **{name: "none.pem"})


def test_a_certificate_and_its_key_go_together(data: Path) -> None:
    (data / "cert.pem").write_text("x")
    with pytest.raises(Refused, match=r"`tls_key` in .* is missing"):
        read(data, 'tls_cert = "cert.pem"\n')
    both = read(data, 'tls_cert = "cert.pem"\ntls_key = "cert.pem"\n')
    assert both.tls_cert == both.tls_key


def test_networks_are_a_list_or_have_commas_between(data: Path) -> None:
    expected = (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    assert read(data, allow_private="10.0.0.0/8, ::1/128,").allow_private == expected
    assert read(data, 'allow_private = ["10.0.0.0/8", "::1"]\n').allow_private == expected
    for wrong in ("10.0.0.0/40", "north.example", "10.0.0.1/8"):
        with pytest.raises(Refused, match="FEDI_TRUSTED_PROXIES has no network where it should"):
            read(data, trusted_proxies=wrong)


@pytest.mark.parametrize(
    ("word", "meaning"), [("on", True), ("YES", True), ("1", True), ("off", False), ("0", False)]
)
def test_a_switch_has_several_spellings(data: Path, word: str, meaning: bool) -> None:
    assert read(data, signed_fetch=word).signed_fetch is meaning


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("rate_limits", "perhaps", "FEDI_RATE_LIMITS is 'perhaps'."),
        ("log", "loud", "FEDI_LOG is 'loud'."),
        ("proxy", "127.0.0.1:9050", "FEDI_PROXY is not the address of a proxy."),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(
    data: Path, name: str, value: str, complaint: str
) -> None:
    with pytest.raises(Refused) as refused:
        read(data, **{name: value})
    assert refused.value.sentence == complaint
    assert refused.value.cure


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9050", "http://proxy.example:3128/"])
def test_a_proxy_has_a_scheme(data: Path, proxy: str) -> None:
    assert read(data, proxy=proxy).proxy == proxy


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("domain = ", "is not valid TOML"),
        ("colour = 1", "has a setting this version does not know: colour."),
        ('data = "x"', "has a setting this version does not know: data."),
        ('Domain = "x.example"', "has a setting this version does not know: Domain."),
        ("domain = 5", "`domain` in .* is 5, which is not text."),
        ("log = 5", "`log` in .* is 5, which is not text."),
        ("allow_private = 7", "`allow_private` in .* has no network where it should"),
        ("signed_fetch = 2", "`signed_fetch` in .* is 2."),
    ],
)
def test_a_file_with_something_wrong_is_refused_with_its_name(
    data: Path, toml: str, complaint: str
) -> None:
    with pytest.raises(Refused, match=complaint) as refused:
        read(data, toml)
    assert str(data / "fedi.toml") in refused.value.sentence


def test_a_file_that_cannot_be_read_as_text_is_refused(data: Path) -> None:
    (data / "fedi.toml").write_bytes(b"\xff")
    with pytest.raises(Refused, match="is not valid TOML"):
        read(data)
    (data / "fedi.toml").unlink()
    (data / "fedi.toml").mkdir()
    with pytest.raises(Refused, match="cannot be read: Is a directory"):
        read(data)
