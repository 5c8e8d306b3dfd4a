"""Acceptance by sampling: the plan that a wanted quality gives, its operating curve, and a sample held against experts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from consistency.core.acceptance.iso2859 import LEVELS, QUALITIES, code_letter, iso_plan
from consistency.core.acceptance.plan import Demand, NoPlan, Plan, chance, operating_curve, smallest_plan
from labeling.label_types.base import AnyLabelType
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.selectors.deliveries import checked_tasks
from labeling.selectors.votes import facts_of, question_of
from metadata.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from labeling.models import Delivery

TABLE: Final = "table"
CHANCES: Final = "chances"
METHODS: Final = (TABLE, CHANCES)
LARGEST_GOOD: Final = 10.0
SAME: Final = 1e-9
POINTS: Final = 121
MOST_STEPS: Final = 5


@dataclass(frozen=True)
class Wanted:
    """What a manager wants of a batch, in percent.

    By the table of ISO 2859-1: an acceptable `quality` and an inspection `level`. By chances: a batch with `good` percent
    wrong is accepted with a chance of `good_accepted`, one with `bad` percent with `bad_accepted` at most. An answer is
    wrong if it is further from the expert's than `tolerance` (0 the same, 1 unrelated).
    """

    method: str = TABLE
    quality: float = 2.5
    level: str = "II"
    good: float = 1.0
    good_accepted: float = 95.0
    bad: float = 10.0
    bad_accepted: float = 10.0
    tolerance: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Curve:
    """The chance of acceptance by the share of wrong items: `points` in order, and where the wanted ones stand.

    The axis is so many round `steps` long.
    """

    plan: Plan
    points: tuple[tuple[float, float], ...]
    widest: float
    steps: int
    marks: tuple[tuple[float, float], ...]
    letter: str


@dataclass(frozen=True)
class JudgedTask:
    """A task of the sample: None while no expert has answered it; `differences` in words that name no answer.

    One that `is_gone` was archived before: nobody will answer it.
    """

    task_id: int
    item_id: int
    is_wrong: bool | None
    differences: list[dict[str, str]]
    is_gone: bool = False


def plan_of(size: int, wanted: Wanted) -> Plan:
    """The plan for a batch of so many tasks; what cannot be is named by field."""
    if wrong := _wrong(wanted):
        raise InvalidInput(fields=wrong)
    if size < 2:
        return Plan(size, 0)
    if wanted.method == TABLE:
        return iso_plan(size, wanted.quality, wanted.level)
    good = Demand(wanted.good / 100, wanted.good_accepted / 100)
    bad = Demand(wanted.bad / 100, wanted.bad_accepted / 100)
    try:
        return smallest_plan(good, bad, size)
    except NoPlan:
        raise InvalidInput(
            fields={
                "bad": "no sample of this batch tells the two apart: widen the distance, or check everything"
            }
        ) from None


def _wrong(wanted: Wanted) -> dict[str, str]:
    fields: dict[str, str] = {}
    if not 0 <= wanted.tolerance < 1:
        fields["tolerance"] = "from 0 to below 1"
    if wanted.method == TABLE:
        if wanted.quality not in QUALITIES:
            fields["quality"] = f"must be one of {', '.join(f'{one:g}' for one in QUALITIES)}"
        if wanted.level not in LEVELS:
            fields["level"] = f"must be one of {', '.join(LEVELS)}"
    elif wanted.method == CHANCES:
        if not 0 <= wanted.good <= LARGEST_GOOD:
            fields["good"] = f"from 0 to {LARGEST_GOOD:g}"
        if not wanted.good * 1.5 + 1 <= wanted.bad <= 60:
            fields["bad"] = (
                "must be at least one and a half times the good share and one more, and at most 60"
            )
        if not 50 <= wanted.good_accepted <= 99.9:
            fields["good_accepted"] = "from 50 to 99.9"
        if not 0.1 <= wanted.bad_accepted <= 50 or wanted.bad_accepted >= wanted.good_accepted:
            fields["bad_accepted"] = "from 0.1 to 50, and below the chance of a good batch"
    else:
        fields["method"] = f"must be {TABLE} or {CHANCES}"
    return fields


def curve_of(size: int, wanted: Wanted, plan: Plan) -> Curve:
    """The operating curve: binomial for the table, whose plans do not know the batch, else exact for its size."""
    batch = None if wanted.method == TABLE else size
    marks = [(wanted.good, 0.0), (wanted.bad, 0.0)] if wanted.method == CHANCES else [(wanted.quality, 0.0)]
    widest = 1.0
    while widest < 100 and chance(plan, widest / 100, batch) > 0.02:
        widest = min(100.0, widest + 1)
    widest, steps = rounded_axis(min(100.0, max([widest, *(share * 1.2 for share, _ in marks)])))
    shares = [widest * at / (POINTS - 1) for at in range(POINTS)]
    heights = operating_curve(plan, [share / 100 for share in shares], batch)
    return Curve(
        plan,
        tuple(zip(shares, heights, strict=True)),
        widest,
        steps,
        tuple((share, chance(plan, share / 100, batch)) for share, _ in marks),
        code_letter(size, wanted.level) if wanted.method == TABLE and size > 1 else "",
    )


def rounded_axis(widest: float) -> tuple[float, int]:
    """The next round end of an axis from nought, and of how many steps of 1, 2 or 5 by a power of ten it is.

    >>> rounded_axis(18.3), rounded_axis(7.0), rounded_axis(100.0), rounded_axis(1.0)
    ((20.0, 4), (8.0, 4), (100.0, 5), (1.0, 5))
    """
    scale = 10.0 ** math.floor(math.log10(widest))
    step = next(one for one in (0.2, 0.5, 1, 2, 5) if widest <= MOST_STEPS * one * scale + SAME) * scale
    steps = math.ceil(widest / step - SAME)
    return round(step * steps, 6), steps


def judged_tasks(delivery: Delivery) -> list[JudgedTask]:
    """The sample, each answer of the vendor's people held against the expert's."""
    tolerance = float(delivery.plan.get("tolerance", 0.0))
    found = checked_tasks(delivery.pk)
    facts = facts_of(sorted({one.item_id for one in found}))
    asked: dict[int, tuple[str, AnyLabelType, Any]] = {}
    judged = []
    for one in found:
        if one.expert is None:
            judged.append(JudgedTask(one.task_id, one.item_id, None, [], one.is_gone))
            continue
        words: dict[tuple[str, str], None] = {}
        for question in sorted({*one.expert, *(q for answers in one.vendor for q in answers)}):
            if question not in asked:
                about = question_of(question)
                kind = label_type(about.label_type)
                asked[question] = (about.prompt, kind, kind.check_spec(about.spec))
            prompt, kind, spec = asked[question]
            for answers in one.vendor:
                for way in _ways(kind, spec, answers, one.expert, question, facts[one.item_id], tolerance):
                    words[prompt, way] = None
        differences = [{"prompt": prompt, "kind": way} for prompt, way in words]
        judged.append(JudgedTask(one.task_id, one.item_id, bool(differences), differences))
    return judged


def _ways(
    kind: AnyLabelType,
    spec: Any,
    given: Mapping[int, Any],
    expert: Mapping[int, Any],
    question: int,
    facts: Mapping[str, Any],
    tolerance: float,
) -> list[str]:
    """In which ways an answer differs from the expert's by more than is tolerated."""
    if question not in given or question not in expert:
        return [] if question not in given and question not in expert else ["missed"]
    try:
        a = kind.parse(given[question], spec, facts)
        b = kind.parse(expert[question], spec, facts)
    except InvalidValue:
        return ["outdated"]
    if kind.distance(a, b, spec) <= tolerance + SAME:
        return []
    return list(dict.fromkeys(str(one.kind) for one in kind.differences(a, b, spec))) or ["other"]
