"""The pieces of the form for minutes, such as a decision or the next meeting, and what each is in front matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import wtforms
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from fedi.publishing.words import METHODS, OUTCOMES, _
from fedi.web.console.typed import a_day, a_number, choices, day_and_hour, number, unless_empty
from fedi.web.forms import at_most

NOT_TOLD, ROLE_ONLY = "", "-"
USUAL = {"how": "consent", "result": "adopted"}
"""What front matter need not say; such a choice is an empty one, so that a row with nothing else is empty."""
STANCES = ("stand_aside", "block", "abstain", "consent", "")
NUMBERS = ("consent", "stand_aside", "block", "abstain")
FINER = ("area", "street", "lat", "lon", "precision")
"""What a place may have beside its name."""


class RoleRow(wtforms.Form):
    """Who held a role, as far as that is to be told."""

    role = StringField(_("Role"), [at_most(100)])
    held_by = SelectField(_("Held by"), choices=[], validate_choice=False)
    note = StringField(_("Note"), [at_most(200)])


class DecisionRow(wtforms.Form):
    """One decision."""

    text = TextAreaField(_("What was decided"), [at_most(1_000)])
    result = SelectField(
        _("Result"),
        choices=choices(("" if k == USUAL["result"] else k, v) for k, v in OUTCOMES.items()),
        validate_choice=False,
    )
    how = SelectField(
        _("How"),
        choices=choices(("" if k == USUAL["how"] else k, v) for k, v in METHODS.items()),
        validate_choice=False,
    )
    consent = StringField(_("Consent"), [unless_empty, a_number])
    stand_aside = StringField(_("Stand aside"), [unless_empty, a_number])
    block = StringField(_("Block"), [unless_empty, a_number])
    abstain = StringField(_("Abstain"), [unless_empty, a_number])
    review = StringField(_("Comes back on"), [unless_empty, a_day])
    key = StringField(_("Number"), [at_most(40)])
    item = SelectField(_("Agenda item"), choices=[], validate_choice=False)
    note = TextAreaField(_("What belongs to it"), [at_most(2_000)])
    why_stand_aside = TextAreaField(_("Why somebody stood aside"))
    why_block = TextAreaField(_("Why somebody blocked"))
    why_abstain = TextAreaField(_("Why somebody abstained"))
    why_consent = TextAreaField(_("Why people consented"))
    why_ = TextAreaField(_("Other reasons"))


class ActionRow(wtforms.Form):
    """Something that was taken on."""

    text = StringField(_("What is to be done"), [at_most(1_000)])
    key = HiddenField()
    role = StringField(_("Which role"), [at_most(60)])
    due = StringField(_("Until when"), [unless_empty, a_day])
    done = BooleanField(_("Done"))


def role_front(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a role as front matter; nothing where it is not to be told."""
    held_by = row["held_by"] or NOT_TOLD
    if not row["role"] or (held_by == NOT_TOLD and not row["note"]):
        return {}
    return {
        "role": row["role"],
        "held_by": "" if held_by == ROLE_ONLY else held_by,
        "note": row["note"],
    }


def role_row(front: Any) -> dict[str, Any]:
    """Return what stands in the fields of a role."""
    role = mapped(front, "role")
    return {**role, "held_by": role.get("held_by") or ROLE_ONLY}


def decision_front(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decision as front matter; each line of reasons is one of somebody else."""
    return {
        "text": row["text"],
        **{name: row[name] for name in ("how", "result", *NUMBERS, "review", "note")},
        "reasons": [
            {"text": line, "stance": stance}
            for stance in STANCES
            for line in lines(row[f"why_{stance}"])
        ],
        "item": row["item"],
        "key": row["key"],
    }


def decision_row(front: Any, agenda: Sequence[str]) -> dict[str, Any]:
    """Return what stands in the fields of a decision; `agenda` has the titles that a number may stand for."""
    said = mapped(front, "text")
    reasons = [mapped(reason, "text") for reason in listed(said.pop("reasons", None))]
    item = number(str(said.get("item") or ""))
    if item and item <= len(agenda):
        said["item"] = agenda[item - 1]
    for name, usual in USUAL.items():
        if str(said.get(name, "")).lower() == usual:
            del said[name]
    for stance in STANCES:
        given = [str(one["text"]) for one in reasons if (one.get("stance") or "") == stance]
        said[f"why_{stance}"] = "\n".join(" ".join(text.split()) for text in given)
    return said


def action_front(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an action item as front matter."""
    return {name: row[name] for name in ("text", "role", "due", "done", "key")}


def action_row(front: Any) -> dict[str, Any]:
    """Return what stands in the fields of an action item."""
    said = mapped(front, "text")
    return {**said, "done": is_yes(said.get("done"))}


def next_fields(front: Any) -> dict[str, Any]:
    """Return what stands in the fields of the next meeting."""
    said = mapped(front, "date")
    day, hour = day_and_hour(said.get("date") or "")
    place = mapped(said.get("place") or {}, "name")
    return {
        "next_day": day,
        "next_hour": hour,
        "next_place": place.get("name"),
        **{f"next_{name}": place.get(name) for name in FINER},
        "next_online": is_yes(said.get("online")),
        "next_agenda": "\n".join(map(str, listed(said.get("agenda")))),
    }


def witness_fields(front: Any) -> dict[str, Any]:
    """Return what stands in the fields of a witness."""
    said = mapped(front, "group")
    return {"witness": said.get("group"), "witness_note": said.get("note")}


def mirror_fields(front: Any) -> dict[str, Any]:
    """Return what stands in the fields of a mirror."""
    said = mapped(front, "post")
    named = {"by": said.get("prepared_by")}
    named |= {name: said.get(name) for name in ("post", "group", "title", "note", "next")}
    return {f"mirror_{name}": value for name, value in named.items()}


def is_yes(value: Any) -> bool:
    """Tell whether front matter says yes."""
    return str(value).lower() in ("yes", "true")


def is_blank(row: Mapping[str, Any]) -> bool:
    """Tell whether nothing stands in a row: a number that was proposed for it is nothing."""
    return not any(value for name, value in row.items() if name != "key")


def listed(value: Any) -> list[Any]:
    """Return a list as front matter may have it: a lone piece stands for a list of one."""
    if value in (None, "", {}):
        return []
    return list(value) if isinstance(value, list) else [value]


def lines(text: str | None) -> list[str]:
    """Return the lines of a text in which something stands."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def mapped(front: Any, key: str) -> dict[str, Any]:
    """Return a mapping, which a lone text may stand for."""
    return dict(front) if isinstance(front, Mapping) else {key: str(front)}
