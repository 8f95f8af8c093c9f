"""The form of a group's profile: what stands in it, and what of it would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField

from fedi.activitypub.html import plain
from fedi.actors.groups import LONGEST_FIELD, LONGEST_SUMMARY, LONGEST_TITLE, MOST_FIELDS
from fedi.actors.rel_me import is_link
from fedi.publishing.about import about_html
from fedi.publishing.redaction import Finding, find
from fedi.publishing.words import _
from fedi.storage.groups import Group
from fedi.web.art.avatars import MOTIFS
from fedi.web.art.raster import INKS
from fedi.web.console.typed import OFTEN, choices, open_to_all
from fedi.web.forms import Form, at_most, required
from fedi.web.i18n import Speech, autonym

LONGEST_ABOUT = 20_000
MOST_LANGUAGES = 6
EMPTY_LINES = 2
PLACES = ("street", "area", "town", "country")
"""The parts of a place, from the finest to the coarsest."""
MOTIF_NAMES = dict(
    zip(
        MOTIFS,
        (_("House"), _("Wave"), _("Grain"), _("Bowl"), _("Ring"), _("Tree"), _("Sun"), _("Wheel")),
        strict=True,
    )
)
INK_NAMES = dict(
    zip(
        INKS,
        (_("Harbour"), _("Ember"), _("Allotment"), _("Plum"), _("River"), _("Lino")),
        strict=True,
    )
)
HARBOUR = "harbour"
"""What stands in the form for the ink a group has from the beginning, which has no name of its own."""


class Profile(Form):
    """All that a group says about itself; `lines` are added beside it, as many as there are."""

    title = StringField(_("Name of the group"), [required, at_most(LONGEST_TITLE), open_to_all])
    summary = TextAreaField(_("In a sentence or two"), [at_most(LONGEST_SUMMARY), open_to_all])
    about = TextAreaField(_("About the group"), [at_most(LONGEST_ABOUT), open_to_all])
    place_street = StringField(_("Street or hall"), [at_most(200), open_to_all])
    place_area = StringField(_("Part of town"), [at_most(200), open_to_all])
    place_town = StringField(_("Town"), [at_most(200), open_to_all])
    place_country = StringField(_("Region or country"), [at_most(200), open_to_all])
    precision = RadioField(
        _("How exactly others may know where you are"),
        choices=choices(
            [
                ("country", _("The region or country")),
                ("town", _("The town")),
                ("area", _("The part of town")),
                ("street", _("The street or hall")),
            ]
        ),
    )
    themes = StringField(_("Themes"), [at_most(500), open_to_all])
    motif = RadioField(_("Motif"), choices=choices(MOTIF_NAMES.items()))
    ink = RadioField(
        _("Ink"), choices=choices((name or HARBOUR, label) for name, label in INK_NAMES.items())
    )
    avatar = FileField(_("A picture instead of the motif"))
    banner = FileField(_("A picture for the banner"))
    no_avatar = BooleanField(_("Take the picture away and show the motif"))
    no_banner = BooleanField(_("Take the picture away and show the drawing"))
    locked = BooleanField(_("Whoever wants to follow has to ask"))
    discoverable = BooleanField(_("The group may be found in lists and searches"))
    followers_visible = BooleanField(_("Everybody may see who follows the group"))
    quotes = RadioField(
        _("Who may quote what you publish"),
        choices=choices(
            [("public", _("Everybody")), ("followers", _("Followers")), ("nobody", _("Nobody"))]
        ),
    )
    keep = BooleanField(_("It may stand there all the same"))

    @property
    def lines(self) -> Iterator[tuple[Any, Any]]:
        """The fields of each line of the profile: its name and its text."""
        for number in range(MOST_FIELDS):
            if f"line{number}_name" in self:
                yield self[f"line{number}_name"], self[f"line{number}_text"]

    @property
    def tongues(self) -> Iterator[Any]:
        """The fields in which a language is chosen."""
        return (
            self[f"language{number}"]
            for number in range(MOST_LANGUAGES)
            if f"language{number}" in self
        )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, and that each line has both a name and a text."""
        is_right = super().validate(extra_validators)
        for name, text in self.lines:
            if bool((name.data or "").strip()) != bool((text.data or "").strip()):
                empty = text if (name.data or "").strip() else name
                empty.errors = [
                    *empty.errors,
                    _("A line has a name and a text; leave both empty to remove it."),
                ]
                is_right = False
        return is_right


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that came with the form: for which place, its name, and its bytes."""

    key: str
    called: str
    data: bytes


def form_for(group: Group, speech: Speech, sent: MultiDict[str, Any] | None = None) -> Profile:
    """Return the form of a group's profile, as it stands or as it was sent."""
    lines = _lines_sent(sent) if sent is not None else len(group.fields) + EMPTY_LINES
    tongues = min(len(group.languages) + 1, MOST_LANGUAGES)
    made: dict[str, Any] = {}
    for number in range(min(lines, MOST_FIELDS)):
        made[f"line{number}_name"] = StringField(_("Name"), [at_most(LONGEST_FIELD), open_to_all])
        made[f"line{number}_text"] = StringField(
            _("Text, or a link"), [at_most(LONGEST_FIELD), open_to_all]
        )
    for number in range(tongues):
        made[f"language{number}"] = SelectField(_("Language"), validate_choice=False)
    form: Profile = type("Profile", (Profile,), made)(
        sent, speech, **(_values(group) if sent is None else {})
    )
    codes = dict.fromkeys([*group.languages, *sorted(OFTEN.split(), key=autonym)])
    for field in form.tongues:
        field.choices = choices([("", _("None")), *((code, autonym(code)) for code in codes)])
    return form


