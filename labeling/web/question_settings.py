"""The settings of a question as fields of a form: their words, what was typed, and what the service takes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as _

from labeling.label_types.registry import LABEL_TYPES
from labeling.label_types.settings import Setting


@dataclass(frozen=True)
class Words:
    """A setting's name for people and what it does; `options` in the order of the setting's own."""

    label: str
    hint: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class SettingField:
    """One setting as it stands in the form."""

    name: str
    kind: str
    words: Words
    value: str
    options: tuple[tuple[str, str], ...]
    error: str = ""

    @property
    def is_on(self) -> bool:
        return self.value == "on"

    @property
    def is_lines(self) -> bool:
        """Asked for in a field of several lines."""
        return self.kind in ("conventions", "fields", "points", "chains", "relations")


@dataclass(frozen=True)
class TypeSettings:
    """What one label type asks for beside its classes."""

    label_type: str
    fields: tuple[SettingField, ...]
    is_chosen: bool


def type_words() -> dict[str, tuple[str, str]]:
    """What each label type is called, and what it is for."""
    return {
        "choice": (_("One class"), _("pictures, texts, records")),
        "choices": (_("Several classes"), _("all that apply, or none")),
        "rating": (_("A rating"), _("named levels, lowest first")),
        "pairwise": (_("A preference"), _("which of two parts is better, or the order of several")),
        "box": (_("Boxes"), _("rectangles on pictures, each with a class")),
        "polygon": (_("Outlines"), _("polygons on pictures, each with a class")),
        "keypoint": (_("Points"), _("named points on pictures, joined to figures, each with a class")),
        "transcript": (_("A transcript"), _("what is said in a sound or written in a picture")),
        "record": (_("A form"), _("fields to fill in: text, numbers, options, dates, yes or no")),
        "segment": (_("Stretches of a sound"), _("who speaks when, noises, songs, each with a class")),
        "span": (_("Spans of text"), _("names, places, faults, each with a class")),
        "relation": (_("Relations"), _("spans of text, and links that say what one has to do with another")),
    }


def _setting_words() -> dict[str, Words]:
    """By the setting's name, or by type and name where a type means something of its own."""
    return {
        "min": Words(_("At least"), _("so many must be drawn")),
        "max": Words(_("At most"), _("no more than so many")),
        "choices.min": Words(_("At least"), _("so many classes; with 0, “none of these” is an answer")),
        "choices.max": Words(_("At most"), _("empty: as many as there are classes")),
        "measure": Words(
            _("Answers are compared by"),
            _("MASI forgives a set that lies within the other"),
            (_("shared classes (Jaccard)"), _("MASI")),
        ),
        "scale": Words(
            _("The steps between levels"),
            _("decides how agreement is computed"),
            (_("are in order, not equally far (ordinal)"), _("are equally far (interval)")),
        ),
        "match_iou": Words(
            _("Taken for the same from an overlap of"), _("0.05 to 0.95, when people are compared")
        ),
        "overlapping": Words(_("Spans may overlap"), _("one inside another, or partly")),
        "whole_words": Words(
            _("Select whole words"), _("what is selected grows to the ends of its words; Ctrl goes finer")
        ),
        "segment.overlapping": Words(_("Segments may overlap"), _("as when people talk at once")),
        "text": Words(
            _("Each segment has a text"), _("what is said in it; it counts when people are compared")
        ),
        "pairwise.parts": Words(
            _("Parts compared"),
            _("their names, as in “left, right”, in the order of the classes; empty: all that the item has"),
        ),
        "ties": Words(_("Two may be equally good"), _("“equally good” is an answer")),
        "strength": Words(
            _("Levels of preference"), _("1: nobody is asked how much; only where two are compared")
        ),
        "shuffle": Words(
            _("Each person sees them in an order of their own"), _("and as A, B, …: the names stay hidden")
        ),
        "unit": Words(
            _("Compared by"), _("characters where words are not set apart"), (_("words"), _("characters"))
        ),
        "ignore_case": Words(_("Large and small letters are the same"), _("when transcripts are compared")),
        "ignore_punctuation": Words(_("Punctuation does not count"), _("when transcripts are compared")),
        "transcript.min": Words(_("Characters at least"), _("with 0, “nothing is said” is an answer")),
        "transcript.max": Words(_("Characters at most"), ""),
        "conventions": Words(
            _("Conventions"),
            _(
                "a line each: write this | not this; nor this | because. The editor warns while somebody types."
            ),
        ),
        "points": Words(
            _("Points"),
            _("a line each, in the order they are set; after a | its other side: left eye | right eye"),
        ),
        "lines": Words(_("Lines"), _("points that are joined, a line each: left eye | nose | right eye")),
        "tolerance": Words(
            _("Points this far apart are still alike"),
            _("share of the figure’s size, 0.001 to 1; when people are compared"),
        ),
        "least_tolerance": Words(
            _("But never less than, px"), _("for small figures and single points; when people are compared")
        ),
        "fields": Words(
            _("Fields"),
            _(
                "a line each: name | text, number, choice, date or yes or no | what it takes | optional. A choice"
                " takes its options (invoice; receipt), a number or date its range (0 to 100), a text its length;"
                " “whole” asks for a whole number. Empty: one line of text."
            ),
        ),
        "relations": Words(
            _("Relations"),
            _(
                "a line each: works for | from person | to company; club. Classes left out: any. “both ways” for one"
                " that points nowhere. Empty: one relation, “related”."
            ),
        ),
        "cycles": Words(
            _("Links may close circles"),
            _(
                "off: nothing leads back to where it began by links of one relation, as among parts and wholes"
            ),
        ),
        "max_links": Words(_("Links at most"), _("no more than so many in one text")),
        "min_area": Words(_("Smallest area, px²"), _("smaller outlines are refused")),
        "max_area": Words(_("Largest area, px²"), _("larger outlines are refused; empty: any")),
        "min_size": Words(_("Shortest side, px"), _("smaller boxes are refused")),
        "rotation": Words(
            _("Boxes may be turned"), _("a handle above the box turns it; , and . turn it by a degree")
        ),
        "max_size": Words(_("Longest side, px"), _("larger boxes are refused; empty: any")),
    }


