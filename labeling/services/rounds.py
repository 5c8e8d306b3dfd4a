"""Rounds: which items are labeled, how often, by whom."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from labeling.label_types.registry import label_type
from labeling.models import Place, Pool, Project, Question, Round
from labeling.models.work import GOLD_LANES, SHUFFLED_LANES
from labeling.selectors.exams import exams_of
from metadata.kernel.errors import Conflict, InvalidInput
from metadata.selectors.people import is_team
from metadata.services import audit, events

LARGEST_OVERLAP = 100
LARGEST_GOLD_SHARE = 50
GOLD_WANTED = 32_000  # more than people there will ever be: a place of gold does not fill
LARGEST_REPEAT_SHARE = 50
REPEAT_AFTER_MINUTES = 24 * 60
LONGEST_REPEAT_AFTER_MINUTES = 365 * 24 * 60
SEEDS = 2**31
REPEATING = (Round.Kind.RELABEL, Round.Kind.SELF_REPEAT)

_GOLD = """
SELECT DISTINCT g.item_id FROM labeling_goldanswer g
JOIN labeling_round_questions q ON q.round_id = %(round)s AND q.question_id = g.question_id
JOIN metadata_item i ON i.id = g.item_id AND i.archived_at IS NULL
WHERE g.ended_at IS NULL AND %(gold_share)s > 0
"""
# Items that have no part of any of these kinds, and no task yet.
_LACKING = """
SELECT i.id FROM metadata_item i
WHERE i.dataset_id = %(dataset)s AND i.archived_at IS NULL
  AND (%(all)s OR i.id = ANY(%(items)s) OR i.id = ANY(%(gold)s))
  AND NOT EXISTS (SELECT FROM labeling_task t WHERE t.round_id = %(round)s AND t.item_id = i.id)
  AND NOT EXISTS (
    SELECT FROM metadata_part p LEFT JOIN metadata_asset s ON s.id = p.asset_id
    WHERE p.item_id = i.id AND coalesce(split_part(s.media_type, '/', 1), 'text') = ANY(%(kinds)s))
"""
# Numbers of tasks follow those of items, gold or not: they do not tell which is which.
_TASKS = """
INSERT INTO labeling_task (round_id, item_id, state)
SELECT %(round)s, id, 0 FROM metadata_item
WHERE dataset_id = %(dataset)s AND archived_at IS NULL
  AND (%(all)s OR id = ANY(%(items)s) OR id = ANY(%(gold)s)) AND NOT id = ANY(%(lacking)s)
ORDER BY id ON CONFLICT (round_id, item_id) DO NOTHING
"""
# Only tasks that have no place yet: what was handed out as an ordinary task is never turned into gold.
# Where gold is mixed in, or each person has an order of their own, places stand in a drawn order: in the order of
# their numbers one out of line would show. Drawn places stand before those that `labeling_place_pos` numbers.
_PLACES = """
INSERT INTO labeling_place (task_id, pool_id, wanted, taken, held, lane, pos)
SELECT t.id, p.id, p.share, 0, 0,
    CASE WHEN p.gold THEN %(gold_lane)s + (drawn.at %% %(gold_lanes)s)
         WHEN %(is_shuffled)s THEN %(shuffled_lane)s + (drawn.at %% %(shuffled_lanes)s) ELSE %(fresh_lane)s END,
    CASE WHEN %(gold_share)s > 0 OR %(is_shuffled)s THEN drawn.at ELSE t.id END
