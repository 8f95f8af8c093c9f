"""Forms that people fill in: read with WTForms, drawn by templates/macros/forms.html."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import wtforms
from quart import request
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FieldList, FormField, PasswordField
from wtforms.validators import DataRequired, Length, NumberRange, ValidationError

from fedi.errors import FediError, Refused
from fedi.publishing.words import _
from fedi.web.i18n import SOURCE, Speech, catalogue

required = DataRequired(message=_("Fill this in."))
"""What every field has that may not stay empty."""


class _AtMost(Length):
    """WTForms fills in a message before anybody could translate it; this speaks as the form does."""

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data or "") > self.max:
            said = field.gettext(_("This is too long: %(max)d characters at most."))
            raise ValidationError(said % {"max": self.max})


def at_most(length: int) -> Length:
    """Refuse what is longer than so many characters."""
    return _AtMost(max=length)


class _Between(NumberRange):
    """A number within bounds, with what is wrong said as the form speaks."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None or not self.min <= field.data <= self.max:
            said = field.gettext(_("Write a number from %(min)s to %(max)s."))
            raise ValidationError(said % {"min": self.min, "max": self.max})


def between(least: int, most: int) -> NumberRange:
    """Refuse what is no whole number within bounds."""
    return _Between(least, most)


class _Spoken:
    """Texts of a form in the reader's language, as far as our catalogues know them."""

    def __init__(self, language: str) -> None:
        spoken = catalogue(language)
        self.gettext = spoken.gettext
        self.ngettext = spoken.ngettext


class _Meta:
    def get_translations(self, form: Form) -> _Spoken:
        return _Spoken(form.tongue)


class Form(wtforms.Form):
    """A form whose labels and messages are message ids, translated where they are drawn.

    `wrong` holds what is wrong with the whole of it, sentence and cure, for the list at its top.
    """

    Meta = _Meta

    def __init__(
        self,
        sent: MultiDict[str, Any] | None = None,
        speech: Speech | None = None,
        **values: Any,
    ) -> None:
        self.tongue = speech.language if speech else SOURCE
        self.wrong: list[tuple[str, str]] = []
        super().__init__(sent, data=values or None)
        self.speak()

    def speak(self) -> None:
        """Let the fields of rows, which know no language, speak as the form does; again after rows were added."""
        for field in self.leaves():
            vars(field)["_translations"] = _Spoken(self.tongue)

    def leaves(self) -> Iterator[wtforms.Field]:
        """Walk through every field that holds a value, those of rows too, in the order of the form."""
        return leaves(self)

    def refuse(self, error: FediError, field: str = "") -> None:
        """Show a refusal in the form: below one field (by its name, needs-0-amount in a row), or at its top."""
        sentence, cure = error.told(catalogue(self.tongue).gettext)
        at = next((leaf for leaf in self.leaves() if field and leaf.name == field), None)
        if at is not None:
            at.errors = [*at.errors, f"{sentence} {cure}".strip()]
        else:
            self.wrong.append((sentence, cure))

    @property
    def has_errors(self) -> bool:
        """Tell whether anything is to be shown as wrong."""
        return bool(self.wrong) or any(leaf.errors for leaf in self.leaves())

    @property
    def forgets(self) -> bool:
        """Tell whether something that was typed is not shown again: a password."""
        return any(isinstance(leaf, PasswordField) and leaf.data for leaf in self.leaves())

    def check(self, field: str, look: Callable[[str], object]) -> None:
        """Look at what stands in a field that is not wrong yet, and show below it why that is refused."""
        found = self[field]
        if not found.errors:
            try:
                look(str(found.data or ""))
            except Refused as error:
                self.refuse(error, field)

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Return id, label and message of every field that is wrong, in the order of the form."""
        say = catalogue(self.tongue).gettext
        return [
            (field.id, say(field.label.text), say(str(error)))
            for field in self.leaves()
            for error in field.errors
        ]


def leaves(fields: Iterable[wtforms.Field]) -> Iterator[wtforms.Field]:
    """Walk through every field that holds a value, those of rows too."""
    for field in fields:
        if isinstance(field, FieldList):
            yield from leaves(field.entries)
        elif isinstance(field, FormField):
            yield from leaves(field.form)
        else:
            yield field


async def form_data() -> MultiDict[str, Any]:
    """Return what was sent with a form: files and fields, under their names."""
    sent: Any = CombinedMultiDict([await request.form, await request.files])
    return sent
