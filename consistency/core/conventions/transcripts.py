"""How people write what they heard: differences word by word, grouped into rules, and whether a rule follows the person."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from consistency.core.agreement.ceiling import convention_ceiling
from consistency.core.ambiguity.thresholds import holm
from consistency.core.arrays import IntArray
from consistency.core.conventions.languages import ENGLISH, Language
from consistency.core.conventions.network import Place, network, one_word
from consistency.core.conventions.style import style
from consistency.core.conventions.units import Unit, units

FEWEST_PLACES = 5
LEVEL = 0.05
LEAST_FOLLOWED = 0.2
MOST_EXAMPLES = 3
LEFT_OUT = ""

Question = tuple[str, str]
"""A kind of difference, and where or of which word it is."""


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """One way in which writing differs. ``forms`` are named, the commonest first; ``used[g, f]`` counts how often labeler g
    wrote form f where the question arose, ``disputed[g, f]`` the same where people differed. ``instead`` is a pair of
    writings that shows the difference. ``follows`` and ``p`` are of the disputed places, ``p_corrected`` over all rules
    with enough of them; ``ceiling`` is how far two answers can agree while both forms are in use. ``found``: a convention,
    that is, the form depends on who writes."""

    kind: str
    about: str
    forms: tuple[str, ...]
    instead: tuple[str, str]
    places: int
    items: int
    labelers: tuple[int, ...]
    used: IntArray
    disputed: IntArray
    follows: float
    p: float
    p_corrected: float
    ceiling: float
    found: bool
    reason: str
    examples: tuple[tuple[int, Mapping[int, str]], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Conventions:
    """Rules, conventions first, then by how many places they concern; and what differs in substance: places where people
    heard different words, and words that some left out."""

    rules: tuple[Rule, ...]
    compared_items: int
    other_words: int
    missed_words: int


@dataclass(slots=True)
class _Gathered:
    """Every answer to one question: (place, labeler, form, writing)."""

    used: Counter[tuple[int, str]] = field(default_factory=Counter)
    disputed: list[tuple[int, int, str, str]] = field(default_factory=list)
    items: dict[int, int] = field(default_factory=dict)


def transcript_conventions(
    answers: Iterable[tuple[int, Sequence[tuple[int, str]]]], *, language: Language = ENGLISH
) -> Conventions:
    """``answers``: for each item its labelers with their texts, in canonical order; items of one text say nothing.

    >>> said = [(item, [(0, f"Um, number {item}."), (1, f"um... number {item}.")]) for item in range(20)]
    >>> found = [rule for rule in transcript_conventions(said).rules if rule.found]
    >>> [(rule.kind, rule.instead) for rule in found]
    [('case', ('Um,', 'um...')), ('punctuation', ('Um,', 'um...'))]
    """
    gathered: dict[Question, _Gathered] = {}
    compared = number = other = missed = 0
    for item, texts in answers:
        if len(texts) < 2:
            continue
        compared += 1
        places = network([(labeler, units(text, language)) for labeler, text in texts])
        everybody = [labeler for labeler, _ in texts]
        for place in places:
            number += 1
            for question, forms in _asked(place, everybody, language):
                _note(gathered.setdefault(question, _Gathered()), item, number, forms)
            other += len(place.keys()) > 1 and not _spellings(place)
            missed += len(place.units) < len(everybody) and _kind_of(place) in ("word", "number")
    rules = [
        rule for question, answers_to in gathered.items() if (rule := _rule(question, answers_to)) is not None
    ]
    return Conventions(_judged(rules), compared, other, missed)


def _note(to: _Gathered, item: int, place: int, forms: Mapping[int, tuple[str, str]]) -> None:
    for labeler, (form, _) in forms.items():
        to.used[labeler, form] += 1
    if len({form for form, _ in forms.values()}) > 1:
        to.items[place] = item
        to.disputed += [(place, labeler, form, written) for labeler, (form, written) in forms.items()]


# --- Which questions a place asks ------------------------------------------------------------------------------------


def _asked(
    place: Place, everybody: Sequence[int], language: Language
) -> Iterator[tuple[Question, dict[int, tuple[str, str]]]]:
    """Questions of writing at one place, with the form and the writing of each labeler."""
    kind = _kind_of(place)
    if kind in ("filler", "tag") and len(place.units) < len(everybody):
        about = "hesitations" if kind == "filler" else "tags"
        yield (
            ("filler", about),
            {
                who: ("written", place.units[who].written) if who in place.units else ("left out", LEFT_OUT)
                for who in everybody
            },
        )
    for alike in _groups(place):
        for question, form in _QUESTIONS:
            told: dict[int, tuple[str, str]] = {}
            abouts: Counter[str] = Counter()
            for who, unit in alike.items():
                answer = form(unit, language)
                if answer is not None:
                    abouts[answer[0]] += 1
                    told[who] = (answer[1], unit.written)
            if len(told) > 1 and (
                form is not _region_form or len({unit.key for unit in alike.values()}) == 1
            ):
                yield (question, abouts.most_common(1)[0][0]), told


def _kind_of(place: Place) -> str:
    return Counter(unit.kind for unit in place.units.values()).most_common(1)[0][0]


def _spellings(place: Place) -> bool:
    from_keys = sorted(place.keys())
    return all(one_word(from_keys[0], key) for key in from_keys[1:])


def _groups(place: Place) -> list[dict[int, Unit]]:
    """Labelers who wrote the same word, in whatever spelling: two and more of them."""
    groups: list[tuple[str, dict[int, Unit]]] = []
    for who, unit in place.units.items():
        home = next((members for key, members in groups if one_word(key, unit.key)), None)
        if home is None:
            groups.append((unit.key, {who: unit}))
        else:
            home[who] = unit
    return [members for _, members in groups if len(members) > 1]


Form = Callable[[Unit, Language], tuple[str, str] | None]
"""Where the question arises and which form the unit has; ``None`` where it does not arise."""


def _number_form(unit: Unit, language: Language) -> tuple[str, str] | None:
    if unit.kind != "number":
        return None
    if not any(one.isdigit() for one in unit.bare):
        return "numbers", "words"
    return "numbers", "digits, grouped" if language.group in unit.bare else "digits"


def _case_form(unit: Unit, _: Language) -> tuple[str, str] | None:
    letter = next((one for one in unit.bare if one.isalpha()), "")
    if unit.kind == "tag" or not letter or letter.lower() == letter.upper():
        return None
    about = "first word of a sentence" if unit.starts else "inside a sentence"
    if len(unit.bare) > 1 and unit.bare.isupper() and not any(one.isdigit() for one in unit.bare):
        return about, "capitals"
    return about, "capital" if letter.isupper() else "small"


def _mark_form(unit: Unit, _: Language) -> tuple[str, str] | None:
    about = (
        "after a hesitation" if unit.kind == "filler" else "at the end" if unit.ends else "inside the text"
    )
    mark = "".join(one for one in unit.mark if one not in QUOTES)
    return about, mark or "none"


def _quote_form(unit: Unit, _: Language) -> tuple[str, str] | None:
    around = [one for one in unit.before + unit.mark if one in QUOTES]
    return "quotation marks", around[0] if around else "none"


def _blank_form(unit: Unit, _: Language) -> tuple[str, str] | None:
    return ("blank before a mark", "apart" if unit.apart else "attached") if unit.mark else None


def _short_form(unit: Unit, language: Language) -> tuple[str, str] | None:
    if " " not in unit.key or unit.kind != "word":
        return None
    if " " in unit.bare:
        return "short forms", "long"
    return "short forms", "short, without mark" if unit.bare.casefold() in language.without_mark else "short"


def _hyphen_form(unit: Unit, _: Language) -> tuple[str, str] | None:
    if unit.kind != "word" or " " in unit.key:
        return None
    if " " in unit.bare:
        return f"“{unit.key}”", "apart"
    return f"“{unit.key}”", "hyphen" if "-" in unit.bare.strip("-") else "one word"


def _region_form(unit: Unit, language: Language) -> tuple[str, str] | None:
    if language.region is None or unit.kind != "word" or " " in unit.bare or "-" in unit.bare:
        return None
    marked, plain = language.region
    word = unit.bare.lower()
    found = any(pattern.search(word) for pattern, _ in language.respelled)
    return f"{marked} or {plain}", marked if found else plain


def _spelling_form(unit: Unit, language: Language) -> tuple[str, str] | None:
    """Letters only: what hyphens, blanks, region, short forms and numbers change is asked elsewhere."""
    if unit.kind in ("number", "tag") or " " in unit.key:
        return None
    letters = unit.bare.casefold().replace("-", "").replace(" ", "").replace(".", "")
    return f"“{unit.key.strip('~') or 'um'}”", language.plainly(letters)


QUOTES = frozenset('"“”„«»‘')
_QUESTIONS: tuple[tuple[str, Form], ...] = (
    ("numbers", _number_form),
    ("case", _case_form),
    ("punctuation", _mark_form),
    ("quotes", _quote_form),
    ("blanks", _blank_form),
    ("short form", _short_form),
    ("hyphen", _hyphen_form),
    ("spelling", _region_form),
    ("spelling", _spelling_form),
)


# --- Rules -----------------------------------------------------------------------------------------------------------


def _rule(question: Question, answers: _Gathered) -> Rule | None:
    """``None`` where nobody differed."""
    if not answers.disputed:
        return None
    tally = Counter(form for _, _, form, _ in answers.disputed)
    forms = tuple(sorted(tally, key=lambda form: (-tally[form], form)))
    place_of = {form: at for at, form in enumerate(forms)}
    labelers = tuple(sorted({labeler for _, labeler, _, _ in answers.disputed}))
    row_of = {labeler: at for at, labeler in enumerate(labelers)}
    used, disputed = (np.zeros((len(labelers), len(forms)), dtype=np.int64) for _ in range(2))
    for (labeler, form), times in answers.used.items():
        if labeler in row_of and form in place_of:
            used[row_of[labeler], place_of[form]] += times
    where, who, which = (
        np.array(column, dtype=np.int64)
        for column in zip(
            *((place, row_of[labeler], place_of[form]) for place, labeler, form, _ in answers.disputed),
            strict=True,
        )
    )
    np.add.at(disputed, (who, which), 1)
    found = style(where, who, which)
    few = len(answers.items) < FEWEST_PLACES
    reason = f"{len(answers.items)} places, {FEWEST_PLACES} needed" if few else ""
    return Rule(
        question[0],
        question[1],
        forms,
        _shown(answers, forms),
        len(answers.items),
        len(set(answers.items.values())),
        labelers,
        used,
        disputed,
        found.follows,
        found.p,
        1.0,
        convention_ceiling(used.sum(axis=0).astype(np.float64)),
        False,
        reason,
        _examples(answers),
    )


def _shown(answers: _Gathered, forms: Sequence[str]) -> tuple[str, str]:
    """The commonest pair of writings with the first two forms, those that are otherwise alike before others."""
    by_place: dict[int, list[tuple[str, str]]] = {}
    for place, _, form, written in answers.disputed:
        by_place.setdefault(place, []).append((form, written))
    pairs: Counter[tuple[str, str]] = Counter()
    for told in by_place.values():
        first = Counter(written for form, written in told if form == forms[0])
        second = Counter(written for form, written in told if form == forms[1])
        for one in first:
            for other in second:
                pairs[one, other] += 1
    if not pairs:
        return forms[0], forms[1]
    return min(pairs, key=lambda pair: (-pairs[pair], abs(len(pair[0]) - len(pair[1])), pair))


def _examples(answers: _Gathered) -> tuple[tuple[int, Mapping[int, str]], ...]:
    examples: dict[int, dict[int, str]] = {}
    for place, labeler, _, written in answers.disputed:
        if place in examples or len(examples) < MOST_EXAMPLES:
            examples.setdefault(place, {})[labeler] = written
    return tuple((answers.items[place], told) for place, told in examples.items())


def _judged(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """P-values corrected over the rules with enough places."""
    enough = [rule for rule in rules if not rule.reason]
    corrected = dict(zip(map(id, enough), holm([rule.p for rule in enough]), strict=True))
    judged = [
        replace(
            rule,
            p_corrected=corrected.get(id(rule), 1.0),
            found=corrected.get(id(rule), 1.0) < LEVEL and rule.follows >= LEAST_FOLLOWED,
        )
        for rule in rules
    ]
    return tuple(sorted(judged, key=lambda rule: (not rule.found, -rule.places, rule.kind, rule.about)))
