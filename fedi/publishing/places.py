"""A place of the front matter: a name, or where it is and how exactly that may be told."""

from __future__ import annotations

from fedi.errors import Named
from fedi.publishing import fields
from fedi.publishing.front_matter import Field, Found, Problems, Schema, read_fields
from fedi.publishing.place import PRECISIONS, Place
from fedi.publishing.words import _


def place(found: Found, problems: Problems) -> Place | None:
    """A name, or a mapping that says how exactly the place may be told."""
    if isinstance(found.value, str):
        name = fields.text(200)(found, problems)
        return Place(name=name) if name else None
    before = len(problems.found)
    values = read_fields(found, _PLACE, problems, Named(_("A place")))
    has_point = values["lat"] is not None or values["lon"] is not None
    if has_point and (values["lat"] is None or values["lon"] is None):
        problems.add(
            found.line,
            _("A place needs both `lat` and `lon`."),
            _("Add the other, or neither."),
        )
    if (has_point or values["street"]) and not values["precision"]:
        problems.add(
            found.line,
            _("This place does not say how exactly it may be told."),
            _("Add `precision`, one of %(words)s."),
            words=", ".join(PRECISIONS),
        )
    if len(problems.found) > before:
        return None
    return Place(
        name=values["name"],
        area=values["area"] or "",
        street=values["street"] or "",
        lat=values["lat"],
        lon=values["lon"],
        precision=values["precision"] or "",
    ).coarse()


_PLACE: Schema = {
    "name": Field(fields.text(200), required=_("Write what people call the place.")),
    "area": Field(fields.text(200)),
    "street": Field(fields.text(200)),
    "lat": Field(fields.number_between(-90, 90)),
    "lon": Field(fields.number_between(-180, 180)),
    "precision": Field(fields.choice(*PRECISIONS)),
}
