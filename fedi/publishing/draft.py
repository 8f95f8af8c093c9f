"""What a person wrote, read and checked: the common part and the details of its kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from fedi.errors import Named, Refused
from fedi.publishing import fields
from fedi.publishing.front_matter import (
    Field,
    Found,
    FrontMatterError,
    Problems,
    SeenBy,
    Values,
    parse,
    read_fields,
)
from fedi.publishing.hashtags import hashtags
from fedi.publishing.kinds import Kind
from fedi.publishing.projections import (
    audiences_in,
    level_of,
    project,
    projection,
    settle,
)
from fedi.publishing.words import _
from fedi.publishing.written import write

MAX_SOURCE = 100_000
"""Characters; several times the longest minutes anybody reads, and its document stays far below 1 MB."""
AUDIENCES = ("public", "unlisted", "followers", "partners", "members")
_AS_SEEN = {
    "public": _("As everybody would see it: %(problem)s"),
    "partners": _("As partners would see it: %(problem)s"),
    "members": _("As members would see it: %(problem)s"),
}
MOST_PICTURES = 16
MOST_VOICES = 4


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as the front matter names it."""

    file: str
    description: str
    focal: tuple[float, float] | None
    line: int
    audience: str = ""


@dataclass(frozen=True, slots=True)
class VoiceFile:
    """A recording as the front matter names it, with what is said in it."""

    file: str
    transcript: str
    line: int
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that could be published, as those see it whom it is for; what was left open is empty.

    `source` is what they see of it, `whole` all that was written. `others` is the same as it is seen by who sees
    more, partners before members; its members' one is there as soon as anything is kept from anybody.
    """

    kind: Kind
    title: str
    language: str
    hashtags: tuple[str, ...]
    warning: str
    audience: str
    pictures: tuple[PictureFile, ...]
    reply_to: str
    details: Any
    body: str
    source: str
    voices: tuple[VoiceFile, ...] = ()
    whole: str = ""
    others: tuple[tuple[str, Draft], ...] = ()
    changed: str = ""
    """What is different from the version before, in the writers' own words."""

    @property
    def fullest(self) -> Draft:
        """The draft as it is seen by those who see all of it."""
        return self.others[-1][1] if self.others else self


def read(kind: Kind, source: str) -> Draft:
    """Read a Markdown file with front matter, or raise FrontMatterError with all that is wrong.

    Who sees how much is said by `visibility`, by marks in the text, and by pictures that are not for all.
    """
    if len(source) > MAX_SOURCE:
        raise Refused(
            _("This text has more than %(most)s characters."),
            cure=_("Publish it in parts."),
            most=MAX_SOURCE,
        )
    full = _read(kind, source, "members")
    kept_for = {*audiences_in(source), *(one.audience for one in (*full.pictures, *full.voices))}
    own = full.audience if level_of(full.audience) else "public"
    above = [name for name in ("partners", "members") if level_of(name) > level_of(own)]
    if not kept_for.intersection(above):
        return replace(full, source=source, whole=source)
    more = [name for name in above if name == "members" or name in kept_for]
    drafts = {name: _read_as(kind, source, name) for name in (own, *more)}
    return replace(
        drafts[own],
        audience=full.audience,
        whole=source,
        others=tuple((name, drafts[name]) for name in more),
    )


def _read_as(kind: Kind, source: str, audience: str) -> Draft:
    try:
        return _read(kind, source, audience)
    except FrontMatterError as error:
        raise FrontMatterError(
            [
                replace(problem, why=SeenBy(_AS_SEEN[audience], problem.why))
                for problem in error.problems
            ]
        ) from error