FROM labeling_task t
JOIN labeling_pool p ON p.round_id = t.round_id AND p.gold = (t.item_id = ANY(%(gold)s))
CROSS JOIN LATERAL (SELECT hashint8extended(t.item_id, %(seed)s) & 549755813887 AS at) drawn
WHERE t.round_id = %(round)s AND NOT EXISTS (SELECT FROM labeling_place o WHERE o.task_id = t.id)
ORDER BY t.id, p.id ON CONFLICT (task_id, pool_id) DO NOTHING
"""
# Once noted, claims in these rounds look whether the person met the item in another one.
_SHARED = """
WITH others AS (
    SELECT o.id FROM labeling_round o
    WHERE o.project_id = %(project)s AND o.id <> %(round)s AND o.kind <> 'imported' AND EXISTS (
        SELECT FROM labeling_task here JOIN labeling_task there ON there.item_id = here.item_id
        WHERE here.round_id = %(round)s AND there.round_id = o.id)
)
UPDATE labeling_round r SET shares_items = true
WHERE NOT r.shares_items AND (r.id IN (SELECT id FROM others) OR r.id = %(round)s AND EXISTS (SELECT FROM others))
"""
# Places that wait in the fresh lane, by what the field says now; everybody reads that lane anew.
_RANKED = """
WITH waiting AS MATERIALIZED (
    SELECT f.id, f.pool_id, f.task_id, f.pos FROM labeling_place f JOIN labeling_pool p ON p.id = f.pool_id
    WHERE p.round_id = %(round)s AND NOT p.gold AND f.lane = %(fresh_lane)s
    ORDER BY f.task_id, f.pool_id FOR UPDATE OF f
), ranked AS (
    SELECT w.id, row_number() OVER (PARTITION BY w.pool_id ORDER BY
        CASE jsonb_typeof(i.fields -> %(field)s) WHEN 'number' THEN (i.fields ->> %(field)s)::numeric END
        DESC NULLS LAST, w.pos) AS pos
    FROM waiting w JOIN labeling_task t ON t.id = w.task_id JOIN metadata_item i ON i.id = t.item_id
)
UPDATE labeling_place f SET pos = ranked.pos FROM ranked WHERE f.id = ranked.id AND f.pos <> ranked.pos
"""
_READ_ANEW = """
UPDATE labeling_queueposition q SET pos = -1 FROM labeling_pool p
WHERE q.pool_id = p.id AND p.round_id = %(round)s AND q.lane = %(fresh_lane)s
"""


@transaction.atomic
def open_round(
    project_id: int,
    *,
    name: str,
    kind: str = Round.Kind.PRODUCTION,
    places_per_task: int = 3,
    ordering: str = Round.Ordering.FINISH,
    lease_minutes: int = 30,
    item_ids: Sequence[int] | None = None,
    question_ids: Sequence[int] | None = None,
    teams: Sequence[tuple[int | None, int]] = (),
    experts: int = 0,
    repeats_items: bool | None = None,
    priority_field: str = "",
    repeat_share: int = 0,
    repeat_after_minutes: int = REPEAT_AFTER_MINUTES,
    gold_share: int = 0,
    exam: int | None = None,
    seed: int | None = None,
    by: int | None,
) -> Round:
    """A round over all items of the dataset, or the given ones: a task each, and places per pool.

    `teams` splits the places, [(team id or None for anybody, places)], and `experts` says how many of them only experts
    and managers fill; what neither names anybody may fill, but for the people of vendors. With a
    `gold_share`, items whose answer is known are no tasks like the others: so many percent of what somebody is handed
    is drawn from them, by `seed`. Items with a higher number in `priority_field` come first. An item that lacks a part
    some required question needs is left out.
    Nobody gets an item that they met in another round of the project, unless this one `repeats_items`, as rounds for
    relabeling and self-repeats do. Where it names an `exam`, only who passed that gets its tasks. A `repeat_share` of each person's answers is asked of them again, `seed` says which.
    """
    _check(name, kind, places_per_task, ordering, lease_minutes, gold_share)
    _check_repeats(repeat_share, repeat_after_minutes)
    if exam is not None and not exams_of(project_id).filter(pk=exam).exists():
        raise InvalidInput(fields={"exam": "there is no such exam in this project"})
    project = Project.objects.select_for_update().get(pk=project_id)
    if project.state == Project.State.ARCHIVED:
        raise Conflict("An archived project opens no rounds.")
    guideline = project.guideline_versions.order_by("-major", "-minor").first()
    asked = _asked(project, question_ids)
    if guideline is None or not asked.exists():
        raise InvalidInput(fields={"questions": "there is nothing to ask yet"})
    _check_priority(project, ordering, priority_field)
    shares = _shares(places_per_task, teams, experts)
    made = Round.objects.create(
        project=project,
        name=name.strip(),
        kind=kind,
        ordering=ordering,
        guideline_version=guideline,
        places_per_task=places_per_task,
        lease_minutes=lease_minutes,
        repeats_items=kind in REPEATING if repeats_items is None else repeats_items,
        priority_field=priority_field,
        repeat_share=repeat_share,
        repeat_after_minutes=repeat_after_minutes,
        gold_share=gold_share,
        exam_id=exam,
        seed=secrets.randbelow(SEEDS) if seed is None else seed,
        created_by_id=by,
    )
    made.questions.set(asked)
    Pool.objects.bulk_create(_pools(made, shares, experts))
    tasks = _fill(made, item_ids)
    _check_filled(made)
    events.append(
        "round.opened",
        dataset_id=project.dataset_id,
        project_id=project_id,
        subject_id=made.pk,
        agent_id=by,
        payload={"tasks": tasks},
    )
    return made


def _asked(project: Project, question_ids: Sequence[int] | None) -> QuerySet[Question]:
    asked = project.questions.filter(retired_at=None)
    if question_ids is None:
        return asked
    asked = asked.filter(pk__in=question_ids)
    if asked.count() != len(set(question_ids)):
        raise InvalidInput(fields={"questions": "some are not questions of this project"})
    return asked


def _pools(opened: Round, shares: Sequence[tuple[int | None, int]], experts: int) -> list[Pool]:
    """The experts' first: they read it first. To whom a round gives nothing else it gives no gold either."""
    pools = [Pool(round=opened, experts=True, share=experts)] if experts else []
    pools += [Pool(round=opened, team_id=team, share=share) for team, share in shares]
    if not opened.gold_share:
        return pools
    for_whom = list(dict.fromkeys((one.team_id, one.experts) for one in pools))
    return pools + [
        Pool(round=opened, team_id=team, experts=are_experts, share=GOLD_WANTED, gold=True)
        for team, are_experts in for_whom
    ]