def changes(form: Profile, group: Group) -> dict[str, Any]:
    """Return what the form would change of a profile, without its pictures."""
    about = _text(form.about.data)
    wanted: dict[str, Any] = {
        "title": _text(form.title.data),
        "summary": _text(form.summary.data),
        "fields": [
            [_text(name.data), _text(text.data)] for name, text in form.lines if _text(name.data)
        ],
        "place": place_told(form),
        "languages": list(dict.fromkeys(filter(None, (field.data for field in form.tongues)))),
        "themes": _themes(_text(form.themes.data)),
        "motif": form.motif.data,
        "ink": "" if form.ink.data == HARBOUR else form.ink.data,
        "locked": bool(form.locked.data),
        "discoverable": bool(form.discoverable.data),
        "followers_visible": bool(form.followers_visible.data),
        "quotes": form.quotes.data,
    }
    present = {
        **{key: getattr(group, key) for key in wanted},
        "fields": [[line.name, line.value] for line in group.fields],
        "languages": list(group.languages),
        "themes": list(group.themes),
    }
    found = {key: value for key, value in wanted.items() if value != present[key]}
    if about != _about_of(group):
        found |= {"about": about_html(about), "about_source": about}
    for key in ("avatar", "banner"):
        if form[f"no_{key}"].data and getattr(group, key):
            found[key] = None
    return found


def looks_private(form: Profile, group: Group) -> tuple[Finding, ...]:
    """Return what looks private in what the form says and the profile does not say yet; a place is chosen as it is."""
    there = "\n".join(
        [group.title, group.summary, _about_of(group), *(line.value for line in group.fields)]
    )
    texts = [form.title, form.summary, form.about, *(text for _name, text in form.lines)]
    language = next(iter(group.languages), "en").partition("-")[0].lower()
    found = [one for text in texts for one in find(_text(text.data), language=language)]
    return tuple(one for one in found if one.text not in there)


def uploads(form: Profile) -> list[Upload]:
    """Return the pictures that came with the form."""
    found: list[Upload] = []
    for key in ("avatar", "banner"):
        file = form[key].data
        if isinstance(file, FileStorage) and file.filename:
            found.append(Upload(key, file.filename, file.read()))
    return found


def place_told(form: Profile) -> str:
    """Return the place as others read it: nothing of it is finer than was chosen, and nothing finer is kept."""
    told = PLACES[PLACES.index(form.precision.data or "town") :]
    return ", ".join(filter(None, (_text(form[f"place_{part}"].data) for part in told)))


def verified(group: Group) -> dict[str, int | None]:
    """Tell for each link of a profile since when it is seen to lead back, None for not."""
    return {line.value: line.verified_at for line in group.fields if is_link(line.value)}


def _values(group: Group) -> dict[str, Any]:
    place = _place_of(group.place)
    finest = next((part for part in PLACES if place[part]), "town")
    return {
        "title": group.title,
        "summary": group.summary,
        "about": _about_of(group),
        **{f"place_{part}": text for part, text in place.items()},
        "precision": finest,
        "themes": ", ".join(group.themes),
        "motif": group.motif if group.motif in MOTIFS else MOTIFS[0],
        "ink": (group.ink if group.ink in INKS else "") or HARBOUR,
        "locked": group.locked,
        "discoverable": group.discoverable,
        "followers_visible": group.followers_visible,
        "quotes": group.quotes,
        **{f"line{number}_name": line.name for number, line in enumerate(group.fields)},
        **{f"line{number}_text": line.value for number, line in enumerate(group.fields)},
        **{f"language{number}": code for number, code in enumerate(group.languages)},
    }


def _place_of(told: str) -> dict[str, str]:
    """Take a place apart again, from its end; a single word is a town."""
    words = [word for word in told.split(", ") if word]
    if len(words) < 2:
        return {part: told if part == "town" else "" for part in PLACES}
    *finer, area, town, country = ["", "", *words]
    return {
        "street": ", ".join(filter(None, finer)),
        "area": area,
        "town": town,
        "country": country,
    }


def _about_of(group: Group) -> str:
    return group.about_source or plain(group.about)


def _lines_sent(sent: MultiDict[str, Any]) -> int:
    return sum(1 for number in range(MOST_FIELDS) if f"line{number}_name" in sent)


def _themes(typed: str) -> list[str]:
    words = (word.strip().lstrip("#") for word in typed.split(","))
    return list(dict.fromkeys(filter(None, words)))


def _text(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()