def settings_of(label_type: str) -> Sequence[Setting]:
    """The type's settings; none for a type nobody knows, which the service refuses."""
    return next((one.settings for one in LABEL_TYPES if one.name == label_type), ())


def types_with_classes() -> list[str]:
    return [one.name for one in LABEL_TYPES if has_classes(one.name)]


def has_classes(label_type: str) -> bool:
    return any(one.kind == "classes" for one in settings_of(label_type))


def fields_of(
    label_type: str, settings: Mapping[str, Any], errors: Mapping[str, str]
) -> tuple[SettingField, ...]:
    words = _setting_words()
    fields = []
    for one in settings_of(label_type):
        if one.kind == "classes":
            continue
        said = words.get(f"{label_type}.{one.name}") or words.get(one.name) or Words(one.name)
        value = _SHOW[one.kind](settings.get(one.name, one.default))
        options = tuple(zip(one.options, said.options or one.options, strict=True))
        fields.append(SettingField(one.name, one.kind, said, value, options, errors.get(one.name, "")))
    return tuple(fields)


def typed_settings(posted: QueryDict, label_type: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they were sent; those of a form that did not show them stay as they were."""
    if f"{label_type}-settings" not in posted:
        return dict(before)
    found = {}
    for one in settings_of(label_type):
        if one.kind == "classes":
            continue
        value = _READ[one.kind](posted.get(f"{label_type}-{one.name}", "").strip())
        if value is not None:
            found[one.name] = value
    return found


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _whole(typed: str) -> int | str | None:
    """Nothing for an empty field; what is no number goes on as it is, to be refused at its place."""
    return int(typed) if typed.isdecimal() and len(typed) <= 12 else typed or None


def _number(typed: str) -> float | str | None:
    try:
        return float(typed.replace(",", "."))
    except ValueError:
        return typed or None


def _as_lines(value: Any) -> str:
    """`Um, | Um...; Uhm | Filled pauses end in a comma.`, a line a convention; refused text as it was typed."""
    if not isinstance(value, list):
        return _shown(value)
    lines = []
    for one in value:
        parts = [one["write"], "; ".join(one["not"]), one.get("because", "")]
        lines.append(" | ".join(parts if parts[2] else parts[:2]))
    return "\n".join(lines)


def _conventions(typed: str) -> list[dict[str, Any]] | None:
    found: list[dict[str, Any]] = []
    for line in filter(str.strip, typed.splitlines()):
        write, avoid, because, *_rest = [*(part.strip() for part in line.split("|", 2)), "", ""]
        forms = [form.strip() for form in avoid.split(";") if form.strip()]
        found.append({"write": write, "not": forms, **({"because": because} if because else {})})
    return found or None


def _fields_as_lines(value: Any) -> str:
    """`amount | number | 0 to 100 | optional`, a line a field; refused text as it was typed."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return _shown(value)
    return "\n".join(" | ".join(filter(None, _field_cells(one))) for one in value)


def _field_cells(field: Mapping[str, Any]) -> Iterator[str]:
    yield str(field.get("label") or field.get("name", ""))
    yield _KINDS.get(str(field.get("kind")), str(field.get("kind", "")))
    yield "; ".join(map(str, field.get("options", ())))
    least, most = field.get("min"), field.get("max")
    if least is not None or most is not None:
        yield f"{_shown(least)} to {_shown(most)}".strip()
    yield _shown(field.get("max_length"))
    yield "whole" if field.get("whole") else ""
    yield "optional" if field.get("required") is False else ""


def _fields(typed: str) -> list[dict[str, Any]] | None:
    """What the lines say; what they do not say rightly goes on as it is, to be refused at its place."""
    return [_field(line) for line in typed.splitlines() if line.strip()] or None


def _field(line: str) -> dict[str, Any]:
    label, kind, *rest = [*(cell.strip() for cell in line.split("|")), ""]
    name = slugify(label).replace("-", "_")
    kind = next((code for code, words in _KINDS.items() if words == kind.casefold()), kind or "text")
    field: dict[str, Any] = {"name": name, "kind": kind, **({"label": label} if label != name else {})}
    for cell in filter(None, rest):
        if cell.casefold() == "optional":
            field["required"] = False
        elif cell.casefold() == "whole":
            field["whole"] = True
        elif kind == "choice":
            field["options"] = [option.strip() for option in cell.split(";") if option.strip()]
        elif kind == "text":
            field["max_length"] = _whole(cell)
        else:
            field.update(_range(cell, kind))
    return field


def _range(cell: str, kind: str) -> dict[str, Any]:
    least, _to, most = (part.strip() for part in cell.partition("to"))
    bounds = {"min": least, "max": most}
    return {name: bound if kind == "date" else _number(bound) for name, bound in bounds.items() if bound}


def _names(typed: str) -> list[str] | None:
    return [name for name in typed.replace(",", " ").split() if name] or None


def _as_names(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else _shown(value)


def _as_points(value: Any) -> str:
    """`left eye | right eye`, a line a point; refused text as it was typed."""
    if not isinstance(value, list):
        return _shown(value)
    return "\n".join(" | ".join(filter(None, (one["name"], one.get("other_side", "")))) for one in value)


def _points(typed: str) -> list[dict[str, Any]] | None:
    found = []
    for line in filter(str.strip, typed.splitlines()):
        name, _bar, other = line.partition("|")
        found.append({"name": name.strip(), **({"other_side": other.strip()} if other.strip() else {})})
    return found or None


def _as_chains(value: Any) -> str:
    return "\n".join(" | ".join(chain) for chain in value) if isinstance(value, list) else _shown(value)


def _chains(typed: str) -> list[list[str]] | None:
    return [
        [name.strip() for name in line.split("|")] for line in filter(str.strip, typed.splitlines())
    ] or None


def _as_relations(value: Any) -> str:
    """`works for | from person | to company`, a line a relation; refused text as it was typed."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return _shown(value)
    return "\n".join(" | ".join(filter(None, _relation_cells(one))) for one in value)


def _relation_cells(relation: Mapping[str, Any]) -> Iterator[str]:
    yield str(relation.get("name", ""))
    for side in ("from", "to"):
        classes = "; ".join(map(str, relation.get(side, ())))
        yield f"{side} {classes}" if classes else ""
    yield "both ways" if relation.get("symmetric") else ""


def _relations(typed: str) -> list[dict[str, Any]] | None:
    return [_relation(line) for line in filter(str.strip, typed.splitlines())] or None


def _relation(line: str) -> dict[str, Any]:
    """Classes by name, or by number; what is none of it is refused as a class."""
    name, *cells = (cell.strip() for cell in line.split("|"))
    relation: dict[str, Any] = {"name": name}
    for cell in filter(None, cells):
        side, _blank, classes = cell.partition(" ")
        if cell.casefold() == "both ways":
            relation["symmetric"] = True
        elif side.casefold() in ("from", "to"):
            named = filter(None, (one.strip() for one in classes.split(";")))
            relation[side.casefold()] = [
                int(one) if one.isdecimal() and len(one) < 6 else one for one in named
            ]
        else:
            relation["from"] = [*relation.get("from", ()), cell]
    return relation


_KINDS = {
    "text": "text",
    "number": "number",
    "choice": "choice",
    "date": "date",
    "yes_no": "yes or no",
}
_SHOW: dict[str, Callable[[Any], str]] = {
    "flag": lambda value: "on" if value is True else "",
    "whole": _shown,
    "number": _shown,
    "option": _shown,
    "conventions": _as_lines,
    "names": _as_names,
    "points": _as_points,
    "chains": _as_chains,
    "fields": _fields_as_lines,
    "relations": _as_relations,
}
_READ: dict[str, Callable[[str], Any]] = {
    "flag": lambda typed: typed == "on",
    "whole": _whole,
    "number": _number,
    "option": lambda typed: typed or None,
    "conventions": _conventions,
    "names": _names,
    "points": _points,
    "chains": _chains,
    "fields": _fields,
    "relations": _relations,
}
