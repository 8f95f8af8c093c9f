"""What a person wrote, read and checked: the common part and the details of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fedi.errors import Refused
from fedi.publishing import fields
from fedi.publishing.front_matter import Field, Found, Problems, Values, parse, read_fields, split
from fedi.publishing.kinds import Kind

MAX_SOURCE = 100_000
"""Characters; several times the longest minutes anybody reads, and its document stays far below 1 MB."""
AUDIENCES = ("public", "unlisted", "followers")
MOST_PICTURES = 16


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as the front matter names it."""

    file: str
    description: str
    focal: tuple[float, float] | None
    line: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that could be published; what was left open is empty."""

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


def read(kind: Kind, source: str) -> Draft:
    """Read a Markdown file with front matter, or raise FrontMatterError with all that is wrong."""
    if len(source) > MAX_SOURCE:
        raise Refused(
            f"This text has more than {MAX_SOURCE} characters.", cure="Publish it in parts."
        )
    front, body, lines_before = split(source.replace("\x00", ""))
    problems = Problems([])
    found = parse(front, problems, lines_before)
    problems.raise_if_any()
    schema = {**_COMMON, **({"title": _TITLE} if kind.is_titled else {}), **kind.schema}
    values = read_fields(found, schema, problems, f"The front matter of {_a(kind.name)}")
    details = kind.read(values, problems)
    body = body.strip()
    if details is not None:
        details, body = kind.join(details, body, values, problems)
    pictures: tuple[PictureFile, ...] = values["pictures"] or ()
    if not kind.is_titled and not body and not pictures:
        problems.add(found.line, "There is nothing to publish.", "Write the text below the ---.")
    problems.raise_if_any()
    return Draft(
        kind=kind,
        title=values["title"] or "",
        language=values["language"] or "",
        hashtags=values["hashtags"] or (),
        warning=values["warning"] or "",
        audience=values["visibility"] or "",
        pictures=pictures,
        reply_to=values["reply_to"] or "",
        details=details,
        body=body,
        source=source,
    )


def _a(name: str) -> str:
    return name if name.endswith("s") else f"an {name}" if name[0] in "aeiou" else f"a {name}"


def _focal(found: Found, problems: Problems) -> tuple[float, float] | None:
    point = fields.list_of(fields.number_between(-1, 1))(found, problems)
    if point is None or len(point) == 2:
        return point
    problems.add(found.line, "A focal point is two numbers.", "Write it like focal: [0.0, 0.5]")
    return None


def _picture(values: Values) -> PictureFile:
    return PictureFile(values["file"], values["description"], values["focal"], values.line("file"))


_TITLE = Field(fields.text(200), required="Write a line like title: Thursday assembly")
_COMMON = {
    "title": Field(fields.text(200)),
    "language": Field(fields.language),
    "hashtags": Field(fields.hashtags),
    "warning": Field(fields.text(300)),
    "visibility": Field(fields.choice(*AUDIENCES)),
    "reply_to": Field(fields.web_address()),
    "pictures": Field(
        fields.list_of(
            fields.record(
                {
                    "file": Field(fields.text(500), required="Write the path of the picture."),
                    "description": Field(
                        fields.text(1500),
                        required="Say what it shows, for those who cannot see it; "
                        'description: "" if it only decorates.',
                        may_be_empty=True,
                    ),
                    "focal": Field(_focal),
                },
                _picture,
                "A picture",
            ),
            most=MOST_PICTURES,
        )
    ),
}
