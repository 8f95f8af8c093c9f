"""Passkeys (WebAuthn level 2): a phone, computer or key signs a challenge of ours, and no secret is kept here."""

from __future__ import annotations

import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from fedi.actors.instance import name_of
from fedi.errors import Refused
from fedi.people.words import _
from fedi.site import Site
from fedi.storage import challenges, passkeys, persons
from fedi.storage.passkeys import Passkey
from fedi.storage.persons import Person
from fedi.storage.tx import Tx

ANSWER_MS = 5 * 60_000
LONGEST_LABEL = 60
MOST = 20
_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}", re.ASCII)
"""A credential's id: 1023 bytes at most (WebAuthn §4), in base64url."""
_ADDING, _SIGNING_IN = "passkey added", "passkey shown"


def ask_to_add(tx: Tx, site: Site, person: Person, asked_by: str, now: int) -> str:
    """Return the JSON with which a browser makes a passkey; `asked_by` names the session that may answer."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    known = passkeys.of_person(tx, person.id)
    if len(known) >= MOST:
        raise Refused(_("These are more passkeys than anybody needs. Remove one first."))
    options = webauthn.generate_registration_options(
        rp_id=_host(site),
        rp_name=name_of(tx, site),
        user_id=person.id.encode(),
        user_name=person.name,
        challenge=_challenge(tx, _ADDING, asked_by, now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.id)) for passkey in known
        ],
    )
    return options_to_json(options)


def add(
    tx: Tx, site: Site, person: Person, asked_by: str, answer: Any, label: str, now: int
) -> Passkey:
    """Keep the passkey a browser made, or raise Refused."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    made = _verified(
        webauthn.verify_registration_response,
        credential=answer,
        expected_challenge=_answered(tx, _ADDING, asked_by, now),
        expected_rp_id=_host(site),
        expected_origin=site.origin,
        require_user_verification=True,
    )
    passkey = Passkey(
        id=bytes_to_base64url(made.credential_id),
        person=person.id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        label=label.strip()[:LONGEST_LABEL],
        created_at=now,
    )
    if not passkeys.add(tx, passkey):
        raise Refused(_("This passkey is known already."))
    return passkey


def ask_for_one(tx: Tx, site: Site, asked_by: str, now: int) -> str:
    """Return the JSON with which a browser shows a passkey; it names nobody, whoever asks."""
    import webauthn
    from webauthn.helpers import options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=_host(site),
        challenge=_challenge(tx, _SIGNING_IN, asked_by, now),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def by_passkey(tx: Tx, site: Site, asked_by: str, answer: Any, now: int) -> Person:
    """Return whose passkey answered, or raise Refused."""
    import webauthn

    challenge = _answered(tx, _SIGNING_IN, asked_by, now)
    name = answer.get("id") if isinstance(answer, dict) else None
    is_id = isinstance(name, str) and _ID.fullmatch(name)
    passkey = passkeys.find(tx, str(name)) if is_id else None
    person = persons.find(tx, passkey.person) if passkey else None
    if passkey is None or person is None or person.disabled_at is not None:
        raise Refused(_("This passkey belongs to nobody here."))
    shown = _verified(
        webauthn.verify_authentication_response,
        credential=answer,
        expected_challenge=challenge,
        expected_rp_id=_host(site),
        expected_origin=site.origin,
        credential_public_key=passkey.public_key,
        credential_current_sign_count=passkey.sign_count,
        require_user_verification=True,
    )
    passkeys.note_use(tx, passkey.id, shown.new_sign_count, now)
    return person


def _host(site: Site) -> str:
    return urlsplit(site.origin).hostname or ""


def _challenge(tx: Tx, purpose: str, asked_by: str, now: int) -> bytes:
    challenge = secrets.token_bytes(32)
    challenges.put(tx, f"{purpose} {asked_by}", purpose, challenge.hex(), now + ANSWER_MS)
    return challenge


def _answered(tx: Tx, purpose: str, asked_by: str, now: int) -> bytes:
    asked = challenges.take(tx, f"{purpose} {asked_by}", purpose, now)
    if asked is None:
        raise Refused(_("That took too long. Begin anew."))
    return bytes.fromhex(asked)


def _verified(check: Any, **values: Any) -> Any:
    """Check an answer; whatever is wrong with it, it is refused."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return check(**values)
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise Refused(_("This passkey did not answer as it should. Begin anew.")) from error
