"""An agreement as the page lays it out: sentences, strips, tables of at most a dozen rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from consistency.selectors.agreement import Agreement, ClassFigure, LabelerFigure
from consistency.selectors.figures import Figure
from consistency.web.explained import Explained, Names, explained
from metadata.selectors.parts import ShownPart
from metadata.web.charts import Strip

SHOWN = 12
PAIRS = 10
FEW_ITEMS = 30


@dataclass(frozen=True)
class ClassRow:
    name: str
    color: int
    votes: int
    figure: Figure
    strip: Strip | None


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its words, its shade of 0 to 7, and where it leads."""

    text: str
    shade: str
    filter: Mapping[str, str]
    title: str = ""


@dataclass(frozen=True)
class MatrixRow:
    name: str
    color: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class LabelerRow:
    letter: str
    name: str
    figure: LabelerFigure
    strip: Strip | None


@dataclass(frozen=True)
class View:
    """Everything the figures' fragment shows."""

    headline: Figure | None
    headline_name: str
    strip: Strip | None
    sentence: str
    beside: tuple[tuple[str, Figure], ...]
    classes: tuple[ClassRow, ...]
    confusion: tuple[MatrixRow, ...]
    confusion_classes: tuple[str, ...]
    worst: tuple[str, str, Mapping[str, str]] | None
    lowest: tuple[str, Mapping[str, str]] | None
    pairs: tuple[MatrixRow, ...]
    letters: tuple[str, ...]
    labelers: tuple[LabelerRow, ...]
    labeler_count: int
    class_count: int
    left_out: tuple[tuple[str, int], ...]
    formulas: tuple[str, ...]
    withheld: tuple[str, ...]
    explained: tuple[Explained, ...]


def view_of(
    measured: Agreement,
    spec: Mapping[str, Any],
    people: Mapping[int, str],
    parts: Mapping[int, list[ShownPart]],
) -> View:
    """`people` are the labelers' names; a letter stands for each where a name does not fit.

    `parts` are those of the items that serve as examples.
    """
    colors = {c["code"]: c.get("color") or (c["code"] - 1) % 12 + 1 for c in spec.get("classes", ())}
    names = {0: _("equally good"), **{c["code"]: c["name"] for c in spec.get("classes", ())}}
    headline = _headline(measured)
    reference = headline.value if headline else None
    letters = _letters(measured.labelers)
    worst = _worst(measured, names)
    return View(
        headline=headline,
        headline_name=_headline_name(headline),
        strip=_strip(headline) if headline else None,
        sentence=_sentence(headline, measured),
        beside=tuple((_figure_name(f.name), f) for f in measured.figures if f is not headline),
        classes=tuple(_class_rows(measured.classes, colors, reference)),
        confusion=_confusion(measured, names, colors),
        confusion_classes=tuple(names.get(code, f"#{code}") for code in _busiest(measured)),
        worst=worst,
        lowest=None if worst else _lowest(measured),
        pairs=_pairs(measured, letters, people),
        letters=tuple(letters[agent] for agent in _shown_agents(measured)),
        labelers=tuple(_labeler_rows(measured.labelers, letters, people, reference)),
        labeler_count=len(measured.labelers),
        class_count=len(measured.classes),
        left_out=_left_out(measured.figures or [one.alpha for one in measured.classes]),
        formulas=tuple(dict.fromkeys(f.formula for f in _all_figures(measured) if f.formula)),
        withheld=tuple(measured.withheld.values()),
        explained=explained(measured.causes, Names(names, people, letters), parts),
    )


def _headline(measured: Agreement) -> Figure | None:
    """Alpha where one vote is one answer; on drawn answers the presence of the class that is drawn most."""
    if measured.figures and measured.figures[0].name == "alpha":
        return measured.figures[0]
    busiest = max(measured.classes, key=lambda one: one.votes, default=None)
    return busiest.alpha if busiest else measured.headline


def _headline_name(headline: Figure | None) -> str:
    if headline is not None and headline.name == "presence_alpha":
        return _("Presence alpha, commonest class")
    return _("Krippendorff’s alpha")


def _figure_name(name: str) -> str:
    return {
        "percent_agreement": _("Raw agreement"),
        "f1": _("F1 at overlap .5"),
        "matched_iou": _("Matched overlap (IoU)"),
        "one_empty": _("One drew nothing"),
    }.get(name, name)


def _sentence(headline: Figure | None, measured: Agreement) -> str:
    if headline is None or headline.value is None:
        return ""
    share = round(headline.value * 100)
    if headline.value <= 0:
        return _("People agree no more than chance would make them.")
    return _("People agree on %(share)d%% of what chance would not explain.") % {"share": share}


def _strip(figure: Figure, reference: float | None = None, *, is_open: bool = False) -> Strip | None:
    if figure.value is None:
        return None
    return Strip(figure.value, figure.low, figure.high, reference, is_open or figure.low is None)


def _class_rows(
    classes: Sequence[ClassFigure], colors: Mapping[int, int], reference: float | None
) -> Iterable[ClassRow]:
    ordered = sorted(classes, key=lambda c: (c.alpha.value is None, c.alpha.value or 0.0, c.code))
    for one in ordered[:50]:
        yield ClassRow(one.name, colors.get(one.code, 1), one.votes, one.alpha, _strip(one.alpha, reference))


