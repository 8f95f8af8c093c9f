"""What RFC 9421 leaves to the receiver is decided strictly: one label, known parts, all that matters."""

from __future__ import annotations

import pytest
from signed import ANNA, NOW, a_post, public_key_of, signed, signed_as_rfc9421, with_headers

from fedi.activitypub.signatures import Request, content_digest_header, verify
from fedi.errors import Malformed, Unauthorised

KEY = public_key_of(ANNA)
URL = "https://groups.example/inbox?a=1&b=%7E%20x"
SAID = f';created={NOW // 1000};keyid="{KEY.id}"'


def a_digested_post(url: str = URL, body: bytes = b"{}") -> Request:
    given = {"host": "groups.example", "content-digest": content_digest_header(body)}
    return a_post(body, url, given)


@pytest.mark.parametrize(
    "covered",
    [
        '("@method" "@target-uri" "content-digest")',
        '("content-digest" "@target-uri" "@method")',
        '("@method" "@authority" "@path" "@query" "content-digest")',
        '("@method" "@authority" "@request-target" "content-digest")',
        '("@method" "@scheme" "@target-uri" "host" "content-digest")',
        '("@method" "@target-uri" "content-digest" "content-digest";key="sha-256")',
        '("@method" "@target-uri" "content-digest" "@query-param";name="a")',
        '("@method" "@target-uri" "content-digest" "@query-param";name="b")',
    ],
)
def test_a_signature_over_all_that_matters_is_valid(covered: str) -> None:
    verify(signed_as_rfc9421(a_digested_post(), covered + SAID), KEY, NOW)


@pytest.mark.parametrize(
    ("covered", "missing"),
    [
        ('("@target-uri" "content-digest")', "@method"),
        ('("@method" "content-digest")', "@target-uri"),
        ('("@method" "@authority" "@path" "content-digest")', "@target-uri"),
        ('("@method" "@path" "@query" "content-digest")', "@target-uri"),
        ('("@method" "host" "@path" "@query" "content-digest")', "@target-uri"),
        ('("@method" "@target-uri")', "content-digest"),
        ('("@method" "@target-uri" "content-digest";key="sha-256")', "content-digest"),
        ("()", "@method"),
    ],
)
def test_a_signature_over_less_is_refused(covered: str, missing: str) -> None:
    with pytest.raises(Unauthorised, match=missing):
        verify(signed_as_rfc9421(a_digested_post(), covered + SAID), KEY, NOW)


def test_a_path_is_enough_where_there_is_no_query() -> None:
    request = a_digested_post("https://groups.example/inbox")
    covered = '("@method" "@authority" "@path" "content-digest")'
    verify(signed_as_rfc9421(request, covered + SAID), KEY, NOW)


def test_a_content_digest_in_sha_512_is_taken() -> None:
    sha512 = "sha-512=:J8dGcK23UHX60FjVzq97IMTneGyDuuijL2Jvl4KvNMmjPCBG72D9Knh403jin+yFGAa72aZ4ePOp8c2kgwdj/Q==:"
    request = with_headers(a_digested_post(), content_digest=sha512)
    covered = '("@method" "@target-uri" "content-digest")'
    verify(signed_as_rfc9421(request, covered + SAID), KEY, NOW)


@pytest.mark.parametrize(
    "digest",
    [
        content_digest_header(b"other"),
        f"{content_digest_header(b'{}')}, sha-512=:aGk=:",
        "md5=:aGk=:",
        'sha-256="aGk="',
        "sha-256",
        "",
    ],
)
def test_a_content_digest_that_is_not_the_bodys_is_refused(digest: str) -> None:
    request = with_headers(a_digested_post(), content_digest=digest)
    covered = '("@method" "@target-uri" "content-digest")'
    with pytest.raises(Unauthorised):
        verify(signed_as_rfc9421(request, covered + SAID), KEY, NOW)


