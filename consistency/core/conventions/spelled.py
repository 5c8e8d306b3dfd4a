"""Numbers spelled out, for languages whose words for them are put together by a short rule.

Ordinals are not among them, nor is "one" where it is also the article (ein, un, une): most of these count nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

HIGHEST = 9_999


def _listed(text: str) -> list[str]:
    return text.split()


_GERMAN = _listed(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn"
)
_GERMAN_TENS = _listed("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_SPANISH = _listed(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_SPANISH_TENS = _listed("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_SPANISH_HUNDREDS = _listed(
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
_FRENCH = _listed(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
)
_FRENCH_TENS = _listed("vingt trente quarante cinquante soixante")
ARTICLES = frozenset({"ein", "un"})


def german(number: int) -> str:
    """
    >>> german(25), german(206), german(1999), german(3001)
    ('fünfundzwanzig', 'zweihundertsechs', 'eintausendneunhundertneunundneunzig', 'dreitausendeins')
    """
    if number < 20:
        return _GERMAN[number]
    if number < 100:
        tens, ones = _GERMAN_TENS[number // 10 - 2], number % 10
        return f"{_before(ones)}und{tens}" if ones else tens
    size, name = (1000, "tausend") if number >= 1000 else (100, "hundert")
    rest = german(number % size) if number % size else ""
    return f"{_before(number // size)}{name}{rest}"


def _before(number: int) -> str:
    return "ein" if number == 1 else german(number)


def spanish(number: int) -> str:
    """
    >>> spanish(31), spanish(206), spanish(1999)
    ('treinta y uno', 'doscientos seis', 'mil novecientos noventa y nueve')
    """
    if number < 30:
        return _SPANISH[number]
    if number < 100:
        tens, ones = _SPANISH_TENS[number // 10 - 3], number % 10
        return f"{tens} y {_SPANISH[ones]}" if ones else tens
    if number == 100:
        return "cien"
    if number < 1000:
        return f"{_SPANISH_HUNDREDS[number // 100 - 1]} {_rest(spanish, number % 100)}".rstrip()
    thousands = number // 1000
    head = "mil" if thousands == 1 else f"{spanish(thousands)} mil"
    return f"{head} {_rest(spanish, number % 1000)}".rstrip()


def french(number: int) -> str:
    """Blanks for hyphens.

    >>> french(21), french(71), french(99), french(280), french(1999)
    ('vingt et un', 'soixante et onze', 'quatre vingt dix neuf', 'deux cent quatre vingt', 'mille neuf cent quatre vingt dix neuf')
    """
    if number < 17:
        return _FRENCH[number]
    if number < 20:
        return f"dix {_FRENCH[number - 10]}"
    if number < 100:
        tens = 4 if 70 <= number < 80 else 6 if number >= 80 else number // 10 - 2
        base = 60 if 70 <= number < 80 else 80 if number >= 80 else number // 10 * 10
        head = "quatre vingt" if base == 80 else _FRENCH_TENS[tens]
        left = number - base
        joint = "et " if left in (1, 11) and base < 80 else ""
        return f"{head} {joint}{_rest(french, left)}".rstrip()
    size, name = (1000, "mille") if number >= 1000 else (100, "cent")
    head = name if number // size == 1 else f"{french(number // size)} {name}"
    return f"{head} {_rest(french, number % size)}".rstrip()


def _rest(spell: Callable[[int], str], number: int) -> str:
    return spell(number) if number else ""


def reader(spell: Callable[[int], str]) -> Callable[[Sequence[str]], tuple[int, str]]:
    """How many of the first words (lower case, hyphens as blanks) are one number up to 9,999, and the number.

    >>> reader(french)(["soixante", "et", "onze", "chats"]), reader(spanish)(["y", "seis"])
    ((3, '71'), (0, ''))
    """

    def number_in_words(words: Sequence[str]) -> tuple[int, str]:
        known = _spelled(spell)
        for used in range(min(len(words), _longest(spell)), 0, -1):
            value = known.get(" ".join(_singular(word) for word in words[:used]))
            if value is not None:
                return used, str(value)
        return 0, ""

    return number_in_words


@lru_cache(maxsize=8)
def _spelled(spell: Callable[[int], str]) -> Mapping[str, int]:
    """Every number by its words; also the usual other ways to write them."""
    known: dict[str, int] = {}
    for number in range(HIGHEST, -1, -1):
        words = spell(number)
        known[words] = number
        known[words.replace("ß", "ss")] = number
    if spell is german:
        known |= {
            f"{german(n // 100)}hundert{german(n % 100) if n % 100 else ''}": n for n in range(1100, 2000)
        }
        known |= {
            words.removeprefix("ein"): n
            for words, n in list(known.items())
            if words.startswith("ein") and n >= 100
        }
    return {words: number for words, number in known.items() if words not in ARTICLES}


@lru_cache(maxsize=8)
def _longest(spell: Callable[[int], str]) -> int:
    return max(words.count(" ") + 1 for words in _spelled(spell))


def _singular(word: str) -> str:
    """Of French, "deux cents" and "quatre-vingts" count as they do without the s."""
    return word[:-1] if word in ("cents", "vingts") else word
