"""Catalogues: every text is there in each of the six languages, whole, and with its placeholders and plural forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from gettext import c2py
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from fedi.catalogues import SOURCE, languages
from fedi.places import folder

TRANSLATED = ("ar", "de", "es", "fr", "pt")
PLURAL_FORMS = {"ar": 6, "de": 2, "es": 2, "fr": 2, "pt": 2}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
MARKUP = re.compile(r"<[^>]*>|&\w+;")
# Arabic has a question mark of its own.
ENDINGS = str.maketrans({"؟": "?"})


def template() -> Catalog:
    with (folder("locales") / "fedi.pot").open("rb") as file:
        return read_po(file, abort_invalid=True)


def catalogue(language: str) -> Catalog:
    path = folder("locales") / language / "LC_MESSAGES" / "fedi.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def forms(text: object) -> list[str]:
    """The forms of a text, one unless it is said with a number."""
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text or "")]


def faults(known: Catalog, wanted: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue."""
    ids = [message.id for message in known if message.id]
    expected = [message.id for message in wanted if message.id]
    yield from (f"missing: {one}" for one in expected if one not in ids)
    yield from (f"not said any more: {one}" for one in ids if one not in expected)
    yield from (f"obsolete: {one}" for one in known.obsolete)
    if set(map(str, ids)) == set(map(str, expected)) and ids != expected:
        yield "not in the order of the template"
    for message in known:
        if message.id:
            yield from (f"{fault}: {message.id}" for fault in faults_of(message, known))


def faults_of(message: Message, known: Catalog) -> Iterator[str]:
    """What is wrong with one translation."""
    source, said = forms(message.id), forms(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if message.pluralizable and len(said) != known.num_plurals:
        yield f"{len(said)} plural forms of {known.num_plurals}"
    if not all(form.strip() for form in said):
        yield "empty"
        return
    yield from (str(error) for error in message.check(known))
    whole = source[-1]
    for number, form in enumerate(said):
        names, wanted = set(PLACEHOLDER.findall(form)), set(PLACEHOLDER.findall(whole))
        may_lack = {"count"} if message.pluralizable and is_for_one(known, number) else set[str]()
        if not wanted - may_lack <= names <= wanted:
            yield f"placeholders of {form!r}"
        if "%" in PLACEHOLDER.sub("", form).replace("%%", ""):
            yield f"half a placeholder in {form!r}"
        if sorted(MARKUP.findall(form)) != sorted(MARKUP.findall(whole)):
            yield f"markup of {form!r}"
        if [form[: -len(form.lstrip())], form[len(form.rstrip()) :]] != ["", ""]:
            yield f"blanks around {form!r}"
        if ("".join(form.split()).translate(ENDINGS)[-1] in ".:?") != (whole[-1] in ".:?"):
            yield f"the end of {form!r}"
        if '"' in form or "'" in form:
            yield f"typewriter's quotes in {form!r}"
        if form == whole and len(re.findall(r"[^\W\d_]+", PLACEHOLDER.sub("", form))) > 2:
            yield "still English"


def is_for_one(known: Catalog, form: int) -> bool:
    """Tell whether a plural form stands for a single number, which need not be written then (French: none or one)."""
    plural: Callable[[int], int] = c2py(known.plural_expr)
    numbers = [number for number in range(300) if plural(number) == form]
    return len(numbers) == 1 or numbers == [0, 1]


def test_there_are_six_languages() -> None:
    assert languages() == tuple(sorted((*TRANSLATED, SOURCE)))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_whole(language: str) -> None:
    known = catalogue(language)
    assert known.num_plurals == PLURAL_FORMS[language]
    found = list(faults(known, template()))
    assert not found, f"{len(found)} in {language}, as in docs/translating.md: {found[:5]}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_can_be_compiled_as_it_stands(language: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    assert len(compiled.getvalue()) > 10_000


def a_small_one() -> tuple[Catalog, Catalog]:
    """A template of four texts, and its faultless Arabic."""
    wanted, known = Catalog(), Catalog(locale="ar")
    texts: dict[str | tuple[str, str], str | tuple[str, ...]] = {
        "%(host)s cannot be asked from here.": "لا يمكن سؤال %(host)s من هنا.",
        ("%(count)s reply", "%(count)s replies"): (
            "لا ردود",
            "رد واحد",
            "ردّان",
            "%(count)s ردود",
            "%(count)s رد",
            "%(count)s ردًّا",
        ),
        "Nothing <b>here</b> yet": "<b>لا شيء</b> بعد",
        "What is kept": "ما يُحفظ",
    }
    for source, said in texts.items():
        wanted.add(source)
        known.add(source, said)
    return wanted, known


def test_a_faultless_catalogue_has_no_faults() -> None:
    wanted, known = a_small_one()
    assert list(faults(known, wanted)) == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("What is kept", ""),
        ("What is kept", " "),
        ("What is kept", "What is kept"),
        ("What is kept", "ما يُحفظ "),
        ("What is kept", "ما يُحفظ."),
        ("What is kept", '"ما يُحفظ"'),
        ("What is kept", "ما <i>يُحفظ</i>"),
        ("What is kept", "ما %(x)s يُحفظ"),
        ("What is kept", "ما % يُحفظ"),
        ("Nothing <b>here</b> yet", "لا شيء بعد"),
        ("%(host)s cannot be asked from here.", "لا يمكن السؤال من هنا."),
        ("%(host)s cannot be asked from here.", "لا يمكن سؤال %(server)s من هنا."),
        ("%(host)s cannot be asked from here.", "لا يمكن سؤال %(host) من هنا."),
        ("%(host)s cannot be asked from here.", "لا يمكن سؤال %(host)s من هنا"),
        (("%(count)s reply", "%(count)s replies"), ("رد", "%(count)s ردود")),
        (
            ("%(count)s reply", "%(count)s replies"),
            ("لا ردود", "رد واحد", "ردّان", "ردود", "%(count)s رد", "%(count)s ردًّا"),
        ),
    ],
)
def test_a_broken_translation_is_found(
    source: str | tuple[str, str], said: str | tuple[str, ...]
) -> None:
    wanted, known = a_small_one()
    known.delete(source)
    known.add(source, said)
    found = [fault for fault in faults(known, wanted) if "order" not in fault]
    assert found


def test_a_missing_a_fuzzy_and_an_old_text_are_found() -> None:
    wanted, known = a_small_one()
    wanted.add("Stay")
    assert list(faults(known, wanted)) == ["missing: Stay"]
    known.add("Stay", "ابقوا", flags=["fuzzy"])
    assert list(faults(known, wanted)) == ["fuzzy: Stay"]
    wanted, known = a_small_one()
    known.add("Stay", "ابقوا")
    assert list(faults(known, wanted)) == ["not said any more: Stay"]
    wanted, known = a_small_one()
    known.obsolete["Stay"] = Message("Stay", "ابقوا")
    assert list(faults(known, wanted)) == ["obsolete: Stay"]
    wanted, known = a_small_one()
    first = next(message.id for message in wanted if message.id)
    said = known[first].string
    known.delete(first)
    known.add(first, said)
    assert list(faults(known, wanted)) == ["not in the order of the template"]