GOOD = '("@method" "@target-uri" "content-digest")'


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (f';keyid="{KEY.id}"', Unauthorised),
        (f";created={NOW // 1000}", Unauthorised),
        (f';created="{NOW // 1000}";keyid="{KEY.id}"', Malformed),
        (f';created={NOW // 1000}.5;keyid="{KEY.id}"', Malformed),
        (f";created={NOW // 1000};keyid=7", Malformed),
        (f';created;keyid="{KEY.id}"', Malformed),
        (f"{SAID};alg=?1", Malformed),
        (f'{SAID};keyid="{KEY.id}"', Malformed),
    ],
)
def test_the_parameters_must_be_there_once_and_of_their_type(
    said: str, error: type[Exception]
) -> None:
    arrived = signed_as_rfc9421(a_digested_post(), GOOD + SAID)
    with pytest.raises(error):
        verify(with_headers(arrived, signature_input=f"sig1={GOOD}{said}"), KEY, NOW)


@pytest.mark.parametrize(
    "covered",
    [
        '("@method" "@method")',
        '("@signature-params")',
        "(method)",
        "(1)",
        "(" + " ".join(f'"x-{n}"' for n in range(40)) + ")",
    ],
)
def test_a_list_that_rfc_9421_forbids_is_malformed(covered: str) -> None:
    arrived = with_headers(
        a_digested_post(), signature_input=f"sig1={covered}{SAID}", signature="sig1=:aGk=:"
    )
    with pytest.raises(Malformed):
        verify(arrived, KEY, NOW)


@pytest.mark.parametrize(
    "covered",
    [
        '("@unheard-of")',
        '("@status")',
        '("@method";req)',
        '("content-digest";bs)',
        '("content-digest";sf)',
        '("content-digest";tr)',
        '("content-digest";key="md5")',
        '("@query-param";name="c")',
        '("@query-param")',
        '("x-not-there")',
    ],
)
def test_a_component_we_cannot_compute_is_refused(covered: str) -> None:
    arrived = with_headers(
        a_digested_post(), signature_input=f"sig1={covered}{SAID}", signature="sig1=:aGk=:"
    )
    with pytest.raises(Unauthorised, match="covers"):
        verify(arrived, KEY, NOW)


def test_a_query_parameter_that_comes_twice_cannot_be_covered() -> None:
    request = a_digested_post("https://groups.example/inbox?a=1&a=2")
    with pytest.raises(Unauthorised, match="not there once"):
        signed_as_rfc9421(request, f'("@query-param";name="a"){SAID}')


def test_two_labels_are_refused() -> None:
    one = signed_as_rfc9421(a_digested_post(), GOOD + SAID)
    verify(one, KEY, NOW)
    two = with_headers(
        one,
        signature_input=f"{one.headers['signature-input']}, sig2=(){SAID}",
        signature=f"{one.headers['signature']}, sig2=:aGk=:",
    )
    with pytest.raises(Malformed, match="exactly one"):
        verify(two, KEY, NOW)


@pytest.mark.parametrize(
    ("signature_input", "signature"),
    [
        (f"sig1={GOOD}{SAID}", "sig2=:aGk=:"),
        (f"sig1={GOOD}{SAID}", "sig1=:aGk=:, sig2=:aGk=:"),
        (f"sig1={GOOD}{SAID}", None),
        (f"sig1={GOOD}{SAID}", ""),
        (f"sig1={GOOD}{SAID}", 'sig1="aGk="'),
        (f"sig1={GOOD}{SAID}", "sig1=(:aGk=:)"),
        ("sig1=5", "sig1=:aGk=:"),
        ("", ""),
        ("nonsense(", "sig1=:aGk=:"),
    ],
)
def test_input_and_signature_must_belong_together(
    signature_input: str, signature: str | None
) -> None:
    arrived = with_headers(a_digested_post(), signature_input=signature_input, signature=signature)
    with pytest.raises(Malformed):
        verify(arrived, KEY, NOW)


def test_with_signature_input_a_cavage_signature_is_not_even_looked_at() -> None:
    arrived = signed(form="cavage")
    verify(arrived, KEY, NOW)
    with pytest.raises(Malformed):
        verify(with_headers(arrived, signature_input=f"sig1={GOOD}{SAID}"), KEY, NOW)
