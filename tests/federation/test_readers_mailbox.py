"""What each verifier demands of a signed request, and what it turns away."""

from __future__ import annotations

import base64
import hashlib

import pytest
from federation.readers import READERS, signature_is_acceptable
from federation.readers import sample_activities as a
from federation.readers import samples as s
from federation.readers.mailbox import VERIFIERS

INBOX = "https://peer.example/inbox"
LETTER = a.signed(a.ACCEPT, INBOX)
SENT = s.NOW
HOUR = 3_600_000
MINUTE = 60_000


def answer(server: str, changes: dict[str, str] | None = None, *, now: int | None = SENT) -> str:
    """Return the refusal of the letter with some headers replaced, or nothing."""
    headers = {**LETTER.headers, **(changes or {})}
    refusal = signature_is_acceptable(server, "POST", INBOX, headers, LETTER.body, now=now)
    return "" if refusal is None else str(refusal)


def resigned(old: str, new: str) -> dict[str, str]:
    """Return the Signature header with one part replaced."""
    return {"Signature": LETTER.headers["Signature"].replace(old, new)}


def test_every_reader_has_its_verifier() -> None:
    assert set(VERIFIERS) == set(READERS)


@pytest.mark.parametrize("server", READERS)
def test_the_one_profile_suits_every_verifier(server: str) -> None:
    assert answer(server) == ""


@pytest.mark.parametrize("server", READERS)
def test_a_signed_get_suits_every_verifier(server: str) -> None:
    headers = {
        "Host": "peer.example",
        "Date": LETTER.headers["Date"],
        "Signature": LETTER.headers["Signature"].replace(" digest content-type", ""),
    }
    assert signature_is_acceptable(server, "GET", s.ANNA, headers, now=SENT) is None


@pytest.mark.parametrize("server", READERS)
def test_an_unsigned_request_is_turned_away(server: str) -> None:
    assert "keyId and signature" in answer(server, {"Signature": ""})


@pytest.mark.parametrize(
    ("server", "changes", "rule"),
    [
        ("Mastodon", resigned(" digest", ""), "digest is signed"),
        ("Mastodon", resigned(" date", ""), "date or (created) is signed"),
        ("Mastodon", resigned("rsa-sha256", "rsa-sha512"), "the algorithm is rsa-sha256"),
        ("Mastodon", resigned('algorithm="rsa-sha256"', 'keyId="https://a"'), "appears twice"),
        ("GoToSocial", resigned(" host", ""), "host is signed"),
        ("GoToSocial", resigned("(request-target) ", ""), "(request-target) is signed"),
        ("Pleroma", resigned("(request-target) ", ""), "(request-target) is signed"),
        ("Misskey", resigned(" host", ""), "host is signed"),
        ("Misskey", {"Host": "peer.example:443"}, "server's own host"),
        ("Mobilizon", {"Date": "Sat, 21 Nov 26 11:00:00 GMT"}, "Date reads Wdy"),
        ("Gancio", resigned(" date", ""), "date is signed"),
        ("Lemmy", resigned("#key-1", "/key-1"), "the keyId has a #"),
        ("PieFed", resigned('algorithm="rsa-sha256",', ""), "the algorithm is named"),
        ("Friendica", resigned('algorithm="rsa-sha256",', ""), "the algorithm is named"),
        ("Friendica", {"Content-Type": ""}, "the signed header content-type is sent"),
    ],
)
def test_each_verifier_insists(server: str, changes: dict[str, str], rule: str) -> None:
    refusal = answer(server, changes)
    assert refusal.startswith(f"{server}: ")
    assert rule in refusal
    assert "[interop §2." in refusal


@pytest.mark.parametrize("server", sorted(set(READERS) - {"PieFed"}))
def test_a_digest_in_lower_case_suits_all_but_piefed(server: str) -> None:
    lower = LETTER.headers["Digest"].replace("SHA-256", "sha-256")
    assert answer(server, {"Digest": lower}) == ""


def test_piefed_wants_the_digest_in_upper_case() -> None:
    lower = LETTER.headers["Digest"].replace("SHA-256", "sha-256")
    assert "Digest is spelt SHA-256=" in answer("PieFed", {"Digest": lower})


@pytest.mark.parametrize("server", sorted(set(READERS) - {"Gancio"}))
def test_another_body_is_noticed_by_all_but_gancio(server: str) -> None:
    other = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
    assert answer(server, {"Digest": f"SHA-256={other}"}) != ""
    assert answer("Gancio", {"Digest": f"SHA-256={other}"}) == ""


@pytest.mark.parametrize(
    ("server", "late", "early"),
    [
        ("Mastodon", 65 * MINUTE, 60 * MINUTE),
        ("GoToSocial", HOUR, HOUR),
        ("Mobilizon", 12 * HOUR, 12 * HOUR),
        ("Lemmy", HOUR, HOUR),
        ("Friendica", 5 * MINUTE, MINUTE),
    ],
)
def test_a_letter_is_taken_within_its_window_only(server: str, late: int, early: int) -> None:
    assert answer(server, now=SENT + late) == answer(server, now=SENT - early) == ""
    assert "minutes old" in answer(server, now=SENT + late + 1)
    assert "minutes ahead" in answer(server, now=SENT - early - 1)


@pytest.mark.parametrize("server", ["PieFed", "Misskey", "Gancio", "Pleroma"])
def test_some_do_not_look_at_the_age(server: str) -> None:
    assert answer(server, now=SENT + 100 * HOUR) == ""


def message_signature(
    covered: str = '"@method" "@target-uri" "content-digest"',
    parameters: str = f';created={SENT // 1000};keyid="{s.GROUP_ID}#key-1"',
    label: str = "sig1",
) -> dict[str, str]:
    """Return the headers of an RFC 9421 signature over the letter."""
    digest = base64.b64encode(hashlib.sha256(LETTER.body).digest()).decode()
    return {
        "Content-Digest": f"sha-256=:{digest}:",
        "Signature-Input": f"{label}=({covered}){parameters}",
        "Signature": f"{label}=:c2lnbmVk:",
    }


def test_mastodon_takes_a_message_signature() -> None:
    assert answer("Mastodon", message_signature()) == ""


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        (message_signature('"@method" "content-digest"'), "@method and @target-uri"),
        (message_signature('"@method" "@target-uri"'), "content-digest is covered"),
        (message_signature(parameters=';keyid="k"'), "keyid and created"),
        ({**message_signature(), "Content-Digest": "sha-256=:AAAA:"}, "Content-Digest is the"),
        (
            {"Signature-Input": "a=();created=1, b=();created=1", "Signature": "a=:x:, b=:x:"},
            "one signature label",
        ),
    ],
)
def test_mastodon_insists_on_its_message_signature(headers: dict[str, str], rule: str) -> None:
    assert rule in answer("Mastodon", headers)


@pytest.mark.parametrize("server", sorted(set(READERS) - {"Mastodon"}))
def test_the_others_know_no_message_signatures(server: str) -> None:
    assert "keyId and signature" in answer(server, message_signature())
