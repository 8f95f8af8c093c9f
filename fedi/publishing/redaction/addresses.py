"""Street addresses as they are written in six languages: a street with a number, a flat, a postcode with its town."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fedi.publishing.redaction.finding import Span, Window, any_of, spans

_CAP = r"[A-ZÀ-ÖØ-ÞŁŚŠŽ][\w'’.-]{0,30}"
_OF = any_of("de del da do das dos di du des la las los el le les l['’] d['’] e y et san santa são")
_HOUSE = r"\d{1,4}\s?[a-zA-Z]?\b(?:\s?[-–/]\s?\d{1,4}[a-z]?)?"
_NUMBERED = (
    r"(?:,?\s{0,2}" + any_of(r"n\.?_?[º°o.] № núm\.? numéro número nr\.? no\.? lote") + r"?\s{0,2})"
)
# The name of a street: capitalised words with small ones between them.
_NAMED = rf"(?:\s{{1,2}}(?:{_OF}\s?){{0,3}}{_CAP}(?:[ -](?:{_OF}[ -]?){{0,3}}{_CAP}){{0,4}})"

_ENGLISH = re.compile(
    r"(?<![\w/.-])(?:(?i:flat|apt\.?|apartment|unit|suite)\s\w{1,5},?\s)?"
    r"\d{1,5}[A-Za-z]?(?:[-–]\d{1,5})?,?\s{1,2}(?:(?:North|South|East|West|[NSEW]\.?)\s)?"
    rf"(?:(?:{_CAP}|\d{{1,3}}(?:st|nd|rd|th))\s{{1,2}}){{1,4}}"
    + any_of(
        "Street St Road Rd Avenue Ave Lane Ln Drive Dr Close Crescent Cres Terrace Square Sq Court Ct Place Pl Way "
        "Gardens Gdns Row Hill Boulevard Blvd Mews Walk Grove Green Quay Parade Wharf Highway Parkway "
        "Yard Rise View Estate"
    )
    + r"\b\.?"
)
_FLAT = re.compile(
    r"(?<!\w)(?i:flat|apartment|apt\.?)\s(?:number\s|no\.?\s)?\d{1,4}[A-Za-z]?\s?,\s(?:[Tt]he\s)?[A-Z][\w' ]{2,30}"
    + any_of("House Court Tower Buildings? Heights Point Lodge")
    + r"\b"
)
_SPANISH = re.compile(
    r"(?<!\w)(?i:"
    + any_of(
        r"calle c/ avda\.? avenida av\. plaza pza\.? paseo pº camino carretera ctra\.? ronda travesía callejón carrera "
        r"cra\.? calzada bulevar pasaje glorieta rambla"
    )
    + rf")(?:{_NAMED}{_NUMBERED}{_HOUSE}|\s\d{{1,3}}[A-Z]?\s?#\s?\d{{1,3}}[A-Z]?\s?-\s?\d{{1,3}})"
    r"(?:,?\s?\d{1,2}\s?[º°ª]\s?(?:[A-D]\b|izq\w*|dcha\w*|derecha)?)?"
)
_FRENCH = re.compile(
    r"(?<![\w/.-])\d{1,4}\s?(?:bis|ter|quater|[A-D]\b)?,?\s{1,2}(?i:"
    + any_of(
        r"rue avenue av\. boulevard bd\.? place pl\. chemin allée impasse quai cours passage route square villa ruelle "
        "sentier venelle esplanade"
    )
    + rf")(?:\s(?:du|de\sla)\s[Ff]aubourg)?{_NAMED}"
)
_GERMAN_END = any_of(
    "straße strasse str\\. weg platz allee gasse damm ufer steig stieg chaussee pfad graben brücke zeile twiete"
)
_GERMAN_WORD = any_of(
    "Straße Strasse Str\\. Weg Platz Allee Gasse Damm Ufer Steig Ring Chaussee Pfad Markt Hof Tor"
)
_GERMAN_AT = any_of("An_(?:der|den|dem) Am Im Auf_(?:der|dem) Unter_den Zum Zur Hinter_(?:der|dem)")
_GERMAN = re.compile(
    rf"(?<![\w-])(?:(?:[A-ZÄÖÜ]\w{{1,24}}[ -]){{0,3}}[A-ZÄÖÜ]\w{{0,30}}{_GERMAN_END}"
    rf"|(?:[A-ZÄÖÜ]\w{{1,24}}[ -]){{1,3}}{_GERMAN_WORD}"
    rf"|{_GERMAN_AT}\s(?:[A-ZÄÖÜ]\w{{2,24}}\s){{1,2}}(?=\d)"
    r"|[A-ZÄÖÜ]\w{2,30}(?:ring|markt|hof|berg)(?=\s\d))"
    r"\s{0,2}\d{1,4}\s?[a-h]?\b(?:\s?[-–/]\s?\d{1,4}[a-h]?)?"
    r"(?!\.?\d|\s?(?:Uhr|Euro|€|%|Personen|Menschen|Jahre))"
)
_PORTUGUESE = re.compile(
    r"(?<!\w)(?i:"
    + any_of(
        r"rua r\. avenida av\. travessa tv\. praça pça\.? largo alameda estrada rodovia beco calçada praceta "
        "viela ladeira"
    )
    + rf"){_NAMED}{_NUMBERED}{_HOUSE}"
    r"(?:,?\s?(?:\d{1,2}\s?[º°ª]|apto?\.?\s?\d{1,4}|r/c)(?:\s?(?i:esq|dto|direito|esquerdo)\.?)?)?"
)
_ARABIC_STREET = any_of("شارع زنقة نهج جادة درب طريق ميدان ساحة")
_ARABIC_HOUSE = any_of("رقم عمارة مبنى منزل بناية بيت شقة دار")
_ARABIC_WORD = "[\u0621-\u064a]{2,20}"
_DIGITS = "[0-9٠-٩]{1,4}"
_ARABIC = re.compile(
    rf"{_ARABIC_STREET}(?:\s{_ARABIC_WORD}){{1,4}}?\s?[،,]?\s?(?:{_ARABIC_HOUSE}\s?){{1,2}}{_DIGITS}"
    rf"|(?<![0-9٠-٩]){_DIGITS}\s?[،,]?\s{_ARABIC_STREET}(?:\s{_ARABIC_WORD}){{1,2}}"
    rf"|{_ARABIC_STREET}(?:\s{_ARABIC_WORD}){{1,3}}?\s?[،,]?\s{_DIGITS}(?![0-9٠-٩:])"
    r"(?!\s?(?:شخص|يوم|ساعة|دقيقة|عضو|سنة|أسر))"
    rf"|(?:عمارة|بناية|مبنى)\s{_DIGITS}\s?[،,]?\s?(?:شقة|الطابق)\s{_DIGITS}"
)
_STATES = any_of(
    "A[KLRZ] C[AOT] D[CE] FL GA HI I[ADLN] K[SY] LA M[ADEINOST] N[CDEHJMVY] O[HKR] PA RI S[CD] T[NX] UT V[AT] W[AIVY]"
)
_NO_TOWN = any_of(
    "Euro EUR Menschen Personen Personas Pesos Unter Stimmen Mal\\b Haushalte Mieter Kilo Uhr People Signatures"
)
_TOWN = r"[A-ZÄÖÜÉÎ][a-zäöüßéèêëîïôâàç-]{2,20}"
_POSTCODES = (
    re.compile(r"(?<![\w-])[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?![\w-])"),
    re.compile(
        rf"(?<!\w)[A-Z][a-z]{{2,20}}(?: [A-Z][a-z]{{2,20}})?, {_STATES} \d{{5}}(?:-\d{{4}})?(?!\d)"
    ),
    re.compile(rf"(?<![\w.,-])(?:[DFE]-)?(?!(?:19|20)\d\d\b)\d{{5}} (?!{_NO_TOWN}){_TOWN}(?!\w)"),
    re.compile(
        any_of(r"\bC\.?P\.? código_postal code_postal \bCEP \bPLZ الرمز_البريدي")
        + r"[:.]?\s{0,2}\d{5}(?:-\d{3})?(?!\d)"
    ),
    re.compile(r"(?<![\w.-])\d{5}-\d{3}(?![\w-])"),
    re.compile(r"(?<![\w.-])\d{4}-\d{3} [A-ZÁÉÍÓÚ][a-záéíóúçãõâê]{2,20}(?!\w)"),
)


def find(window: Window) -> Iterator[Span]:
    """Give where addresses stand."""
    text = window.plain
    streets = (_ENGLISH, _FLAT, _SPANISH, _FRENCH, _GERMAN, _PORTUGUESE, _ARABIC)
    for pattern in (*streets, *_POSTCODES):
        yield from spans(pattern, text)
