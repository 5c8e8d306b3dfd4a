"""Resolutions: the accepted answer for an item and question. Append-only; the newest holds, ties are kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from labeling.label_types.base import WHOLE, AnyLabelType, Ballot, Merged
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.models import Question, Resolution
from labeling.selectors import votes
from labeling.selectors.resolutions import RESOLVE_JOB, RULING
from metadata.kernel.canonical import canonical_json, leaf_hash
from metadata.kernel.errors import InvalidInput
from metadata.kernel.json_guard import Json
from metadata.services import events, jobs, versions

METHODS: Final = ("majority",)
ITEMS_AT_ONCE: Final = 500


class UnknownMethod(InvalidInput):
    """There is no such way of resolving."""

    code = "unknown_method"


@dataclass(slots=True)
class Resolved:
    """What a pass over a question did: items given an answer anew, those that kept theirs, and ties among all."""

    resolved: int = 0
    unchanged: int = 0
    tied: int = 0
    unreadable: int = 0

    def as_json(self) -> dict[str, Json]:
        return {
            "resolved": self.resolved,
            "unchanged": self.unchanged,
            "tied": self.tied,
            "unreadable": self.unreadable,
        }


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted answer before it is written; `value` is None where people tied: it is kept soft."""

    item_id: int
    value: Json
    distribution: dict[str, Json]
    confidence: float
    votes: int
    tied: bool


def resolve_question(
    question_id: int,
    *,
    method: str = "majority",
    by: int | None,
    progress: Callable[[int, int], None] | None = None,
) -> Resolved:
    """Accepts an answer for every answered item, by merging what people said; what did not change is left alone."""
    if method not in METHODS:
        raise UnknownMethod(fields={"method": f"must be one of {', '.join(METHODS)}"})
    question = votes.question_of(question_id)
    leaf_key = versions.leaf_key(question.dataset_id)
    kind = label_type(question.label_type)
    spec = kind.check_spec(question.spec)
    item_ids = votes.answered_items(question_id)
    done = Resolved()
    for at in range(0, len(item_ids), ITEMS_AT_ONCE):
        chunk = item_ids[at : at + ITEMS_AT_ONCE]
        with transaction.atomic():
            # One writer a question: two acceptances of one item at once would meet the unique index.
            Question.objects.select_for_update(no_key=True).get(pk=question_id)
            accepted = _accepted(kind, spec, question_id, chunk, done)
            _write(question, leaf_key, accepted, method, by, done)
        if progress is not None:
            progress(min(at + ITEMS_AT_ONCE, len(item_ids)), len(item_ids))
    return done


def _accepted(
    kind: AnyLabelType, spec: Any, question_id: int, item_ids: list[int], done: Resolved
) -> list[Accepted]:
    facts = votes.facts_of(item_ids)
    found: list[Accepted] = []
    for item_id, answers in votes.answers_on(question_id, item_ids).items():
        ballots: list[Ballot[Any]] = []
        for answer in answers:
            try:
                ballots.append(Ballot(str(answer.agent_id), kind.parse(answer.value, spec, facts[item_id])))
            except InvalidValue:
                done.unreadable += 1
        if ballots:
            found.append(_settled(kind, item_id, kind.merge(ballots, spec), len(ballots)))
    return found


def _settled(kind: AnyLabelType, item_id: int, merged: Merged[Any], ballots: int) -> Accepted:
    is_open = any(tie.about == WHOLE for tie in merged.ties)
    shares: dict[str, Json] = {
        facet: {str(code): share for code, share in by_code.items()}
        for facet, by_code in merged.distribution.items()
    }
    ties: list[Json] = [{"about": tie.about, "codes": list(tie.codes)} for tie in merged.ties]
    leading = [max(by_code.values()) for by_code in merged.distribution.values()]
    backing = leading or list(merged.support.values()) or [1.0]
    return Accepted(
        item_id=item_id,
        value=None if is_open else kind.dump(merged.value),
        distribution={"shares": shares, "support": dict(merged.support), "ties": ties},
        confidence=math.fsum(backing) / len(backing),
        votes=ballots,
        tied=bool(merged.ties),
    )


