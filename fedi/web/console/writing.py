"""The form in which a post is written: what all kinds share, and how it becomes a text with front matter and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, TypeVar

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, RadioField, SelectField, StringField, TextAreaField

from fedi.errors import FediError, NotFound, Refused
from fedi.publishing import kinds, written
from fedi.publishing.draft import AUDIENCES
from fedi.publishing.front_matter import Found, FrontMatterError, Problems, parse, split
from fedi.publishing.marks import unveiled, veiled
from fedi.publishing.words import _
from fedi.publishing.written import Place, Value
from fedi.storage.drafts import Draft
from fedi.storage.groups import Group
from fedi.storage.tx import Tx
from fedi.web.console.suggesting import last_zone
from fedi.web.console.typed import (
    OFTEN,
    a_day,
    a_zone,
    an_address,
    an_hour,
    choices,
    flat,
    is_empty,
    tags,
    unless_empty,
    without_empty,
)
from fedi.web.forms import Form, at_most, leaves
from fedi.web.i18n import Speech, autonym

Attached: TypeAlias = Mapping[str, Sequence[Mapping[str, Value]]]
"""The front matter of the files that come with a post."""
MOST_ROWS = 60
VISIBILITIES = {
    "public": _("Everyone"),
    "unlisted": _("Everyone, but not in lists"),
    "followers": _("Followers"),
    "partners": _("Partner groups"),
    "members": _("Members"),
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where and when something is written: by which group, in which draft, and what of the form is looked at."""

    group: Group
    draft: Draft | None
    speech: Speech
    now: int
    view: str = ""


class WritingForm(Form):
    """The form of one kind of post; each kind adds fields and says what they mean in front matter.

    What is typed is kept as it is, and becomes front matter as far as it can be read; it is checked only before
    something is to leave.
    """

    kind: ClassVar[str] = ""
    template: ClassVar[str] = ""
    heading: ClassVar[str] = ""
    rows: ClassVar[tuple[str, ...]] = ()
    """The lists that grow a row at a time."""
    is_checked: ClassVar[bool] = False
    """Whether somebody has to say that they read it before it can leave."""
    shown: int = 0
    """How many pictures and recordings come with it."""

    title = StringField(_("Title"), [at_most(200)])
    body = TextAreaField(_("Text"))
    lang = SelectField(_("Language"), validate_choice=False)
    visibility = RadioField(
        _("Who can read this"),
        choices=choices((name, VISIBILITIES[name]) for name in AUDIENCES),
        default="public",
    )
    warning = StringField(_("Warning before the text"), [at_most(300)])
    hashtags = StringField(_("Hashtags"), [at_most(500), tags])
    reply_to = StringField(_("In reply to"), [unless_empty, an_address, at_most(2000)])
    changed = StringField(_("What you changed"), [at_most(300)])
    publish_day = StringField(_("Day"), [unless_empty, a_day])
    publish_hour = StringField(_("Time"), [unless_empty, an_hour])
    publish_zone = StringField(_("Time zone"), [a_zone])

    def front(self) -> dict[str, Any]:
        """Return the kind's own front matter; what is empty in it is left out afterwards."""
        return {}

    def needs_something(self) -> bool:
        """Tell whether there is something to publish, and say so below the text where there is not."""
        if (self.body.data or "").strip() or self.shown:
            return True
        nothing = _("There is nothing to publish yet.")
        self.refuse(Refused(nothing, cure=_("Write a sentence, or add a picture.")), "body")
        return False

    def text(self) -> str:
        """Return the text below the front matter."""
        return self.body.data or ""

    @classmethod
    def fill(cls, front: Mapping[str, Any], body: str) -> dict[str, Any]:
        """Return what stands in the kind's own fields, and in `body`, for a text that was written before."""
        return {"body": body}

    @classmethod
    def recall(cls, tx: Tx, object_id: str) -> dict[str, str]:
        """Return what was filled in when something was published, by the name of its field."""
        return {}

    def field_at(self, place: Place) -> str:
        """Return the name of the field that a value of the front matter came from."""
        return "-".join(str(step) for step in place)

    def offer(self, group: Group) -> None:
        """Offer the group's languages first, and choose one where nothing was chosen."""
        own = [*group.languages] or [self.tongue.replace("_", "-")]
        chosen = self.lang.data or own[0]
        codes = dict.fromkeys([*own, chosen, *sorted(OFTEN.split(), key=autonym)])
        self.lang.choices = choices((code, autonym(code)) for code in codes)
        self.lang.data = chosen

    def furnish(self, tx: Tx, about: Occasion) -> None:
        """Offer what the group's records suggest, before the form is shown: the clock it used last."""
        zones = [self[name] for name in ("timezone", "publish_zone") if name in self]
        empty = [field for field in zones if not field.data and not field.errors]
        zone = last_zone(tx, about.group.actor) if empty else ""
        for field in empty:
            field.data = zone

    def settle(self, tx: Tx, about: Occasion) -> None:
        """Fill in what only the group's records know, before what was typed is kept."""

    def arrange(self, do: str) -> str:
        """Do what a button of this form alone asks for, and return the part of the page to look at afterwards."""
        return ""

    def is_blank(self, row: Any) -> bool:
        """Tell whether nothing stands in a row of a list."""
        return is_empty(without_empty(row))

    def grow(self, name: str) -> str:
        """Add an empty row to a list, unless the last one is empty; return the id of its first field."""
        rows = self._rows(name)
        last = rows.data[-1] if rows.entries else None
        if not rows.entries or (not self.is_blank(last) and len(rows.entries) < MOST_ROWS):
            rows.append_entry()
            self.speak()
        return next(leaves(rows.entries[-1:])).id

    def drop(self, name: str, number: int) -> None:
        """Take a row out of a list; the others move up, with new numbers."""
        rows = self._rows(name)
        self._fill(rows, [data for place, data in enumerate(rows.data) if place != number])

    def tidy(self) -> None:
        """Take out rows in which nothing stands, so that the front matter has as many as the form."""
        for name in self.rows:
            rows = self._rows(name)
            filled = [data for data in rows.data if not self.is_blank(data)]
            if len(filled) < len(rows.entries):
                self._fill(rows, filled)

    def typed(self) -> dict[str, list[str]]:
        """Return what stands in the fields, as it would be sent again."""
        sent: dict[str, list[str]] = {}
        for leaf in self.leaves():
            value = leaf.data
            if isinstance(value, bool):
                value = "y" if value else ""
            if value:
                sent[leaf.name] = [str(value)]
        return sent

    def _fill(self, rows: FieldList[Any], values: Sequence[Any]) -> None:
        while rows.entries:
            rows.pop_entry()
        for data in values:
            rows.append_entry(data)
        while len(rows.entries) < rows.min_entries:
            rows.append_entry()
        self.speak()

    def _rows(self, name: str) -> FieldList[Any]:
        rows = self[name] if name in self.rows else None
        if not isinstance(rows, FieldList):
            raise NotFound("There is nothing here.")
        return rows


