"""Keys are made, written and read; what is weak or somebody else's is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from signed import ANNA, BEN, NOW, key_of, public_key_of

from fedi.activitypub import multikey
from fedi.activitypub.keys import (
    PrivateKey,
    load_private,
    load_public,
    multikey_document,
    public_half,
    public_key_document,
    read_keys,
)
from fedi.clock import iso
from fedi.errors import Malformed

RSA = public_key_of(ANNA)
ED25519 = public_key_of(ANNA, "ed25519", "ed25519-key")


def an_actor(**fields: Any) -> dict[str, Any]:
    return {"id": ANNA, "type": "Person", **fields}


def pem_of(key: Any) -> str:
    public: bytes = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public.decode()


def a_weak_pem(bits: int) -> str:
    return pem_of(rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key())


def a_pem_with_modulus(bits: int, exponent: int = 65537) -> str:
    modulus = (1 << bits) - 1
    return pem_of(rsa.RSAPublicNumbers(exponent, modulus).public_key())


def test_an_actors_keys_are_read_as_they_were_written() -> None:
    actor = an_actor(
        publicKey=public_key_document(RSA), assertionMethod=[multikey_document(ED25519)]
    )
    assert read_keys(actor) == [RSA, ED25519]


def test_a_key_is_read_with_the_moment_it_expires() -> None:
    retired = replace(ED25519, valid_until=NOW)
    written = multikey_document(retired)
    assert written["expires"] == iso(NOW)
    assert "expires" not in multikey_document(ED25519)
    assert read_keys(an_actor(assertionMethod=[written])) == [retired]
    pem = {**public_key_document(RSA), "expires": "2026-09-21T16:13:20+02:00"}
    assert read_keys(an_actor(publicKey=pem)) == [replace(RSA, valid_until=NOW)]
    assert [retired.is_over(NOW + by) for by in (-1, 0, 1)] == [False, True, True]
    assert not ED25519.is_over(NOW)


@pytest.mark.parametrize("expires", ["soon", "2099-01-01T00:00:00", 4_000_000_000, [], {}, ""])
def test_a_key_of_which_nobody_can_tell_when_it_expires_is_left_out(expires: Any) -> None:
    written = {**multikey_document(ED25519), "expires": expires}
    assert read_keys(an_actor(assertionMethod=[written])) == []
    assert read_keys(an_actor(assertionMethod=[{**written, "expires": None}])) == [ED25519]


def test_an_ed25519_key_is_a_multikey_that_begins_with_z6mk() -> None:
    assert multikey_document(ED25519)["publicKeyMultibase"].startswith("z6Mk")


def test_an_rsa_key_may_be_written_as_a_multikey() -> None:
    assert read_keys(an_actor(assertionMethod=multikey_document(RSA))) == [RSA]


def test_an_ed25519_key_may_be_written_as_pem() -> None:
    written = {"id": ED25519.id, "owner": ANNA, "publicKeyPem": pem_of(load_public(ED25519))}
    assert read_keys(an_actor(publicKey=written)) == [ED25519]


def test_an_rsa_key_may_be_written_as_pkcs1() -> None:
    pem = load_public(RSA).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.PKCS1
    )
    written = {"id": RSA.id, "owner": ANNA, "publicKeyPem": pem.decode()}
    assert read_keys(an_actor(publicKey=written)) == [RSA]


def test_several_keys_are_read_but_not_more_than_ten() -> None:
    written = [{**public_key_document(RSA), "id": f"{ANNA}#key-{n}"} for n in range(12)]
    found = read_keys(an_actor(publicKey=written, assertionMethod=[multikey_document(ED25519)]))
    assert [key.id for key in found] == [f"{ANNA}#key-{n}" for n in range(10)]


def test_a_key_document_that_stands_alone_says_its_owner() -> None:
    path = {**public_key_document(RSA), "id": f"{ANNA}/main-key"}
    (key,) = read_keys(path)
    assert (key.id, key.owner) == (f"{ANNA}/main-key", ANNA)
    assert read_keys(multikey_document(ED25519)) == [ED25519]


def test_the_stub_of_gotosocial_names_its_key_by_path() -> None:
    stub = an_actor(publicKey={**public_key_document(RSA), "id": f"{ANNA}/main-key"})
    assert [key.id for key in read_keys(stub)] == [f"{ANNA}/main-key"]


def test_a_key_of_another_owner_is_left_out() -> None:
    written = {**public_key_document(RSA), "owner": BEN}
    assert read_keys(an_actor(publicKey=written)) == []
    controlled = {**multikey_document(ED25519), "controller": BEN}
    assert read_keys(an_actor(assertionMethod=[controlled])) == []


def test_a_key_whose_id_is_on_another_server_is_left_out() -> None:
    written = {**public_key_document(RSA), "id": "https://else.example/users/anna#main-key"}
    assert read_keys(an_actor(publicKey=written)) == []
    assert read_keys(written) == []


def test_a_revoked_key_is_left_out() -> None:
    written = {**multikey_document(ED25519), "revoked": "2020-01-01T00:00:00Z"}
    assert read_keys(an_actor(assertionMethod=[written])) == []


@pytest.mark.parametrize(
    ("pem", "usable"),
    [
        (a_weak_pem(1024), False),
        (a_pem_with_modulus(2047), False),
        (a_pem_with_modulus(2048), True),
        (a_pem_with_modulus(8192), True),
        (a_pem_with_modulus(8193), False),
        (a_pem_with_modulus(2048, exponent=(1 << 200) + 1), False),
        (pem_of(ec.generate_private_key(ec.SECP256R1()).public_key()), False),
        ("-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----", False),
        ("\ud800", False),
    ],
    ids=["1024", "2047", "2048", "8192", "8193", "exponent", "p256", "nonsense", "surrogate"],
)
def test_a_key_is_neither_too_weak_nor_too_dear(pem: str, usable: bool) -> None:
    written = {"id": f"{ANNA}#main-key", "owner": ANNA, "publicKeyPem": pem}
    assert bool(read_keys(an_actor(publicKey=written))) is usable


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "https://home.example/users/anna#main-key",
        [],
        [None, [], "x"],
        {},
        {"id": 1, "owner": ANNA, "publicKeyPem": "x"},
        {"id": f"{ANNA}#k", "owner": [ANNA], "publicKeyPem": "x"},
        {"id": f"{ANNA}#k", "owner": ANNA, "publicKeyPem": {"a": 1}},
        {"id": f"{ANNA}#k", "owner": ANNA},
        {"id": f"{ANNA}#k", "controller": ANNA, "publicKeyMultibase": "z6Mk"},
        {"id": f"{ANNA}#k", "controller": ANNA, "publicKeyMultibase": "u6Mk"},
        {"id": f"{ANNA}#k", "controller": ANNA, "publicKeyMultibase": "z0OIl"},
        {"id": f"{ANNA}#k", "controller": ANNA, "publicKeyMultibase": "z" + "2" * 5000},
        {
            "id": f"{ANNA}#k",
            "controller": ANNA,
            "publicKeyMultibase": multikey.encode(multikey.RSA_PUBLIC, b"not a key"),
        },
        {
            "id": f"{ANNA}#k",
            "controller": ANNA,
            "publicKeyMultibase": multikey.encode(multikey.ED25519_PRIVATE, bytes(32)),
        },
    ],
)
def test_what_is_no_key_is_left_out_and_breaks_nothing(value: Any) -> None:
    assert read_keys(an_actor(publicKey=value, assertionMethod=value)) == []


def test_a_document_without_an_id_has_no_keys() -> None:
    assert read_keys({"publicKey": public_key_document(RSA)}) == []


def test_key_objects_are_kept_ready() -> None:
    assert load_public(RSA) is load_public(public_half(key_of(ANNA)))
    assert load_private(key_of(ANNA)) is load_private(key_of(ANNA))


def test_a_private_key_never_shows_itself() -> None:
    key = key_of(ANNA)
    assert key.material not in repr(key)


def test_a_private_key_of_another_kind_than_it_says_is_refused() -> None:
    with pytest.raises(Malformed):
        load_private(PrivateKey(ED25519.id, ANNA, "ed25519", ED25519.material))


@given(st.binary(max_size=80))
def test_base58_reads_what_it_wrote(data: bytes) -> None:
    assert multikey.from_base58(multikey.to_base58(data)) == data