def _busiest(measured: Agreement) -> list[int]:
    """The classes a table of pairs has room for: those with most votes."""
    by_votes = sorted(measured.classes, key=lambda c: (-c.votes, c.code))[:SHOWN]
    return [c.code for c in measured.classes if c in by_votes]


def _confusion(
    measured: Agreement, names: Mapping[int, str], colors: Mapping[int, int]
) -> tuple[MatrixRow, ...]:
    if not measured.confusions:
        return ()
    codes = _busiest(measured)
    cells = {frozenset((c.first, c.second)): c for c in measured.confusions}
    most = max(c.share for c in measured.confusions)
    rows = []
    for code in codes:
        row = []
        for other in codes:
            found = cells.get(frozenset((code, other)))
            if code == other:
                row.append(Cell("", "self", {}))
            elif found is None:
                row.append(Cell("·", "h0", {}))
            else:
                title = _("%(a)s and %(b)s") % {"a": names.get(code, code), "b": names.get(other, other)}
                row.append(
                    Cell(_share(found.share), f"h{round(6 * found.share / most)}", found.filter, title)
                )
        rows.append(MatrixRow(names.get(code, f"#{code}"), colors.get(code, 1), tuple(row)))
    return tuple(rows)


def _share(share: float) -> str:
    value = share * 100
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def _worst(measured: Agreement, names: Mapping[int, str]) -> tuple[str, str, Mapping[str, str]] | None:
    if not measured.confusions:
        return None
    worst = measured.confusions[0]
    return (
        names.get(worst.first, f"#{worst.first}"),
        names.get(worst.second, f"#{worst.second}"),
        worst.filter,
    )


def _lowest(measured: Agreement) -> tuple[str, Mapping[str, str]] | None:
    """Where no two classes are confused: the class people agree on least, if there is another one to compare."""
    known = [(one.alpha.value, one) for one in measured.classes if one.alpha.value is not None]
    if len(known) < 2:
        return None
    value, lowest = min(known, key=lambda entry: entry[0])
    return (lowest.name, lowest.alpha.filter) if value < 1 else None


def _letters(labelers: Sequence[LabelerFigure]) -> dict[int, str]:
    """A letter each, in the order of their numbers; after Z come AA, AB, …"""
    found = {}
    for at, agent in enumerate(sorted(one.agent for one in labelers)):
        letters, rest = "", at
        while rest >= 0:
            letters = chr(65 + rest % 26) + letters
            rest = rest // 26 - 1
        found[agent] = letters
    return found


def _shown_agents(measured: Agreement) -> list[int]:
    busiest = sorted(measured.labelers, key=lambda one: (-one.items, one.agent))[:PAIRS]
    return sorted(one.agent for one in busiest)


def _pairs(
    measured: Agreement, letters: Mapping[int, str], people: Mapping[int, str]
) -> tuple[MatrixRow, ...]:
    agents = _shown_agents(measured)
    found = {frozenset((p.first, p.second)): p for p in measured.pairs}
    rows = []
    for agent in agents:
        row = []
        for other in agents:
            pair = found.get(frozenset((agent, other)))
            if agent == other:
                row.append(Cell("", "self", {}))
            elif pair is None or pair.agreement is None:
                row.append(Cell("", "none", {}, _("no item in common")))
            else:
                value = pair.alpha if pair.alpha is not None else pair.agreement
                shade = f"p{min(7, max(0, round(value * 7)))}"
                title = _("%(a)s and %(b)s: %(n)d items in common, raw agreement %(r).2f") % {
                    "a": people.get(agent, letters[agent]),
                    "b": people.get(other, letters[other]),
                    "n": pair.items,
                    "r": pair.agreement,
                }
                row.append(Cell(f"{value:.2f}" if pair.alpha is not None else "–", shade, pair.filter, title))
        rows.append(MatrixRow(letters[agent], 0, tuple(row)))
    return tuple(rows)


def _labeler_rows(
    labelers: Sequence[LabelerFigure],
    letters: Mapping[int, str],
    people: Mapping[int, str],
    reference: float | None,
) -> Iterable[LabelerRow]:
    """Those furthest from the others first: they are the ones to look at."""
    ordered = sorted(labelers, key=lambda one: (one.corrected is None, one.corrected or 0.0, one.agent))
    for one in ordered[:SHOWN]:
        strip = None
        if one.corrected is not None:
            strip = Strip(one.corrected, None, None, reference, one.items < FEW_ITEMS)
        yield LabelerRow(letters[one.agent], people.get(one.agent, ""), one, strip)


def _all_figures(measured: Agreement) -> list[Figure]:
    return [*measured.figures, *[one.alpha for one in measured.classes]]


def _left_out(figures: Iterable[Figure]) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for figure in figures:
        for cause, count in figure.left_out.items():
            found[cause] = max(found.get(cause, 0), count)
    return tuple((cause, count) for cause, count in sorted(found.items()) if count)
