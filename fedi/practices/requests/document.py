"""A request as a Note that also is a proposal of Valueflows (FEP-0837) with payment links (FEP-0ea0), and back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any

from fedi.practices.requests.model import NEEDS, STATES, Need, Request, Way
from fedi.publishing import words
from fedi.publishing.kinds import NAMESPACE, Part, Subject
from fedi.publishing.reading import day, mappings, text
from fedi.publishing.times import day_in_words
from fedi.publishing.words import say

_GIVEN_AS_WORK = ("hours", "translation", "legal", "transport")


def to_document(details: Request, subject: Subject) -> Part:
    """Say what is needed and by when in words, so that it is whole on servers that know only Notes."""
    return Part(
        opening=_opening(details, subject),
        closing=_needs(details, subject.language) + _ways(details, subject.language),
        terms=_terms(details, subject),
        attachments=tuple(
            {"type": "Link", "rel": "payment", "name": way.name, "href": way.url}
            for way in details.links
        ),
        facts=_facts(details),
        state=details.state,
    )


def from_document(document: Mapping[str, Any]) -> Request | None:
    """Read a request that another fedi server wrote; None if it asks for nothing."""
    state = text(document, "requestState")
    needs = tuple(_need(intent) for intent in mappings(document, "publishes"))
    if not needs:
        return None
    return Request(
        needs=needs,
        by=day(document, "due"),
        links=tuple(
            Way(text(link, "name"), text(link, "href"))
            for link in mappings(document, "attachment")
            if link.get("rel") == "payment"
        ),
        state=state if state in STATES else "open",
    )


def _opening(details: Request, subject: Subject) -> str:
    language = subject.language
    lines = [f"<strong>{escape(say(words.REQUEST, language, title=subject.title))}</strong>"]
    if details.state == "covered":
        lines.append(escape(say(words.COVERED, language)))
    elif details.state == "closed":
        lines.append(escape(say(words.CLOSED, language)))
    elif details.by:
        lines.append(escape(say(words.NEEDED_BY, language, day=day_in_words(details.by, language))))
    return f"<p>{'<br>'.join(lines)}</p>"


def _needs(details: Request, language: str) -> str:
    items = "".join(f"<li>{escape(_in_words(need, language))}</li>" for need in details.needs)
    return f"<p><strong>{escape(say(words.NEEDED, language))}</strong></p><ul>{items}</ul>"


def _in_words(need: Need, language: str) -> str:
    much = f"{need.amount:f} {need.unit}".strip() if need.amount is not None else ""
    what = ", ".join(part for part in (much, need.of) if part)
    kind = say(words.NEEDS[need.kind], language)
    return f"{kind}: {what}" if what else kind


def _ways(details: Request, language: str) -> str:
    if not details.links or details.state != "open":
        return ""
    items = "".join(f"<li>{_way(way)}</li>" for way in details.links)
    return f"<p><strong>{escape(say(words.WAYS_TO_GIVE, language))}</strong></p><ul>{items}</ul>"


def _way(way: Way) -> str:
    name, url = escape(way.name), escape(way.url)
    # Mastodon takes away links of other schemes than these, text and all that matters with it.
    if way.url.startswith(("https://", "http://")):
        return f'<a href="{url}" rel="payment">{name}</a>'
    return f"{name}: {url}"


def _terms(details: Request, subject: Subject) -> dict[str, Any]:
    return {
        "purpose": "request",
        "unitBased": False,
        "publishes": [_intent(need, subject) for need in details.needs],
        "requestState": details.state,
        **({"due": details.by.isoformat()} if details.by else {}),
    }


def _intent(need: Need, subject: Subject) -> dict[str, Any]:
    intent: dict[str, Any] = {
        "type": "Intent",
        "action": "deliverService" if need.kind in _GIVEN_AS_WORK else "transfer",
        "receiver": subject.actor,
        "resourceConformsTo": NAMESPACE + need.kind,
    }
    if need.of:
        intent["name"] = need.of
    if need.amount is not None:
        intent["resourceQuantity"] = {
            "hasUnit": need.unit or "one",
            "hasNumericalValue": f"{need.amount:f}",
        }
    return intent


def _need(intent: Mapping[str, Any]) -> Need:
    kind = text(intent, "resourceConformsTo").removeprefix(NAMESPACE)
    quantity = intent.get("resourceQuantity")
    quantity = quantity if isinstance(quantity, Mapping) else {}
    try:
        amount = Decimal(text(quantity, "hasNumericalValue"))
    except InvalidOperation:
        amount = None
    return Need(
        kind=kind if kind in NEEDS else "other",
        amount=amount if amount is not None and amount.is_finite() else None,
        unit=text(quantity, "hasUnit").removeprefix("one"),
        of=text(intent, "name"),
    )


def _facts(details: Request) -> dict[str, Any]:
    return {
        "by": details.by.isoformat() if details.by else None,
        "state": details.state,
        "needs": [
            {
                "kind": need.kind,
                "amount": f"{need.amount:f}" if need.amount is not None else None,
                "unit": need.unit,
                "of": need.of,
            }
            for need in details.needs
        ],
        "links": [{"name": way.name, "url": way.url} for way in details.links],
    }
