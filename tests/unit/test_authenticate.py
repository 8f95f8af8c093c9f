"""Nobody acts for somebody else: the signer is the actor, or the actor's proof is on the document."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest
from signed import (
    ANNA,
    BEN,
    NOW,
    a_get,
    a_post,
    key_of,
    knowing,
    public_key_of,
    signed,
    with_headers,
)

from fedi.activitypub.authenticate import Authenticated, authenticate, authenticate_fetch
from fedi.activitypub.keys import PrivateKey, PublicKey
from fedi.activitypub.proofs import add_proof
from fedi.activitypub.signatures import Request
from fedi.errors import Malformed, Unauthorised, Unreachable

ANNAS = public_key_of(ANNA)
BENS = public_key_of(BEN)
ANNAS_ED = public_key_of(ANNA, "ed25519", "ed25519-key")
DAY = 86_400_000
RELAY = "https://relay.example/actor"


@dataclass
class Keys:
    """Keys as they are known, and as a fresh look would find them; counts the looks."""

    known: dict[str, PublicKey] = field(default_factory=dict[str, PublicKey])
    fresh: dict[str, PublicKey] = field(default_factory=dict[str, PublicKey])
    asked: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])

    async def __call__(self, key_id: str, refresh: bool) -> PublicKey | None:
        self.asked.append((key_id, refresh))
        return (self.fresh if refresh else self.known).get(key_id)


def a_like(**fields: Any) -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://home.example/likes/1",
        "type": "Like",
        "actor": ANNA,
        "object": "https://groups.example/updates/1",
        **fields,
    }


def sent(document: dict[str, Any], by: PrivateKey | None = None, **how: Any) -> Request:
    return signed(a_post(orjson.dumps(document)), by or key_of(ANNA), **how)


def with_proof(document: dict[str, Any], by: PrivateKey | None = None) -> dict[str, Any]:
    return add_proof(document, by or key_of(ANNA, "ed25519", "ed25519-key"), NOW)


@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
async def test_what_the_actor_signed_is_the_actors(form: Any) -> None:
    document = a_like()
    who = await authenticate(sent(document, form=form), document, knowing(ANNAS), NOW)
    assert who == Authenticated(ANNA, ANNA, "signature", ANNAS.id)


async def test_an_actor_may_be_embedded() -> None:
    document = a_like(actor={"type": "Person", "id": ANNA})
    who = await authenticate(sent(document), document, knowing(ANNAS), NOW)
    assert who.actor == ANNA


async def test_an_unsigned_activity_is_refused() -> None:
    with pytest.raises(Unauthorised, match="not signed"):
        await authenticate(a_post(), a_like(), knowing(ANNAS), NOW)


async def test_a_proof_alone_without_any_signature_is_refused() -> None:
    with pytest.raises(Unauthorised):
        await authenticate(a_post(), with_proof(a_like()), knowing(ANNAS, ANNAS_ED), NOW)


async def test_a_follow_signed_by_somebody_else_has_no_actor() -> None:
    document = a_like(type="Follow")
    request = sent(document, key_of(BEN))
    who = await authenticate(request, document, knowing(ANNAS, BENS), NOW)
    assert who == Authenticated(None, BEN, "forwarded", BENS.id)


async def test_a_forwarded_activity_with_a_proof_is_the_actors() -> None:
    document = with_proof(a_like())
    request = sent(document, key_of(RELAY))
    find_key = knowing(public_key_of(RELAY), ANNAS_ED)
    who = await authenticate(request, document, find_key, NOW)
    assert who == Authenticated(ANNA, RELAY, "proof", ANNAS_ED.id)


async def test_a_proof_by_another_actor_of_the_same_server_does_not_help() -> None:
    bens_ed = public_key_of(BEN, "ed25519", "ed25519-key")
    document = with_proof(a_like(), key_of(BEN, "ed25519", "ed25519-key"))
    request = sent(document, key_of(BEN))
    who = await authenticate(request, document, knowing(BENS, bens_ed), NOW)
    assert (who.actor, who.by) == (None, "forwarded")


async def test_the_key_of_a_proof_on_another_server_is_not_even_asked_for() -> None:
    evil = PrivateKey(
        "https://evil.example/key#1", ANNA, "ed25519", key_of(BEN, "ed25519").material
    )
    document = with_proof(a_like(), evil)
    keys = Keys(known={BENS.id: BENS})
    who = await authenticate(sent(document, key_of(BEN)), document, keys, NOW)
    assert who.by == "forwarded"
    assert keys.asked == [(BENS.id, False)]


async def test_not_more_than_two_keys_of_proofs_are_looked_for() -> None:
    proof = with_proof(a_like())["proof"]
    proofs = [{**proof, "verificationMethod": f"{ANNA}#{n}"} for n in range(4)]
    document = {**a_like(), "proof": proofs}
    keys = Keys(known={BENS.id: BENS})
    await authenticate(sent(document, key_of(BEN)), document, keys, NOW)
    assert [key_id for key_id, _ in keys.asked] == [BENS.id, f"{ANNA}#0", f"{ANNA}#1"]


async def test_a_changed_proof_leaves_the_activity_merely_forwarded() -> None:
    document = {**with_proof(a_like()), "object": "https://groups.example/updates/2"}
    request = sent(document, key_of(RELAY))
    find_key = knowing(public_key_of(RELAY), ANNAS_ED)
    who = await authenticate(request, document, find_key, NOW)
    assert who.by == "forwarded"


async def test_an_old_proof_leaves_the_activity_merely_forwarded() -> None:
    find_key = knowing(public_key_of(RELAY), ANNAS_ED)
    for days, by in ((14, "proof"), (15, "forwarded"), (400, "forwarded")):
        document = add_proof(a_like(), key_of(ANNA, "ed25519", "ed25519-key"), NOW - days * DAY)
        who = await authenticate(sent(document, key_of(RELAY)), document, find_key, NOW)
        assert (who.by, who.actor) == (by, ANNA if by == "proof" else None)


@pytest.mark.parametrize(("until", "is_over"), [(NOW + 1, False), (NOW, True), (NOW - 1, True)])
async def test_a_key_that_expired_proves_nothing_that_arrives(until: int, is_over: bool) -> None:
    document = with_proof(a_like())
    find_key = knowing(public_key_of(RELAY), replace(ANNAS_ED, valid_until=until))
    who = await authenticate(sent(document, key_of(RELAY)), document, find_key, NOW)
    assert who.by == ("forwarded" if is_over else "proof")


@pytest.mark.parametrize(("until", "is_over"), [(NOW + 1, False), (NOW, True), (NOW - 1, True)])
async def test_a_key_that_expired_signs_no_request(until: int, is_over: bool) -> None:
    document = a_like()
    keys = Keys(known={ANNAS.id: replace(ANNAS, valid_until=until)})
    if not is_over:
        assert (await authenticate(sent(document), document, keys, NOW)).actor == ANNA
        return
    with pytest.raises(Unauthorised):
        await authenticate(sent(document), document, keys, NOW)
    assert keys.asked == [(ANNAS.id, False), (ANNAS.id, True)]


async def test_a_server_of_a_proof_that_cannot_be_reached_leaves_the_activity_forwarded() -> None:
    document = with_proof(a_like())

    async def find_key(key_id: str, refresh: bool) -> PublicKey | None:
        if key_id == ANNAS_ED.id:
            raise Unreachable("home.example does not answer.")
        return public_key_of(RELAY)

    who = await authenticate(sent(document, key_of(RELAY)), document, find_key, NOW)
    assert who.by == "forwarded"


async def test_a_bad_signature_is_refused_even_with_a_good_proof() -> None:
    document = with_proof(a_like())
    request = replace(sent(document, key_of(RELAY)), body=b"{}")
    with pytest.raises(Unauthorised):
        await authenticate(request, document, knowing(public_key_of(RELAY), ANNAS_ED), NOW)


async def test_a_stale_request_costs_no_look_for_a_key() -> None:
    keys = Keys(known={ANNAS.id: ANNAS})
    document = a_like()
    with pytest.raises(Unauthorised, match="old"):
        await authenticate(sent(document), document, keys, NOW + 3 * 3_600_000)
    assert keys.asked == []


async def test_an_unknown_key_is_refused() -> None:
    document = a_like()
    with pytest.raises(Unauthorised, match="No key"):
        await authenticate(sent(document), document, knowing(BENS), NOW)


async def test_a_key_that_was_changed_is_asked_for_once() -> None:
    old = replace(public_key_of(ANNA, "rsa", "old"), id=ANNAS.id)
    keys = Keys(known={ANNAS.id: old}, fresh={ANNAS.id: ANNAS})
    document = a_like()
    who = await authenticate(sent(document), document, keys, NOW)
    assert who.actor == ANNA
    assert keys.asked == [(ANNAS.id, False), (ANNAS.id, True)]


async def test_a_bad_signature_asks_for_the_key_once_and_is_refused() -> None:
    keys = Keys(known={ANNAS.id: ANNAS}, fresh={ANNAS.id: ANNAS})
    document = a_like()
    forged = replace(key_of(BEN), id=ANNAS.id)
    with pytest.raises(Unauthorised):
        await authenticate(sent(document, forged), document, keys, NOW)
    assert keys.asked == [(ANNAS.id, False), (ANNAS.id, True)]


async def test_a_good_signature_asks_for_the_key_once_only() -> None:
    keys = Keys(known={ANNAS.id: ANNAS})
    document = a_like()
    await authenticate(sent(document), document, keys, NOW)
    assert keys.asked == [(ANNAS.id, False)]


async def test_a_key_document_that_answers_with_another_id_is_refused() -> None:
    keys = Keys(known={ANNAS.id: replace(ANNAS, id=f"{ANNA}#other")})
    document = a_like()
    with pytest.raises(Unauthorised):
        await authenticate(sent(document), document, keys, NOW)


async def test_a_key_of_another_owner_does_not_speak_for_the_actor() -> None:
    keys = knowing(replace(ANNAS, owner=BEN))
    document = a_like()
    who = await authenticate(sent(document), document, keys, NOW)
    assert (who.actor, who.signer) == (None, BEN)


@pytest.mark.parametrize("actor", [None, "", 5, [], [ANNA, BEN], {}, {"id": 5}])
async def test_an_activity_that_names_no_one_actor_is_malformed(actor: Any) -> None:
    document = a_like(actor=actor)
    with pytest.raises(Malformed):
        await authenticate(sent(document), document, knowing(ANNAS), NOW)


@pytest.mark.parametrize(
    ("activity_id", "good"),
    [
        ("https://home.example/likes/2", True),
        ("https://HOME.example:443/likes/2", True),
        (None, True),
        ("https://good.example/likes/2", False),
        ("http://home.example/likes/2", False),
        ("https://home.example:8443/likes/2", False),
        ("https://home.example@good.example/2", False),
        ("urn:uuid:1", False),
    ],
)
async def test_an_activity_lives_on_its_actors_server(activity_id: Any, good: bool) -> None:
    document = a_like(id=activity_id)
    request = sent(document)
    if good:
        assert (await authenticate(request, document, knowing(ANNAS), NOW)).actor == ANNA
    else:
        with pytest.raises(Malformed):
            await authenticate(request, document, knowing(ANNAS), NOW)


async def test_a_signed_fetch_says_who_fetches() -> None:
    assert await authenticate_fetch(signed(a_get()), knowing(ANNAS), NOW) == ANNA
    rfc9421 = signed(a_get(), form="rfc9421")
    assert await authenticate_fetch(rfc9421, knowing(ANNAS), NOW) == ANNA


async def test_an_unsigned_fetch_is_nobodys() -> None:
    assert await authenticate_fetch(a_get(), knowing(ANNAS), NOW) is None


async def test_a_badly_signed_fetch_is_refused() -> None:
    request = signed(a_get())
    for bad in (
        replace(request, url="https://groups.example/groups/other"),
        with_headers(request, host="else.example"),
        signed(a_get(), replace(key_of(BEN), id=ANNAS.id)),
    ):
        with pytest.raises(Unauthorised):
            await authenticate_fetch(bad, knowing(ANNAS), NOW)
    with pytest.raises(Malformed):
        await authenticate_fetch(with_headers(request, signature="x"), knowing(ANNAS), NOW)
