"""The form of a translation: a field for each piece, its original beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, StringField, TextAreaField

from fedi.errors import FediError, Refused
from fedi.publishing import written
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.words import _
from fedi.web.console.minutes.wordings import Worded, Wording
from fedi.web.forms import Form, at_most, required
from fedi.web.i18n import Speech


def form_of(
    pieces: Sequence[Wording],
    done: Worded | None,
    speech: Speech,
    sent: MultiDict[str, Any] | None,
    made_by: str = "",
) -> Form:
    """Make a form for these pieces, filled with what was translated before, `made_by` a partner or by members."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for one in pieces:
        checks = [at_most(100_000 if one.is_long else 3_000)]
        needs = [required] if one.name == "title" else []
        kind = TextAreaField if len(one.original) > 80 or one.is_long else StringField
        fields[one.name] = kind(one.label, [*needs, *checks])
        before = done.said(one.place) if done else ""
        values[one.name] = "" if before == one.original else before
    fields["keep"] = BooleanField(_("It may stand there all the same"))
    if made_by:
        fields["credit"] = BooleanField(_("Say on the page who translated it"))
        values["credit"] = True
    made = type("Words", (Form,), fields)
    return made(sent, speech, **({} if sent is not None else values))


def words_of(form: Form, pieces: Sequence[Wording]) -> dict[str, str]:
    """Return what was typed for each piece, by the names of their fields."""
    return {one.name: str(form[one.name].data or "").strip() for one in pieces}


def wrong_marks() -> Refused:
    """Return what is said of a piece that hides less than its original."""
    return Refused(
        _("Some of the original is marked for members or partners, and this is not."),
        cure=_("Put [[members: …]] or [[partners: …]] around the same passages."),
    )


def shown(form: Form, pieces: Sequence[Wording]) -> list[tuple[Wording, Any]]:
    """Return each piece with its field."""
    return [(one, form[one.name]) for one in pieces]


def refuse(form: Form, error: FediError, original: Worded) -> None:
    """Show a refusal at the piece it is about, as far as its lines tell."""
    if not isinstance(error, FrontMatterError):
        form.refuse(error)
        return
    words = {field.name: str(field.data or "") for field in form}
    places = written.places({**original.put(words)[0], "language": "-"})
    for problem in error.problems:
        at = "-".join(map(str, places.get(problem.line, ("body",))))
        form.refuse(problem.why, at)
