"""Conventions of writing in other languages than English: their numbers, hesitations, short forms and spellings."""

from collections.abc import Sequence

import pytest

from consistency.core.conventions.languages import ENGLISH, FRENCH, GERMAN, LANGUAGES, SPANISH, Language
from consistency.core.conventions.transcripts import Rule, transcript_conventions
from consistency.core.conventions.units import units

SPELLED = [
    (GERMAN, "fünfundzwanzig", "25"),
    (GERMAN, "zweihundertsechs", "206"),
    (GERMAN, "hundertzwei", "102"),
    (GERMAN, "neunzehnhundertneunundneunzig", "1999"),
    (GERMAN, "dreissig", "30"),
    (SPANISH, "treinta y uno", "31"),
    (SPANISH, "ciento dos", "102"),
    (SPANISH, "cien", "100"),
    (SPANISH, "mil novecientos noventa y nueve", "1999"),
    (SPANISH, "dos mil", "2000"),
    (FRENCH, "soixante et onze", "71"),
    (FRENCH, "quatre-vingts", "80"),
    (FRENCH, "quatre-vingt-dix-neuf", "99"),
    (FRENCH, "deux cents", "200"),
    (FRENCH, "mille neuf cent quatre-vingt-quatre", "1984"),
    (ENGLISH, "nineteen ninety nine", "1999"),
]


def keys(text: str, language: Language) -> list[str]:
    return [unit.key for unit in units(text, language)]


@pytest.mark.parametrize(("language", "words", "digits"), SPELLED)
def test_a_number_in_words_says_what_its_digits_say(language: Language, words: str, digits: str) -> None:
    assert keys(words, language) == keys(digits, language) == [f"#{digits}"]


@pytest.mark.parametrize(
    ("language", "text"), [(GERMAN, "ein Haus"), (SPANISH, "una casa"), (FRENCH, "un chat"), (GERMAN, "eine")]
)
def test_an_article_counts_nothing(language: Language, text: str) -> None:
    assert not any(unit.kind == "number" for unit in units(text, language))


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_no_word_of_a_language_is_of_two_kinds(language: Language) -> None:
    shortened = {*language.abbreviations, *language.short_forms, *language.without_mark}
    assert not language.fillers & shortened
    for filler in language.fillers:
        assert language.number([filler])[0] == 0
        assert keys(filler, language) == ["~"]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        (GERMAN, "1.000 Euro", "1000 Euro"),
        (GERMAN, "Ähm, gibt's das z.B. noch?", "äh gibt es das zum Beispiel noch"),
        (GERMAN, "Die Straße ist groß.", "die Strasse ist gross"),
        (SPANISH, "El Sr. Pérez, p.ej., tiene 3,5 euros", "el señor Pérez por ejemplo tiene 3,5 euros"),
        (FRENCH, "Euh... j'suis là à 80 %", "heu je suis là à quatre-vingts pour cent"),
        (ENGLISH, "Um, I don't like the colour", "uh i do not like the color"),
    ],
)
def test_two_ways_of_writing_say_the_same(language: Language, one: str, other: str) -> None:
    assert keys(one, language) == keys(other, language)


def said(texts: Sequence[tuple[str, str]], language: Language) -> dict[tuple[str, str], Rule]:
    """Two people write as the pairs say, over and over; the conventions found."""
    answers = [
        (item, [(0, texts[item % len(texts)][0]), (1, texts[item % len(texts)][1])]) for item in range(20)
    ]
    return {
        (rule.kind, rule.about): rule
        for rule in transcript_conventions(answers, language=language).rules
        if rule.found
    }


def test_planted_german_conventions_are_found_by_name() -> None:
    pairs = [
        ("ähm ich habe zwanzig Katzen", "ich habe 20 Katzen"),
        ("äh die Straße war lang", "die Strasse war lang"),
        ("ähm das gibt's nicht", "das gibt es nicht"),
    ]
    found = said(pairs, GERMAN)
    assert set(found[("filler", "hesitations")].forms) == {"written", "left out"}
    assert set(found[("numbers", "numbers")].forms) == {"words", "digits"}
    assert set(found[("spelling", "ß or ss")].forms) == {"ß", "ss"}
    assert set(found[("short form", "short forms")].forms) == {"short", "long"}


def test_the_language_decides_what_is_a_hesitation() -> None:
    pairs = [("euh il y a vingt chats", "il y a 20 chats")]
    assert ("numbers", "numbers") in said(pairs, FRENCH)
    assert ("numbers", "numbers") not in said(pairs, ENGLISH)
    assert keys("euh", ENGLISH) == ["euh"]