def _check_filled(opened: Round) -> None:
    places = Place.objects.filter(pool__round=opened)
    if opened.gold_share and not places.filter(pool__gold=True).exists():
        raise InvalidInput(fields={"gold_share": "no item has a known answer to these questions yet"})
    if not places.filter(pool__gold=False).exists():
        lacking = sum(opened.left_out.values())
        lack = f"; {lacking} lack a part that a question needs" if lacking else ""
        raise InvalidInput(fields={"items": f"there is no item to label{lack}; import some first"})


@transaction.atomic
def add_new_items(round_id: int, *, by: int | None) -> int:
    """Brings items that came after the round was opened into it; how many tasks were added."""
    return _grown(round_id, None, by)


@transaction.atomic
def add_items(round_id: int, item_ids: Sequence[int], *, by: int | None) -> int:
    """Brings these items into a round; how many it did not have."""
    return _grown(round_id, item_ids, by)


def _grown(round_id: int, item_ids: Sequence[int] | None, by: int | None) -> int:
    opened = Round.objects.select_for_update().select_related("project").get(pk=round_id)
    if opened.state == Round.State.CLOSED:
        raise Conflict("A closed round takes no new items.")
    if opened.kind == Round.Kind.EXAM:
        raise Conflict("An exam asks everybody the same: open another one instead.")
    added = _fill(opened, item_ids)
    if added:
        events.append(
            "round.grown",
            project_id=opened.project_id,
            subject_id=round_id,
            agent_id=by,
            payload={"tasks": added},
        )
    return added


@transaction.atomic
def set_round_state(round_id: int, state: str, *, by: int | None) -> Round:
    """Pauses, reopens or closes; leases that run may still be submitted, nothing new is handed out."""
    if state not in Round.State.values:
        raise InvalidInput(fields={"state": f"must be one of {', '.join(Round.State.values)}"})
    changed = Round.objects.select_for_update().select_related("project").get(pk=round_id)
    changed.state = state
    changed.closed_at = timezone.now() if state == Round.State.CLOSED else None
    changed.save(update_fields=["state", "closed_at"])
    events.append(f"round.{state}", project_id=changed.project_id, subject_id=round_id, agent_id=by)
    audit.record(
        f"round.{state}", agent_id=by, dataset_id=changed.project.dataset_id, subject=f"round {round_id}"
    )
    return changed