Written = TypeVar("Written", bound=WritingForm)
_FORMS: dict[str, type[WritingForm]] = {}


def register(form: type[Written]) -> type[Written]:
    """Make the form of a kind known; a class decorator."""
    _FORMS[form.kind] = form
    return form


def form_of(kind: str) -> type[WritingForm]:
    """Return the form of a kind, or raise NotFound where posts of that kind are not written here."""
    if kind not in _FORMS or kind not in {known.name for known in kinds.all_kinds()}:
        raise NotFound("There is nothing here.")
    return _FORMS[kind]


def is_written_here(kind: str) -> bool:
    """Tell whether there is a form for a kind."""
    return kind in _FORMS


def read_form(kind: str, sent: Mapping[str, Sequence[str]], speech: Speech) -> WritingForm:
    """Return the form of a kind with what was sent or kept of it; nothing sent is an empty form."""
    # Browsers send lines as CR LF; places within the text are counted as it is kept.
    pairs = [
        (name, value.replace("\r\n", "\n")) for name, values in sent.items() for value in values
    ]
    return form_of(kind)(MultiDict(pairs) if pairs else None, speech)


def front_of(form: WritingForm, attached: Attached | None = None) -> dict[str, Value]:
    """Return the whole front matter that a form makes."""
    words = re.split(r"[\s,]+", form.hashtags.data or "")
    visibility = form.visibility.data or "public"
    front = {
        "title": form.title.data,
        "language": form.lang.data,
        "visibility": "" if visibility == "public" else visibility,
        "warning": form.warning.data,
        "hashtags": [word.removeprefix("#") for word in words],
        "reply_to": form.reply_to.data,
        "changed": form.changed.data,
        **form.front(),
    }
    # A file without description keeps it, empty: its writer has seen the question.
    files = {name: list(listed) for name, listed in (attached or {}).items() if listed}
    return {**without_empty(front), **files}


def source_of(form: WritingForm, attached: Attached | None = None) -> str:
    """Return the text with front matter that a form makes."""
    return written.write(front_of(form, attached), form.text())


def typed_from(kind: str, source: str) -> dict[str, list[str]]:
    """Return what would have to be typed to make a text; raise FrontMatterError where its head cannot be read."""
    front, body, before = split(source)
    problems = Problems([])
    found = parse(veiled(front), problems, before)
    problems.raise_if_any()
    return typed_of(kind, unveiled(plain_tree(found)), body.strip())


def typed_of(kind: str, tree: Mapping[str, Any], body: str) -> dict[str, list[str]]:
    """Return what would have to be typed to make front matter, as plain data, and a text."""
    listed = tree.get("hashtags") or []
    values = {
        "title": tree.get("title"),
        "lang": tree.get("language"),
        "visibility": tree.get("visibility") or "public",
        "warning": tree.get("warning"),
        "hashtags": listed if isinstance(listed, str) else " ".join(listed),
        "reply_to": tree.get("reply_to"),
        **form_of(kind).fill(tree, body),
    }
    return {name: list(sent) for name, sent in flat(values).lists()}


def refuse(form: WritingForm, error: FediError, attached: Attached) -> None:
    """Show a refusal of a text at the fields it came from, as far as its lines tell."""
    if not isinstance(error, FrontMatterError):
        return form.refuse(error)
    front = front_of(form, attached)
    places = written.places(front)
    for problem in error.problems:
        at = form.field_at(places.get(problem.line, ()))
        below = problem.line > len(places) + 1
        form.refuse(problem.why, "body" if below else at)


def plain_tree(found: Found) -> Any:
    """Return front matter as plain data, without its lines."""
    if isinstance(found.value, dict):
        return {key: plain_tree(piece) for key, piece in found.value.items()}
    if isinstance(found.value, list):
        return [plain_tree(piece) for piece in found.value]
    return found.value
