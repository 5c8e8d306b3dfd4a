"""English numbers in words: how many words of a sequence make one number, and which."""

from collections.abc import Sequence

ONES = {
    name: value
    for value, name in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    name: 20 + 10 * place
    for place, name in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    )
}
SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
ORDINALS = {
    "first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine",
    "twelfth": "twelve",
}  # fmt: skip
CENTURIES = (17, 18, 19, 20)


def number_in_words(words: Sequence[str]) -> tuple[int, str]:
    """How many of the first words (lower case, hyphens as blanks) are one number, and the number; 0 where none is.

    >>> number_in_words(["twenty", "five", "cats"]), number_in_words(["nineteen", "ninety", "nine"])
    ((2, '25'), (3, '1999'))
    >>> number_in_words(["two", "hundred", "and", "six"]), number_in_words(["twenty", "first"])
    ((4, '206'), (2, '21st'))
    >>> number_in_words(["and", "six"])
    (0, '')
    """
    total = group = used = 0
    for at, word in enumerate(words):
        ordinal = _cardinal_of(word)
        name = ordinal or word
        if (
            name in ONES
            and (group % 10 == 0 and (ONES[name] < 10 or group % 100 == 0))
            and _fits(words, at, group)
        ):
            group += ONES[name]
        elif name in TENS and group % 100 == 0 and _fits(words, at, group):
            group += TENS[name]
        elif name == "hundred" and 0 < group < 100 and at:
            group *= 100
        elif name in SCALES and group > 0 and at:
            total, group = total + group * SCALES[name], 0
        elif word == "and" and at and words[at - 1] in ("hundred", *SCALES) and _begins(words[at + 1 :]):
            continue
        elif at == 1 and group in CENTURIES and (year := _two_digits(words[1:]))[0]:
            return 1 + year[0], str(group * 100 + year[1])
        else:
            break
        used = at + 1
        if ordinal:
            return used, ordinal_of(total + group)
    return (used, str(total + group)) if used else (0, "")


def ordinal_of(number: int) -> str:
    """
    >>> [ordinal_of(n) for n in (1, 2, 3, 11, 22, 30)]
    ['1st', '2nd', '3rd', '11th', '22nd', '30th']
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _cardinal_of(word: str) -> str:
    """The cardinal of an ordinal; "" for another word."""
    if word in ORDINALS:
        return ORDINALS[word]
    stem = word.removesuffix("th")
    if stem == word:
        return ""
    if stem.endswith("ie"):
        stem = f"{stem[:-2]}y"
    return stem if stem in ONES or stem in TENS or stem == "hundred" or stem in SCALES else ""


def _fits(words: Sequence[str], at: int, group: int) -> bool:
    """Whether a number word goes on with the group before it: "two six" are two numbers, "twenty six" is one."""
    return at == 0 or group != 0 or words[at - 1] in SCALES or words[at - 1] == "and"


def _begins(words: Sequence[str]) -> bool:
    return bool(words) and (words[0] in ONES or words[0] in TENS)


def _two_digits(words: Sequence[str]) -> tuple[int, int]:
    """A number from 10 to 99 at the beginning: how many words, and it."""
    if not words:
        return 0, 0
    if words[0] in TENS:
        more = len(words) > 1 and 0 < ONES.get(words[1], 0) < 10
        return (2, TENS[words[0]] + ONES[words[1]]) if more else (1, TENS[words[0]])
    value = ONES.get(words[0], 0)
    return (1, value) if value >= 10 else (0, 0)
