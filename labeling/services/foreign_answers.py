"""What people and models said in another tool, as answers, predictions and known answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from labeling.interchange.foreign import ForeignAnswer, Report
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.models import ModelRun, Prediction, Project, Round
from labeling.services import bulk_answers
from labeling.services.foreign_items import MetItem
from labeling.services.foreign_questions import AskedThere
from metadata.services import accounts

Predicted: TypeAlias = tuple[str, int, int, Any, dict[str, float]]


def passes_of(
    met: Sequence[MetItem], asked: Sequence[AskedThere], opened: Round, dataset_id: int, report: Report
) -> tuple[list[bulk_answers.GivenAnswer], list[Predicted], dict[int, dict[int, Any]]]:
    """Answers of people, predictions (model, item, question, value, probabilities), and what is known, by question."""
    by_key = {one.draft.key: one for one in asked}
    people: list[tuple[MetItem, ForeignAnswer, dict[str, Any]]] = []
    predicted: list[Predicted] = []
    known: dict[int, dict[int, Any]] = {}
    for one in met:
        for answer in one.task.answers(one.facts, report):
            where = (
                f"task {one.task.ident}, {'prediction' if answer.is_model else 'annotation'} {answer.ident}"
            )
            values = {
                key: value
                for key, raw in answer.values.items()
                if (value := _read(by_key[key], raw, one.parts, report, where)) is not None
            }
            if not values:
                report.note("answer", "empty", "holds nothing that can be kept", where)
            elif answer.is_model:
                predicted += [
                    (
                        answer.who,
                        one.item_id,
                        by_key[key].id,
                        value,
                        _probabilities(by_key[key], value, answer),
                    )
                    for key, value in values.items()
                ]
            else:
                people.append((one, answer, values))
                if answer.is_known:
                    for key, value in values.items():
                        known.setdefault(by_key[key].id, {})[one.item_id] = by_key[key].kind.dump(value)
    people.sort(key=lambda row: (row[0].item_id, _moment_of(row[1]), row[1].ident))
    agents = accounts.external_agents(
        f"dataset {dataset_id}", list(dict.fromkeys(answer.who for _, answer, _ in people))
    )
    return (
        [_given(one, answer, values, by_key, agents, opened) for one, answer, values in people],
        predicted,
        known,
    )


def _moment_of(answer: ForeignAnswer) -> float:
    return answer.created_at.timestamp() if answer.created_at else 0.0


def _given(
    one: MetItem,
    answer: ForeignAnswer,
    values: Mapping[str, Any],
    by_key: Mapping[str, AskedThere],
    agents: Mapping[str, int],
    opened: Round,
) -> bulk_answers.GivenAnswer:
    dumped = {key: by_key[key].kind.dump(value) for key, value in values.items()}
    return bulk_answers.GivenAnswer(
        item_id=one.item_id,
        agent_id=agents[answer.who],
        key=f"foreign-{opened.pk}-{one.item_id}-{answer.ident}"[:200],
        values={by_key[key].id: value for key, value in dumped.items()},
        votes=[
            (by_key[key].id, vote.facet, vote.code)
            for key, value in values.items()
            for vote in by_key[key].kind.votes(value, by_key[key].spec)
        ],
        by_question_key=dumped,
        independent=answer.independent,
        active_ms=answer.active_ms,
        created_at=answer.created_at,
    )


def _read(asked: AskedThere, raw: Any, parts: Mapping[str, Any], report: Report, where: str) -> Any | None:
    """The value under our question. An element that cannot stand is left out and named; the others stay."""
    while True:
        try:
            value = asked.kind.parse(raw, asked.read_spec, {"parts": parts})
            break
        except InvalidValue as error:
            path, why = next(iter(error.fields.items()))
            at = re.match(r"(elements|links)\.(\d+)(?:\.|$)", path)
            if at is None:
                report.note("answer", asked.draft.key, f"{path}: {why}".removeprefix(": "), where)
                return None
            listed, number = raw[at[1]], int(at[2])
            what = asked.draft.label_type if at[1] == "elements" else "relation"
            report.note("region", what, why, f"{where}, region {listed[number].get('id', '')}")
            raw = {**raw, at[1]: [*listed[:number], *listed[number + 1 :]]}
    if all(codes == (code,) for code, codes in asked.codes.items()):
        return value
    return asked.kind.remap(value, asked.codes, asked.spec).value


def _probabilities(asked: AskedThere, value: Any, answer: ForeignAnswer) -> dict[str, float]:
    """A model's score is the probability of the one class it names; of anything else it says too little."""
    named = asked.kind.classes_in(value)
    if answer.score is None or len(named) != 1 or asked.kind.elements(value) or not 0 <= answer.score <= 1:
        return {}
    return {str(min(named)): answer.score}


def stored_predictions(
    project: Project, tool: str, rows: Sequence[Predicted], dataset_id: int, report: Report
) -> int:
    """Stores predictions, one a model, item and question; how many are new."""
    if not rows:
        return 0
    names = list(dict.fromkeys(model for model, *_ in rows))
    agents = accounts.external_agents(f"models of dataset {dataset_id}", names, are_models=True)
    runs: dict[str, ModelRun] = {}
    for name in names:
        runs[name], _ = ModelRun.objects.get_or_create(
            project=project, agent_id=agents[name], name=f"{tool}: {name}"[:120]
        )
    last: dict[tuple[str, int, int], Predicted] = {}
    for row in rows:
        if row[:3] in last:
            report.note(
                "prediction", row[0], "says something else about the same item later: the last is kept"
            )
        last[row[:3]] = row
    asked = {row.pk: label_type(row.label_type) for row in project.questions.all()}
    before = Prediction.objects.filter(model_run__project=project).count()
    Prediction.objects.bulk_create(
        (
            Prediction(
                model_run=runs[model],
                item_id=item,
                question_id=question,
                value=asked[question].dump(value),
                probabilities=probabilities,
            )
            for model, item, question, value, probabilities in last.values()
        ),
        batch_size=2_000,
        ignore_conflicts=True,
    )
    return Prediction.objects.filter(model_run__project=project).count() - before