def _write(
    question: votes.AskedQuestion,
    leaf_key: bytes,
    accepted: Sequence[Accepted],
    method: str,
    by: int | None,
    done: Resolved,
) -> None:
    known = newest(question.pk, [one.item_id for one in accepted])
    ruled = set() if method == RULING else ruled_items(question.pk, [one.item_id for one in accepted])
    fresh = [
        one
        for one in accepted
        if one.item_id not in ruled and _content(one, method) != known.get(one.item_id)
    ]
    done.tied += sum(one.tied for one in accepted)
    done.unchanged += len(accepted) - len(fresh)
    done.resolved += len(fresh)
    if not fresh:
        return
    number = versions.open_number(question.dataset_id)
    rows = Resolution.objects.bulk_create(
        Resolution(
            item_id=one.item_id,
            question_id=question.pk,
            value=one.value,
            distribution=one.distribution,
            confidence=one.confidence,
            method=method,
            votes=one.votes,
            tied=one.tied,
            agent_id=by,
        )
        for one in fresh
    )
    members = [
        versions.Member(
            subject=row.item_id,
            row=row.pk,
            leaf=leaf_hash(
                leaf_key, resolution_row(row.item_id, question.key, row.value, row.distribution, method)
            ),
            facet=question.pk,
        )
        for row in rows
    ]
    versions.put_members(question.dataset_id, number, versions.RESOLUTION, members)
    events.append(
        "items.resolved",
        dataset_id=question.dataset_id,
        project_id=question.project_id,
        subject_id=question.pk,
        agent_id=by,
        payload={"count": len(rows), "method": method},
    )


@transaction.atomic
def rule(question_id: int, item_id: int, value: Json, *, by: int) -> None:
    """A reviewer's ruling is the accepted answer from now on; counting the votes leaves it alone."""
    question = votes.question_of(question_id)
    Question.objects.select_for_update(no_key=True).get(pk=question_id)
    backing = len(votes.answers_on(question_id, [item_id])[item_id])
    ruled = Accepted(
        item_id=item_id,
        value=value,
        distribution={"shares": {}, "support": {}, "ties": []},
        confidence=1.0,
        votes=backing,
        tied=False,
    )
    _write(question, versions.leaf_key(question.dataset_id), [ruled], RULING, by, Resolved())


def ruled_items(question_id: int, item_ids: list[int]) -> set[int]:
    """Those of the items whose accepted answer is a reviewer's ruling."""
    rows = Resolution.objects.filter(question_id=question_id, item_id__in=item_ids)
    newest_rows = rows.order_by("item_id", "-id").distinct("item_id")
    return {row.item_id for row in newest_rows.only("item_id", "method") if row.method == RULING}


def resolution_row(
    item_id: int, question_key: str, value: Json, distribution: Mapping[str, Json], method: str
) -> dict[str, Json]:
    """What the leaf of a resolution is over."""
    return {
        "item": item_id,
        "question": question_key,
        "value": value,
        "distribution": dict(distribution),
        "method": method,
    }


def newest(question_id: int, item_ids: list[int]) -> dict[int, bytes]:
    """What holds now for these items, in a form that can be compared."""
    rows = Resolution.objects.filter(question_id=question_id, item_id__in=item_ids)
    return {
        row.item_id: canonical_json([row.value, row.distribution, row.method, row.votes])
        for row in rows.order_by("item_id", "-id").distinct("item_id")
    }


def _content(one: Accepted, method: str) -> bytes:
    return canonical_json([one.value, one.distribution, method, one.votes])


def request_resolution(question_id: int, *, method: str = "majority", by: int | None) -> UUID:
    """Asks a worker to resolve a question; the job."""
    if method not in METHODS:
        raise UnknownMethod(fields={"method": f"must be one of {', '.join(METHODS)}"})
    question = votes.question_of(question_id)
    args: dict[str, Json] = {"question": question_id, "method": method}
    return jobs.enqueue(RESOLVE_JOB, args=args, dataset_id=question.dataset_id, by=by).pk


def run_resolution(context: jobs.JobContext) -> Mapping[str, Json]:
    """The job: run again after a kill, it leaves alone what it resolved before."""
    done = resolve_question(
        int(context.args["question"]),
        method=str(context.args.get("method", "majority")),
        by=context.agent_id,
        progress=context.progress,
    )
    return done.as_json()
