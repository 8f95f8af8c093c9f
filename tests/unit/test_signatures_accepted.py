"""What we sign can be checked, and reads as the profiles of other servers want it."""

from __future__ import annotations

import pytest
from signed import (
    ANNA,
    INBOX,
    NOW,
    a_get,
    a_post,
    key_of,
    public_key_of,
    signed,
    with_headers,
)

from fedi.activitypub.keys import Algorithm
from fedi.activitypub.signatures import Form, Request, read_signature, sign, verify
from fedi.activitypub.signatures.cavage import http_date
from fedi.activitypub.signatures.profile import read_http_date

FORMS: list[Form] = ["cavage", "rfc9421"]
ALGORITHMS: list[Algorithm] = ["rsa", "ed25519"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    "request_", [a_post(), a_get(), a_get(f"{INBOX}?page=2")], ids=["post", "get", "query"]
)
def test_what_is_signed_is_valid(form: Form, algorithm: Algorithm, request_: Request) -> None:
    arrived = signed(request_, key_of(ANNA, algorithm), form)

    info = verify(arrived, public_key_of(ANNA, algorithm), NOW)

    assert (info.form, info.key_id) == (form, f"{ANNA}#main-key")


def test_a_post_is_signed_in_the_cavage_profile_that_suits_everyone() -> None:
    added = sign(a_post(), key_of(ANNA), "cavage", NOW)

    assert list(added) == ["host", "date", "digest", "signature"]
    assert added["host"] == "groups.example"
    assert added["date"] == "Mon, 21 Sep 2026 14:13:20 GMT"
    assert added["digest"] == "SHA-256=GYwYnH3BiO6aICFt0ThC5bUIJ4byvqdpWtR8m5fNkww="
    assert added["signature"].startswith(
        f'keyId="{ANNA}#main-key",algorithm="rsa-sha256",'
        'headers="(request-target) host date digest content-type",signature="'
    )


def test_a_get_is_signed_in_the_cavage_profile_that_suits_everyone() -> None:
    added = sign(a_get(), key_of(ANNA), "cavage", NOW)

    assert list(added) == ["host", "date", "signature"]
    assert 'headers="(request-target) host date",' in added["signature"]


def test_a_post_is_signed_after_rfc_9421_as_mastodon_and_fedify_read_it() -> None:
    added = sign(a_post(), key_of(ANNA), "rfc9421", NOW)

    assert list(added) == ["host", "content-digest", "signature-input", "signature"]
    assert added["content-digest"] == "sha-256=:GYwYnH3BiO6aICFt0ThC5bUIJ4byvqdpWtR8m5fNkww=:"
    assert added["signature-input"] == (
        'sig1=("@method" "@target-uri" "content-digest" "content-type");created=1790000000'
        f';keyid="{ANNA}#main-key";alg="rsa-v1_5-sha256"'
    )
    assert added["signature"].startswith("sig1=:")


@pytest.mark.parametrize("form", FORMS)
def test_the_follower_synchronisation_is_signed_when_it_is_there(form: Form) -> None:
    extra = {"collection-synchronization": 'collectionId="https://home.example/f"'}
    arrived = signed(a_post(headers=extra), form=form)

    info = verify(arrived, public_key_of(ANNA), NOW)

    assert "collection-synchronization" in info.covered


@pytest.mark.parametrize(
    ("form", "name", "value"),
    [
        ("cavage", "digest", "SHA-256=GYwYnH3BiO6aICFt0ThC5bUIJ4byvqdpWtR8m5fNkww="),
        ("rfc9421", "content-digest", "sha-256=:GYwYnH3BiO6aICFt0ThC5bUIJ4byvqdpWtR8m5fNkww=:"),
    ],
)
def test_a_digest_that_is_there_is_not_computed_again(form: Form, name: str, value: str) -> None:
    request = Request("POST", INBOX, {name: value}, b"another body")
    assert sign(request, key_of(ANNA), form, NOW)[name] == value


def test_a_port_is_part_of_the_host() -> None:
    url = "http://localhost:8000/inbox"
    arrived = signed(a_post(url=url))
    assert arrived.headers["host"] == "localhost:8000"
    verify(arrived, public_key_of(ANNA), NOW)


def test_a_host_may_be_signed_without_its_port() -> None:
    url = "http://localhost:8000/inbox"
    arrived = signed(a_post(url=url, headers={"host": "localhost"}))
    verify(arrived, public_key_of(ANNA), NOW)


def test_a_get_may_be_signed_without_its_query() -> None:
    arrived = signed(a_get(f"{INBOX}?page=2"), with_query=False)
    assert arrived.headers != signed(a_get(f"{INBOX}?page=2")).headers
    verify(arrived, public_key_of(ANNA), NOW)


def test_parameters_may_come_in_any_order_with_blanks_between() -> None:
    arrived = signed()
    parts = arrived.headers["signature"].split(",")
    shuffled = " , ".join(reversed(parts))
    verify(with_headers(arrived, signature=shuffled), public_key_of(ANNA), NOW)


@pytest.mark.parametrize("algorithm", ['algorithm="hs2019",', 'algorithm="RSA-SHA256",', ""])
def test_the_algorithm_may_be_called_hs2019_or_be_missing(algorithm: str) -> None:
    arrived = signed()
    header = arrived.headers["signature"].replace('algorithm="rsa-sha256",', algorithm)
    verify(with_headers(arrived, signature=header), public_key_of(ANNA), NOW)


def test_what_is_not_signed_has_no_signature() -> None:
    assert read_signature(a_post()) is None


def test_dates_are_read_as_they_were_written() -> None:
    for moment in (0, 951_782_400_000, NOW, NOW + 1000 * 86_400 * 200):
        assert read_http_date(http_date(moment)) * 1000 == moment