def _fill(opened: Round, item_ids: Sequence[int] | None) -> int:
    """Brings items in that are not there yet; how many."""
    about: dict[str, Any] = {
        "round": opened.pk,
        "project": opened.project_id,
        "dataset": opened.project.dataset_id,
        "seed": opened.seed,
        "gold_share": opened.gold_share,
        "is_shuffled": opened.ordering == Round.Ordering.SHUFFLE,
        "fresh_lane": int(Place.Lane.FRESH),
        "shuffled_lane": int(Place.Lane.SHUFFLED),
        "shuffled_lanes": SHUFFLED_LANES,
        "gold_lane": int(Place.Lane.GOLD),
        "gold_lanes": GOLD_LANES,
        "all": item_ids is None,
        "items": list(item_ids or []),
    }
    with connection.cursor() as cursor:
        cursor.execute(_GOLD, about)
        about["gold"] = [item_id for (item_id,) in cursor.fetchall()]
        lacking = _lacking(opened, about)
        about["lacking"] = list(set().union(*lacking.values()))
        cursor.execute(_TASKS, about)
        tasks = int(cursor.rowcount)
        cursor.execute(_PLACES, about)
        cursor.execute(_SHARED, about)
        if opened.priority_field:
            cursor.execute(_RANKED, {**about, "field": opened.priority_field})
            cursor.execute(_READ_ANEW, about)
    opened.left_out = {str(question): len(items) for question, items in lacking.items() if items}
    opened.save(update_fields=["left_out"])
    return tasks


def _shares(
    places: int, teams: Sequence[tuple[int | None, int]], experts: int
) -> list[tuple[int | None, int]]:
    """The places of each team, beside those of the experts."""
    rest = places - experts
    shares = list(teams) or ([(None, rest)] if rest > 0 else [])
    if experts < 0 or any(share < 1 for _, share in shares) or sum(share for _, share in shares) != rest:
        raise InvalidInput(fields={"teams": f"the places must add up to {places}"})
    if len({team for team, _ in shares}) < len(shares):
        raise InvalidInput(fields={"teams": "a team is named twice"})
    if not all(is_team(team_id) for team_id, _ in shares if team_id is not None):
        raise InvalidInput(fields={"teams": "there is no such team"})
    return shares


def _lacking(opened: Round, about: Mapping[str, Any]) -> dict[int, set[int]]:
    """By question, the items that have nothing it could be answered on: each under the first that needs more."""
    found: dict[int, set[int]] = {}
    known: set[int] = set()
    for question in opened.questions.filter(required=True, shown_if={}).order_by("ordinal", "pk"):
        kinds = label_type(question.label_type).modalities
        if "record" in kinds:  # what every item has
            continue
        with connection.cursor() as cursor:
            cursor.execute(_LACKING, {**about, "kinds": sorted(kinds)})
            found[question.pk] = {item_id for (item_id,) in cursor.fetchall()} - known
        known |= found[question.pk]
    return found


def _check_repeats(share: int, after_minutes: int) -> None:
    fields = {}
    if not 0 <= share <= LARGEST_REPEAT_SHARE:
        fields["repeat_share"] = f"from 0 to {LARGEST_REPEAT_SHARE}"
    if not 1 <= after_minutes <= LONGEST_REPEAT_AFTER_MINUTES:
        fields["repeat_after_minutes"] = f"from 1 to {LONGEST_REPEAT_AFTER_MINUTES}"
    if fields:
        raise InvalidInput(fields=fields)


def _check_priority(project: Project, ordering: str, priority_field: str) -> None:
    if not priority_field:
        return
    if priority_field not in numeric_fields(project):
        raise InvalidInput(fields={"priority_field": "is not a field with numbers of this dataset"})
    if ordering == Round.Ordering.SHUFFLE:
        raise InvalidInput(fields={"priority_field": "has no meaning in a shuffled order"})


def numeric_fields(project: Project) -> list[str]:
    """The declared fields of the project's items that hold numbers."""
    return [one["name"] for one in project.dataset.fields if one["kind"] in ("number", "integer")]


def _check(name: str, kind: str, places: int, ordering: str, lease_minutes: int, gold_share: int) -> None:
    fields = {}
    if not name.strip():
        fields["name"] = "must not be empty"
    if kind == Round.Kind.EXAM:
        fields["kind"] = "an exam is opened as one, by its own page or endpoint"
    elif kind not in Round.Kind.values:
        fields["kind"] = f"must be one of {', '.join(Round.Kind.values)}"
    if not 1 <= places <= LARGEST_OVERLAP:
        fields["places_per_task"] = f"from 1 to {LARGEST_OVERLAP}"
    if ordering not in Round.Ordering.values:
        fields["ordering"] = f"must be one of {', '.join(Round.Ordering.values)}"
    if not 1 <= lease_minutes <= 24 * 60:
        fields["lease_minutes"] = "from 1 to 1440"
    if not 0 <= gold_share <= LARGEST_GOLD_SHARE:
        fields["gold_share"] = f"from 0 to {LARGEST_GOLD_SHARE}"
    if fields:
        raise InvalidInput(fields=fields)