def _read(kind: Kind, source: str, audience: str) -> Draft:
    shown = projection(source, audience)
    problems = Problems([])
    parsed = parse(shown.front, problems, 0)
    problems.found = [replace(problem, line=shown.line(problem.line)) for problem in problems.found]
    problems.raise_if_any()
    found = settle(parsed, shown, problems)
    schema = {**_COMMON, **({"title": _TITLE} if kind.is_titled else {}), **kind.schema}
    values = read_fields(found, schema, problems, Named(_("The front matter")))
    details = kind.read(values, problems)
    body = shown.body.strip()
    values = replace(values, is_whole=audience == "members")
    if details is not None:
        details, body = kind.join(details, body, values, problems)
    pictures, has_all_pictures = _shown(values["pictures"] or (), audience)
    voices, has_all_voices = _shown(values["voices"] or (), audience)
    if not kind.is_titled and not body and not pictures and not voices:
        problems.add(
            found.line, _("There is nothing to publish."), _("Write the text below the ---.")
        )
    problems.raise_if_any()
    return Draft(
        kind=kind,
        title=values["title"] or "",
        language=values["language"] or "",
        hashtags=values["hashtags"] or (),
        warning=values["warning"] or "",
        changed=values["changed"] or "",
        audience=values["visibility"] or "",
        pictures=pictures,
        reply_to=values["reply_to"] or "",
        details=details,
        body=body,
        voices=voices,
        source=project(source, audience)
        if has_all_pictures and has_all_voices
        else write(_without_files(found, audience), shown.body),
    )


File = TypeVar("File", PictureFile, VoiceFile)


def _shown(files: tuple[File, ...], audience: str) -> tuple[tuple[File, ...], bool]:
    """Return the files that an audience is shown, and whether these are all."""
    shown = tuple(file for file in files if level_of(file.audience) <= level_of(audience))
    return shown, len(shown) == len(files)


def _without_files(found: Found, audience: str) -> dict[str, Any]:
    """Return front matter without the files that are not for an audience."""
    front: dict[str, Any] = _plain(found)
    for key in front.keys() & {"pictures", "voices"}:
        listed = front[key] if isinstance(front[key], list) else [front[key]]
        front[key] = [
            one
            for one in listed
            if level_of(str(one.get("audience")).lower()) <= level_of(audience)
        ]
    return front


def _plain(found: Found) -> Any:
    if isinstance(found.value, dict):
        return {key: _plain(piece) for key, piece in found.value.items()}
    if isinstance(found.value, list):
        return [_plain(piece) for piece in found.value]
    return found.value


def _focal(found: Found, problems: Problems) -> tuple[float, float] | None:
    point = fields.list_of(fields.number_between(-1, 1))(found, problems)
    if point is None or len(point) == 2:
        return point
    problems.add(
        found.line, _("A focal point is two numbers."), _("Write it like focal: [0.0, 0.5]")
    )
    return None


def _voice(values: Values) -> VoiceFile:
    return VoiceFile(
        values["file"], values["transcript"] or "", values.line("file"), values["audience"] or ""
    )


def _picture(values: Values) -> PictureFile:
    return PictureFile(
        values["file"],
        values["description"] or "",
        values["focal"],
        values.line("file"),
        values["audience"] or "",
    )


_TITLE = Field(fields.text(200), required=_("Write a line like title: Thursday assembly"))
_COMMON = {
    "title": Field(fields.text(200)),
    "language": Field(fields.language),
    "hashtags": Field(hashtags),
    "warning": Field(fields.text(300)),
    "changed": Field(fields.text(300)),
    "visibility": Field(fields.choice(*AUDIENCES)),
    "reply_to": Field(fields.web_address()),
    "pictures": Field(
        fields.list_of(
            fields.record(
                {
                    "file": Field(fields.text(500), required=_("Write the path of the picture.")),
                    "description": Field(
                        fields.text(1500),
                        required=_(
                            "Say what it shows, for those who cannot see it; "
                            "an empty text in quotes if it only decorates."
                        ),
                        may_be_empty=True,
                    ),
                    "focal": Field(_focal),
                    "audience": Field(fields.choice("members", "partners")),
                },
                _picture,
                Named(_("A picture")),
            ),
            most=MOST_PICTURES,
        )
    ),
    "voices": Field(
        fields.list_of(
            fields.record(
                {
                    "file": Field(fields.text(500), required=_("Write the path of the recording.")),
                    "transcript": Field(
                        fields.text(10_000),
                        required=_(
                            "Write what is said, for those who cannot hear it; "
                            "an empty text in quotes if nothing is."
                        ),
                        may_be_empty=True,
                    ),
                    "audience": Field(fields.choice("members", "partners")),
                },
                _voice,
                Named(_("A recording")),
            ),
            most=MOST_VOICES,
        )
    ),
}
