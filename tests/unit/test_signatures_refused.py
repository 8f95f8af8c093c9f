"""A signature that is stale, partial, ambiguous or over something else proves nothing (interop §6.18)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from signed import (
    ANNA,
    BEN,
    INBOX,
    NOW,
    a_get,
    a_post,
    key_of,
    public_key_of,
    signed,
    signed_as_cavage,
    signed_as_rfc9421,
    with_headers,
)

from fedi.activitypub.signatures import (
    Form,
    Request,
    content_digest_header,
    digest_header,
    is_signed_by,
    read_signature,
    verify,
)
from fedi.activitypub.signatures.cavage import http_date
from fedi.activitypub.signatures.profile import read_http_date
from fedi.errors import FediError, Malformed, Unauthorised

FORMS: list[Form] = ["cavage", "rfc9421"]
MINUTE = 60_000
HOUR = 60 * MINUTE
SECONDS = NOW // 1000
KEY = public_key_of(ANNA)
ALL = "(request-target) host date digest"


def a_dated_post(body: bytes = b"{}") -> Request:
    digests = {
        "host": "groups.example",
        "date": http_date(NOW),
        "digest": digest_header(body),
        "content-digest": content_digest_header(body),
    }
    return a_post(body, headers=digests)


def refused(request: Request, now: int = NOW) -> FediError:
    with pytest.raises((Unauthorised, Malformed)) as caught:
        verify(request, KEY, now)
    return caught.value


@pytest.mark.parametrize("form", FORMS)
class TestOfEitherForm:
    def test_an_unsigned_request_is_refused(self, form: Form) -> None:
        assert "not signed" in refused(a_post()).sentence

    def test_a_signature_by_another_key_is_refused(self, form: Form) -> None:
        refused(signed(by=key_of(BEN), form=form))
        stolen_id = replace(key_of(BEN), id=KEY.id)
        refused(signed(by=stolen_id, form=form))

    def test_a_key_of_the_other_algorithm_is_refused(self, form: Form) -> None:
        refused(signed(by=key_of(ANNA, "ed25519"), form=form))

    @pytest.mark.parametrize(
        ("minutes", "counts"), [(59, True), (64, True), (66, False), (-59, True), (-61, False)]
    )
    def test_a_signature_counts_65_minutes_and_may_be_60_early(
        self, form: Form, minutes: int, counts: bool
    ) -> None:
        arrived = signed(form=form)
        if counts:
            verify(arrived, KEY, NOW + minutes * MINUTE)
        else:
            refused(arrived, NOW + minutes * MINUTE)

    def test_a_replay_after_two_hours_is_refused(self, form: Form) -> None:
        assert "too old" in refused(signed(form=form), NOW + 2 * HOUR).sentence

    def test_a_changed_body_is_refused(self, form: Form) -> None:
        arrived = signed(form=form)
        assert "body" in refused(replace(arrived, body=b'{"type":"Undo"}')).sentence
        refused(replace(arrived, body=None))

    def test_a_changed_body_with_a_fitting_digest_is_refused(self, form: Form) -> None:
        other = signed(a_post(b"other"), form=form)
        arrived = signed(form=form)
        kept = {name: arrived.headers[name] for name in arrived.headers if "sign" in name}
        refused(replace(other, headers={**other.headers, **kept}))

    def test_a_changed_path_is_refused(self, form: Form) -> None:
        refused(replace(signed(form=form), url="https://groups.example/inbox"))

    def test_a_changed_query_is_refused(self, form: Form) -> None:
        arrived = signed(a_get(f"{INBOX}?page=1"), form=form)
        refused(replace(arrived, url=f"{INBOX}?page=2"))
        refused(replace(arrived, url=INBOX))

    def test_a_query_added_to_a_post_is_refused(self, form: Form) -> None:
        refused(replace(signed(form=form), url=f"{INBOX}?as=admin"))

    def test_another_method_is_refused(self, form: Form) -> None:
        refused(replace(signed(form=form), method="PUT"))

    def test_what_was_sent_to_another_host_is_refused(self, form: Form) -> None:
        elsewhere = signed(a_post(url=INBOX.replace("groups", "else")), form=form)
        assert "else.example" in refused(replace(elsewhere, url=INBOX)).sentence
        # With a host header that suits us the signature no longer fits.
        refused(with_headers(replace(elsewhere, url=INBOX), host="groups.example"))

    def test_two_host_headers_are_refused(self, form: Form) -> None:
        refused(with_headers(signed(form=form), host="groups.example, else.example"))

    def test_an_algorithm_we_do_not_take_is_refused(self, form: Form) -> None:
        header = "signature" if form == "cavage" else "signature-input"
        arrived = signed(form=form)
        for weak in ("rsa-sha1", "hmac-sha256", "none", "rsa-pss-sha512"):
            text = arrived.headers[header].replace("rsa-sha256", weak)
            changed = text.replace("rsa-v1_5-sha256", weak)
            headers = {**arrived.headers, header: changed}
            assert weak in refused(replace(arrived, headers=headers)).sentence


@pytest.mark.parametrize("left_out", ALL.split())
def test_a_cavage_signature_must_cover_all_that_matters(left_out: str) -> None:
    verify(signed_as_cavage(a_dated_post(), ALL), KEY, NOW)
    covering = " ".join(name for name in ALL.split() if name != left_out)
    assert left_out in refused(signed_as_cavage(a_dated_post(), covering)).sentence


def test_a_cavage_get_needs_no_digest() -> None:
    request = Request("GET", INBOX, {"host": "groups.example", "date": http_date(NOW)})
    verify(signed_as_cavage(request, "date host (request-target)"), KEY, NOW)
    refused(signed_as_cavage(request, "date host"))


def test_a_cavage_signature_without_a_list_covers_the_date_alone() -> None:
    arrived = signed_as_cavage(a_dated_post(), "date")
    header = arrived.headers["signature"].replace('headers="date",', "")
    assert "(request-target)" in refused(with_headers(arrived, signature=header)).sentence


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "get"])
def test_whatever_is_no_get_needs_a_digest(method: str) -> None:
    request = replace(a_dated_post(), method=method)
    verify(signed_as_cavage(request, ALL), KEY, NOW)
    assert "digest" in refused(signed_as_cavage(request, "(request-target) host date")).sentence


CREATED = "(request-target) host (created) digest"


def test_a_cavage_signature_may_be_dated_by_created() -> None:
    arrived = signed_as_cavage(a_dated_post(), CREATED, created=str(SECONDS))
    verify(arrived, KEY, NOW + 64 * MINUTE)
    refused(arrived, NOW + 66 * MINUTE)


def test_created_does_not_go_with_rsa_sha256() -> None:
    given = {"created": str(SECONDS), "algorithm": "rsa-sha256"}
    refused(signed_as_cavage(a_dated_post(), CREATED, **given))


@pytest.mark.parametrize("created", ["", "soon", "-5", "1.5", "٤", "9" * 13])
def test_created_must_be_a_number_of_seconds(created: str) -> None:
    refused(signed_as_cavage(a_dated_post(), CREATED, created=created))


def test_expires_that_is_not_signed_changes_nothing() -> None:
    arrived = signed_as_cavage(a_dated_post(), ALL, expires=str(SECONDS + 20 * 3600))
    verify(arrived, KEY, NOW)
    refused(arrived, NOW + 66 * MINUTE)


@pytest.mark.parametrize(
    ("expires_after", "arrives_after", "counts"),
    [
        (10 * HOUR, 10 * HOUR, True),
        (10 * HOUR, 10 * HOUR + 6 * MINUTE, False),
        (90 * HOUR, 12 * HOUR, True),
        (90 * HOUR, 13 * HOUR, False),
        (MINUTE, 5 * MINUTE, True),
        (MINUTE, 7 * MINUTE, False),
    ],
)
def test_a_signed_expiry_is_honoured_up_to_twelve_hours(
    expires_after: int, arrives_after: int, counts: bool
) -> None:
    expires = (NOW + expires_after) // 1000
    cavage = signed_as_cavage(
        a_dated_post(), f"{CREATED} (expires)", created=str(SECONDS), expires=str(expires)
    )
    rfc9421 = signed_as_rfc9421(
        a_dated_post(),
        '("@method" "@target-uri" "content-digest")'
        f';created={SECONDS};expires={expires};keyid="{KEY.id}"',
    )
    for arrived in (cavage, rfc9421):
        if counts:
            verify(arrived, KEY, NOW + arrives_after)
        else:
            refused(arrived, NOW + arrives_after)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        'keyId="a"',
        'signature="aGk="',
        'keyId="",signature="aGk="',
        'keyId="a",signature=""',
        'keyId="a",signature="not base64"',
        'keyId="a",signature="aGk=',
        'keyId="a" signature="aGk="',
        'keyId="a",keyId="b",signature="aGk="',
        'keyId="a",KEYID="b",signature="aGk="',
        'keyId="a",signature="aGk=",signature="aGk="',
        'keyId="a",headers="date date",signature="aGk="',
    ],
)
def test_a_signature_header_that_cannot_be_read_one_way_is_malformed(header: str) -> None:
    with pytest.raises(Malformed):
        read_signature(with_headers(a_dated_post(), signature=header))


def test_covering_a_header_that_is_not_there_is_refused() -> None:
    arrived = signed_as_cavage(a_dated_post(), ALL)
    refused(with_headers(arrived, date=None))


def test_a_line_break_in_a_value_cannot_pass_for_another_line() -> None:
    arrived = with_headers(signed(), content_type="application/activity+json\nx: y")
    assert isinstance(refused(arrived), Malformed)


def test_a_letter_that_http_does_not_carry_is_refused() -> None:
    assert isinstance(refused(with_headers(signed(), date="\u2028")), Malformed)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Mon, 21 Sep 2026 14:13:20",
        "Mon, 21 Sep 2026 14:13:20 CET",
        "Mon, 21 Sep 2026 24:13:20 GMT",
        "Mon, 32 Sep 2026 14:13:20 GMT",
        "Mon, 21 Foo 2026 14:13:20 GMT",
        "Mon, 21 Sep 1926 14:13:20 GMT",
        "Mon, ٢١ Sep 2026 14:13:20 GMT",
        "Mon, 21 Sep 2026 14:-1:20 GMT",
    ],
)
def test_what_is_no_date_is_malformed(date: str) -> None:
    with pytest.raises(Malformed):
        read_http_date(date)


@pytest.mark.parametrize(
    ("header", "counts"),
    [
        (digest_header(b"{}"), True),
        (digest_header(b"{}").replace("SHA", "sha"), True),
        (f"MD5=x,{digest_header(b'{}')}", True),
        (f"{digest_header(b'{}')}, UNIXsum=1", True),
        (digest_header(b"{ }"), False),
        (f"{digest_header(b'{}')},SHA-512=wrong", False),
        (f"{digest_header(b'{}')},{digest_header(b'{}')}", False),
        ("MD5=x", False),
        ("", False),
        ("SHA-256", False),
    ],
)
def test_the_digest_must_be_the_bodys(header: str, counts: bool) -> None:
    arrived = signed_as_cavage(with_headers(a_dated_post(), digest=header), ALL)
    if counts:
        verify(arrived, KEY, NOW)
    else:
        refused(arrived)


def test_a_signature_is_not_of_a_key_whose_algorithm_it_does_not_name() -> None:
    info = read_signature(signed())
    assert info is not None
    assert is_signed_by(info, KEY)
    assert not is_signed_by(replace(info, algorithm="ed25519"), KEY)
