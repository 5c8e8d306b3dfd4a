"""Gold: answers that are known. Given by somebody who decides, or taken over from what reviewers settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from labeling.interchange.gold_csv import GoldLine, gold_lines
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.models import GoldAnswer, Question
from labeling.selectors import votes
from labeling.selectors.resolutions import RULING, resolutions_of
from metadata.kernel.canonical import canonical_json
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors.items import ids_in_dataset, ids_of_keys
from metadata.services import audit

MOST_AT_ONCE: Final = 10_000
MOST_COMPLAINTS: Final = 50


@dataclass
class GoldSet:
    """What became of a list of known answers: new or changed ones, those known before, and lines that were refused."""

    known: int = 0
    unchanged: int = 0
    refused: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def set_gold(
    question_id: int,
    answers: Sequence[tuple[int, Any]],
    *,
    origin: str = GoldAnswer.Origin.GIVEN,
    by: int | None,
) -> GoldSet:
    """Makes these the known answers of items of the question's dataset; one that differs ends the one before.

    All of them are read first: one that cannot be an answer refuses the list, each by its place in it.
    """
    if len(answers) > MOST_AT_ONCE:
        raise InvalidInput(fields={"answers": f"at most {MOST_AT_ONCE} at once"})
    question = votes.question_of(question_id)
    Question.objects.select_for_update(no_key=True).get(pk=question_id)
    items = [item_id for item_id, _ in answers]
    read, refused = _read(question, answers)
    refused |= {item_id: "is there twice" for item_id, times in Counter(items).items() if times > 1}
    if refused:
        first = sorted(refused.items())[:MOST_COMPLAINTS]
        raise InvalidInput(fields={f"item {item_id}": reason for item_id, reason in first})
    return _written(question, read, origin, by)


@transaction.atomic
def bring_gold(question_id: int, file: Iterable[bytes], *, by: int | None) -> GoldSet:
    """Known answers from a CSV of item keys and answers: the good lines go in, the others are listed."""
    question = votes.question_of(question_id)
    Question.objects.select_for_update(no_key=True).get(pk=question_id)
    codes = {name.casefold(): code for code, name in question.class_names.items()}
    lines: list[GoldLine] = []
    done = GoldSet()
    for line in gold_lines(file, codes=codes):
        if isinstance(line, GoldLine):
            lines.append(line)
        else:
            done.refused[f"line {line.line}"] = line.reason
        if len(lines) > MOST_AT_ONCE:
            raise InvalidInput(fields={"file": f"at most {MOST_AT_ONCE} lines at once"})
    ids = ids_of_keys(question.dataset_id, [line.item for line in lines])
    for line in lines:
        if line.item not in ids:
            done.refused[f"line {line.line}"] = f"there is no item {line.item[:60]!r} in the dataset"
    given = {ids[line.item]: line for line in lines if line.item in ids}  # the last line about an item counts
    read, refused = _read(question, [(item_id, line.value) for item_id, line in given.items()])
    done.refused |= {f"line {given[item_id].line}": reason for item_id, reason in refused.items()}
    written = _written(question, read, GoldAnswer.Origin.GIVEN, by)
    done.known, done.unchanged = written.known, written.unchanged
    return done


@transaction.atomic
def take_over_rulings(question_id: int, *, by: int | None) -> GoldSet:
    """What reviewers accepted or corrected becomes the known answer of its item."""
    ruled = resolutions_of(question_id).filter(method=RULING, value__isnull=False)[:MOST_AT_ONCE]
    answers = [(one.item_id, one.value) for one in ruled]
    dataset_id = votes.question_of(question_id).dataset_id
    live = ids_in_dataset(dataset_id, [item_id for item_id, _ in answers])
    readable, _outdated = _read(votes.question_of(question_id), [one for one in answers if one[0] in live])
    return set_gold(question_id, list(readable.items()), origin=GoldAnswer.Origin.RULING, by=by)


@transaction.atomic
def end_gold(gold_id: int, *, by: int | None) -> None:
    """The answer is no longer held to be known: rounds that open from now on hand the item out like any other."""
    found = GoldAnswer.objects.select_for_update().filter(pk=gold_id, ended_at=None).first()
    if found is None:
        raise NotFound
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    audit.record("gold.ended", agent_id=by, subject=f"question {found.question_id}, item {found.item_id}")


def _read(
    question: votes.AskedQuestion, answers: Sequence[tuple[int, Any]]
) -> tuple[dict[int, Any], dict[int, str]]:
    """By item, the answers that can be read by their label type, dumped; and what is wrong with the others."""
    kind = label_type(question.label_type)
    spec = kind.check_spec(question.spec)
    live = ids_in_dataset(question.dataset_id, [item_id for item_id, _ in answers])
    facts = votes.facts_of(sorted(live))
    read: dict[int, Any] = {}
    refused: dict[int, str] = {}
    for item_id, raw in answers:
        if item_id not in live:
            refused[item_id] = "is no item of this dataset"
            continue
        try:
            read[item_id] = kind.dump(kind.parse(raw, spec, facts[item_id]))
        except InvalidValue as error:
            refused[item_id] = f"{error.path}: {error.problem}" if error.path else error.problem
    return read, refused


def _written(question: votes.AskedQuestion, read: Mapping[int, Any], origin: str, by: int | None) -> GoldSet:
    known = {
        one.item_id: one
        for one in GoldAnswer.objects.filter(question_id=question.pk, item_id__in=read, ended_at=None)
    }
    fresh = {
        item_id: value
        for item_id, value in read.items()
        if item_id not in known or canonical_json(known[item_id].value) != canonical_json(value)
    }
    GoldAnswer.objects.filter(pk__in=[known[item_id].pk for item_id in fresh if item_id in known]).update(
        ended_at=timezone.now()
    )
    GoldAnswer.objects.bulk_create(
        GoldAnswer(item_id=item_id, question_id=question.pk, value=value, origin=origin, agent_id=by)
        for item_id, value in sorted(fresh.items())
    )
    if fresh:
        audit.record(
            "gold.set",
            agent_id=by,
            dataset_id=question.dataset_id,
            subject=f"question {question.pk}",
            detail={"answers": len(fresh), "origin": origin},
        )
    return GoldSet(known=len(fresh), unchanged=len(read) - len(fresh))
