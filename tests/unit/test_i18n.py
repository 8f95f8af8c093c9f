"""Languages: every text can be translated, the template of all catalogues is up to date, and formats fit the reader."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from pseudo import pseudo, spoken

from fedi.places import folder
from fedi.publishing.times import moment_in_words
from fedi.publishing.words import PRESENT, say
from fedi.web.i18n import Speech, autonym, catalogue, choose, languages

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(folder("templates").rglob("*.html"))
JUNE = 1812812400000  # 12 June 2027, 15:00 UTC
DAY = 86_400_000
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
# Names, examples and what is copied as it stands; everything else is said in the reader's language.
UNTRANSLATED = {"fedi", "UTC", "KB"}
# What a macro or a block writes into a tag that begins elsewhere.
ATTRIBUTES = {"required", "slim"}


def extracted() -> set[tuple[str, ...]]:
    """Every text that code and templates mark for translation; plurals as pairs."""
    with (ROOT / "babel.cfg").open() as file:
        method_map, options_map = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, method_map, options_map)
    return {(text,) if isinstance(text, str) else tuple(text) for _, _, text, *_ in found}


def test_the_template_of_all_catalogues_is_up_to_date() -> None:
    with (folder("locales") / "fedi.pot").open("rb") as file:
        kept = {
            (message.id,) if isinstance(message.id, str) else tuple(message.id)
            for message in read_po(file)
            if message.id
        }
    # One entry holds a text and its plural, also where the text is said without a number elsewhere.
    marked = extracted()
    marked -= {(one[0],) for one in marked if len(one) == 2}
    missing, unused = marked - kept, kept - marked
    assert not missing and not unused, f"run `make messages`: new {missing}, gone {unused}"


def test_both_forms_of_a_plural_say_the_number_or_neither_does() -> None:
    for one in extracted():
        if len(one) == 2:
            singular, plural = (set(PLACEHOLDER.findall(form)) for form in one)
            assert singular <= plural, one


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_that_cannot_be_translated(template: Path) -> None:
    source = template.read_text("utf-8")
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|&\w+;", "\N{BULLET}", source, flags=re.DOTALL)
    for name, value in re.findall(r'(aria-label|title|alt|placeholder)="([^"]*)"', source):
        assert not re.search(r"[A-Za-z]{2}", value.replace("@you@mastodon.social", "")), (
            name,
            value,
        )
    source = re.sub(r"<textarea.*?</textarea>|<!doctype html>", "", source, flags=re.DOTALL)
    source = re.sub(r'[\w-]+="[^"]*"', "", source)
    for text in re.sub(r"<[^>]*>", "\N{BULLET}", source, flags=re.DOTALL).split("\N{BULLET}"):
        words = set(re.findall(r"[^\W\d_]{2,}", text))
        assert words <= UNTRANSLATED | ATTRIBUTES, text


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("", "en"),
        ("de-CH, fr;q=0.5", "de"),
        ("fr;q=0.1, de;q=0.9", "de"),
        ("fr", "en"),
        ("de;q=0", "en"),
        ("de;q=much", "en"),
        ("*", "en"),
        ("../../etc, \x00", "en"),
        ("de-" + "x" * 500, "de"),
    ],
)
def test_a_reader_gets_the_best_of_our_languages(
    wanted: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with spoken("de", tmp_path, monkeypatch):
        assert languages() == ("de", "en")
        assert choose(wanted) == language
        assert catalogue("de").gettext("Follow") == pseudo("Follow")
    assert catalogue("de").gettext("Follow") == "Folgen"


def test_a_language_speaks_for_its_varieties_and_english_for_those_nobody_knows() -> None:
    assert languages() == ("ar", "de", "en", "es", "fr", "pt")
    assert [choose(one) for one in ("ar-EG", "pt-BR", "es-419", "so, fr-CA;q=0.2", "so")] == [
        "ar",
        "pt",
        "es",
        "fr",
        "en",
    ]
    assert catalogue("de-AT").gettext("Follow") == catalogue("de_CH").gettext("Follow") == "Folgen"
    assert catalogue("so").gettext("Follow") == catalogue("").gettext("Follow") == "Follow"
    assert catalogue("../de").gettext("Follow") == "Follow"


def test_a_number_takes_the_form_that_the_language_of_a_document_has_for_it() -> None:
    assert say(PRESENT, "fr", count=1) == "1 personne présente"
    assert say(PRESENT, "fr-CA", count=2) == "2 personnes présentes"
    told = [say(PRESENT, "ar", count=number) for number in (1, 2, 3, 11, 100)]
    assert told == [
        "حضور شخص واحد",
        "حضور شخصين",
        "حضور 3 أشخاص",
        "حضور 11 شخصًا",
        "حضور 100 شخص",
    ]
    assert say(PRESENT, "so", count=1) == "1 present"


def test_days_in_documents_are_written_as_their_language_writes_them() -> None:
    day = datetime(2027, 2, 12, 16, tzinfo=ZoneInfo("Europe/Madrid"))
    short = {
        language: moment_in_words(day, language, short=True)
        for language in ("en", "es", "de", "ar", "")
    }
    assert short == {
        "en": "Fri 12 Feb 2027, 16:00 CET",
        "es": "vie 12 feb 2027, 16:00 CET",
        "de": "Fr. 12. Feb. 2027, 16:00 CET",
        "ar": "الجمعة، 12 فبراير 2027، 16:00 CET",
        "": "Fri 12 Feb 2027, 16:00 CET",
    }


def test_dates_are_written_as_the_reader_writes_them() -> None:
    english, german, arabic = Speech("en"), Speech("de"), Speech("ar")
    assert english.day(JUNE) == "12 June 2027"
    assert english.weekday(JUNE) == "Saturday 12 June"
    assert english.time(JUNE, "Europe/London") == "16:00"
    assert english.clock(JUNE, "Europe/London") == "BST"
    assert (english.day_number(JUNE), english.month(JUNE)) == ("12", "June")
    assert english.month(JUNE + 90 * DAY) == "Sept"
    assert german.day(JUNE) == "12. Juni 2027"
    assert german.short_day(JUNE, None, JUNE + DAY) == "12. Juni"
    assert german.weekday(JUNE) == "Samstag, 12. Juni"
    assert Speech("fr").weekday(JUNE - 120 * DAY) == "vendredi 12 février"
    assert Speech("zh").weekday(JUNE) == "6月12日星期六"
    assert german.short_day(JUNE, None, JUNE + 365 * DAY) == "12. Juni 2027"
    assert "يونيو" in arabic.day(JUNE)
    assert english.date("2027-06-25") == "25 June 2027"
    assert english.date("next week") == "next week"


def test_a_zone_nobody_knows_counts_as_utc() -> None:
    assert Speech("en").time(JUNE, "Mars/Olympus") == Speech("en").time(JUNE) == "15:00"
    assert Speech("en").time(JUNE, "../../etc/passwd") == "15:00"


def test_days_are_counted_by_midnights_of_the_place() -> None:
    speech = Speech("en")
    assert speech.days_between(JUNE, JUNE + 12 * DAY) == 12
    late = JUNE + 8 * 3_600_000
    assert speech.days_between(JUNE, late) == 0
    assert speech.days_between(JUNE, late, "Europe/Berlin") == 1
    assert (speech.in_days(12), speech.in_days(200)) == ("in 12 days", "in 7 months")
    assert Speech("de").in_days(12) == "in 12 Tagen"


def test_amounts_keep_their_unit_and_money_its_currency() -> None:
    assert Speech("en").amount("6000", "GBP") == "£6,000"
    assert Speech("en").amount("12.5", "GBP") == "£12.50"
    assert Speech("de").amount("6000", "EUR") == "6.000\N{NO-BREAK SPACE}€"
    assert Speech("en").amount("160.50", "hours") == "160.5 hours"
    assert Speech("en").amount("3", "") == "3"
    assert Speech("en").amount("some", "beds") == "some beds"
    assert Speech("en").number(Decimal(1234)) == "1,234"


def test_languages_are_named_as_those_name_them_who_speak_them() -> None:
    assert [autonym(tag) for tag in ("en", "so", "ar", "pt-BR", "xx-nobody")] == [
        "English",
        "Soomaali",
        "العربية",
        "Português (Brasil)",
        "xx-nobody",
    ]


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("he", "rtl"), ("en", "ltr"), ("de", "ltr"), ("?", "ltr")],
)
def test_each_language_has_its_direction(language: str, direction: str) -> None:
    assert Speech(language).direction == direction


def test_a_text_is_in_another_language_only_if_it_is() -> None:
    speech = Speech("pt_BR")
    assert [speech.is_other(tag) for tag in ("pt", "pt-PT", "PT", "en", "")] == [
        False,
        False,
        False,
        True,
        False,
    ]
