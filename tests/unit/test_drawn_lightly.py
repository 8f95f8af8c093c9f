"""What pages would otherwise do or load again for each language."""

from __future__ import annotations

import pytest
from babel import Locale

from fedi.web.console.typed import OFTEN
from fedi.web.i18n import languages
from fedi.web.own_names import OWN_NAMES
from fedi.web.pages.render import environment


def test_the_languages_that_pages_and_forms_name_are_known_without_loading_them() -> None:
    assert {*languages(), *OFTEN.split()} <= set(OWN_NAMES)


@pytest.mark.parametrize("language", sorted(OWN_NAMES))
def test_a_language_is_called_what_it_calls_itself(language: str) -> None:
    name = Locale.parse(language).get_display_name()
    assert name is not None
    assert OWN_NAMES[language] == name[:1].upper() + name[1:]


def test_a_template_is_compiled_once_for_all_languages_and_speaks_each() -> None:
    german, spanish = (environment(name).get_template("base.html") for name in ("de", "es"))
    assert german is not spanish
    assert german.root_render_func.__code__ is spanish.root_render_func.__code__
    assert german.globals["speech"].language == "de"
    assert spanish.globals["speech"].language == "es"
