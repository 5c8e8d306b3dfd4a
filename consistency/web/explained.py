"""What explains a disagreement, as the agreement page says it: a claim, the evidence, everybody's place, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consistency.selectors.causes import Causes, FieldCause, LeaningCause, LineFigure, SplitCause
from metadata.selectors.parts import ShownPart
from metadata.web.charts import Strip

T = TypeVar("T")

SHOWN = 4
PEOPLE = 8


@dataclass(frozen=True)
class PersonRow:
    """Where one labeler stands."""

    letter: str
    name: str
    words: str
    strip: Strip | None


@dataclass(frozen=True)
class Example:
    """An item to look at, with its picture if it has one."""

    item_id: int
    picture: ShownPart | None


@dataclass(frozen=True)
class Explained:
    """One cause. `scale` are the words at the two ends of the strips."""

    claim: str
    evidence: str
    scale: tuple[str, str]
    people: tuple[PersonRow, ...]
    more_people: int
    advice: str
    filter: Mapping[str, str]
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Names:
    """The words for numbers: classes by code, people and their letters by agent."""

    classes: Mapping[int, str]
    people: Mapping[int, str]
    letters: Mapping[int, str]

    def of_class(self, code: int) -> str:
        return self.classes.get(code, f"#{code}")

    def of_facet(self, facet: str) -> str:
        """A class by its code, or a field of a form by its name."""
        return self.of_class(int(facet)) if facet.isdecimal() else facet.replace("_", " ")

    def row(self, agent: int, words: str, strip: Strip | None) -> PersonRow:
        return PersonRow(self.letters.get(agent, "?"), self.people.get(agent, ""), words, strip)


def explained(causes: Causes, names: Names, parts: Mapping[int, list[ShownPart]]) -> tuple[Explained, ...]:
    """The causes that explain most, each kind's best before any second; `parts` are those of the examples."""
    kinds: list[list[Explained]] = [
        [_by_field(one, names) for one in causes.thresholds],
        [_by_leaning(one, names) for one in causes.leanings],
        [_by_split(one, names, parts) for one in causes.splits],
    ]
    ranked = [(rank, kind, one) for kind, found in enumerate(kinds) for rank, one in enumerate(found)]
    return tuple(one for _rank, _kind, one in sorted(ranked, key=lambda entry: entry[:2]))[:SHOWN]


def _by_field(cause: FieldCause, names: Names) -> Explained:
    said = {"field": cause.field, "a": names.of_class(cause.below), "b": names.of_class(cause.above)}
    if cause.facet:
        said["a"] = said["b"] = names.of_facet(cause.facet)
        claim = (
            _("Whether people see “%(a)s” depends on %(field)s, and each draws the line elsewhere.") % said
        )
    else:
        claim = _("“%(a)s” turns into “%(b)s” as %(field)s grows, and each draws the line elsewhere.") % said
    span = cause.most - cause.least
    counted = {"share": round(100 * cause.explained), "n": cause.disagreements}
    evidence = _("These lines explain %(share)d%% of the %(n)d pairs of answers that disagree.") % counted
    is_downward = bool(cause.facet) and cause.above == 0
    advice = (
        _("Say in the guideline up to which %(field)s it counts.")
        if is_downward
        else _("Say in the guideline from which %(field)s on it counts.")
    ) % said
    if cause.middle is not None:
        advice += " " + _("The middle of these lines is %(n)s.") % {"n": _number(cause.middle, span)}
    return Explained(
        claim,
        evidence,
        (f"{cause.field} {_number(cause.least, span)}", _number(cause.most, span)),
        tuple(
            names.row(one.agent, _line_words(one, span, is_downward), _line_strip(one, cause))
            for one in cause.lines[:PEOPLE]
        ),
        max(0, len(cause.lines) - PEOPLE),
        advice,
        cause.filter,
    )


def _line_words(one: LineFigure, span: float, is_downward: bool) -> str:
    if one.line is None:
        return _("no line in sight")
    return (_("up to %s") if is_downward else _("from %s")) % _number(one.line, span)


def _line_strip(one: LineFigure, cause: FieldCause) -> Strip | None:
    if one.line is None or cause.most <= cause.least:
        return None

    def at(value: float) -> float:
        return (value - cause.least) / (cause.most - cause.least)

    low, high = (at(end) if end is not None else None for end in (one.low, one.high))
    return Strip(at(one.line), low, high)


def _by_leaning(cause: LeaningCause, names: Names) -> Explained:
    said = {"a": names.of_class(cause.first), "b": names.of_class(cause.second)}
    evidence = ngettext(
        "One item got both. No number that items carry tells the two apart.",
        "%(n)d items got both. No number that items carry tells the two apart.",
        cause.items,
    )
    rows = [
        names.row(
            one.agent,
            _("%(share)d%% %(b)s, of %(n)d") % {**said, "share": round(100 * one.share), "n": one.votes},
            Strip(one.share),
        )
        for one in _ends(cause.labelers)
    ]
    return Explained(
        _("On the same items some say “%(a)s” and others “%(b)s”, each mostly the same one.") % said,
        evidence % {"n": cause.items},
        (said["a"], said["b"]),
        tuple(rows),
        len(cause.labelers) - len(rows),
        _("Say in the guideline which of the two goes first, with one of these items as the example."),
        cause.filter,
    )


def _by_split(cause: SplitCause, names: Names, parts: Mapping[int, list[ShownPart]]) -> Explained:
    name = names.of_class(cause.code)
    ordered = sorted(
        cause.labelers, key=lambda one: (one.as_many / max(1, one.as_one + one.as_many), one.agent)
    )
    rows = []
    for one in _ends(ordered):
        total = one.as_one + one.as_many
        often = {"one": one.as_one, "many": one.as_many, "n": total}
        if one.as_many > one.as_one:
            words = _("several, %(many)d of %(n)d times") % often
        else:
            words = _("one, %(one)d of %(n)d times") % often
        rows.append(names.row(one.agent, words, Strip(one.as_many / total)))
    counted = {"pairs": cause.pairs, "n": cause.items}
    return Explained(
        _("Some draw one “%(a)s” where others draw several.") % {"a": name},
        ngettext(
            "In %(pairs)d pairs of answers, on one item.",
            "In %(pairs)d pairs of answers, on %(n)d items.",
            cause.items,
        )
        % counted,
        (_("always one"), _("always several")),
        tuple(rows),
        len(cause.labelers) - len(rows),
        _("Say in the guideline when those that lie together are one."),
        {},
        tuple(_example(item, parts.get(item, [])) for item in cause.examples),
    )


def _ends(ordered: Sequence[T]) -> Sequence[T]:
    """The labelers furthest from each other where there are too many to show."""
    return ordered if len(ordered) <= PEOPLE else [*ordered[: PEOPLE // 2], *ordered[-PEOPLE // 2 :]]


def _example(item_id: int, parts: Iterable[ShownPart]) -> Example:
    return Example(item_id, next((part for part in parts if part.kind == "image"), None))


def _number(value: float, span: float) -> str:
    """To about a hundredth of what the field spans in the items."""
    decimals = 2 - floor(log10(span)) if span > 0 else 2
    return f"{value:.{min(6, max(0, decimals))}f}"
