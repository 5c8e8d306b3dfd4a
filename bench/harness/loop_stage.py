"""What the loop's benchmark labels: a dataset, its project and round, and people with tokens."""

from __future__ import annotations

import json
import secrets
from typing import Any

BOXES = json.dumps(
    {
        "elements": [
            {
                "id": f"e{n}",
                "class": 1 + n % 2,
                "part": "image",
                "geometry": {"x0": 10 + 20 * n, "y0": 15, "x1": 25 + 20 * n, "y1": 40.5},
                "attributes": {},
            }
            for n in range(20)
        ]
    }
)


def seed(tasks: int, labelers: int, *, boxes: bool) -> tuple[int, list[str], str]:
    """A dataset, a project with one question (or three, one of them boxes), a round of 3 places, and tokens."""
    from django.db import connection

    from labeling.services import members, projects, rounds
    from metadata.services import accounts, datasets

    manager = accounts.create_identity(f"manager-{boxes}@example.org", "Bench", is_admin=True)
    dataset = datasets.create_dataset(name="bench", description="", fields=[], by=manager.agent_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO metadata_item (dataset_id, external_key, revision, fields, created_at) "
            "SELECT %s, 'item-' || n, 0, '{}', now() FROM generate_series(1, %s) n",
            [dataset.pk, tasks],
        )
        if boxes:
            cursor.execute(
                "INSERT INTO metadata_asset (sha256, size, media_type, width, height, facts, created_at) "
                "VALUES (%s, 1, 'image/png', 640, 480, '{}', now()) RETURNING id",
                [secrets.token_hex(32)],
            )
            cursor.execute(
                "INSERT INTO metadata_part (item_id, role, ordinal, asset_id) "
                "SELECT id, 'image', 0, %s FROM metadata_item WHERE dataset_id = %s",
                [cursor.fetchone()[0], dataset.pk],
            )
        else:
            cursor.execute(
                "INSERT INTO metadata_part (item_id, role, ordinal, text) "
                "SELECT id, 'text', 0, 'Message number ' || id FROM metadata_item WHERE dataset_id = %s",
                [dataset.pk],
            )
    classes = [{"name": "one", "color": 1}, {"name": "two", "color": 2}, {"name": "three", "color": 3}]
    asked: list[dict[str, Any]] = [
        {"key": "kind", "prompt": "Which?", "label_type": "choice", "spec": {"classes": classes}}
    ]
    if boxes:
        asked.append({"key": "boxes", "prompt": "Where?", "label_type": "box", "spec": {"classes": classes}})
        asked.append(
            {"key": "clear", "prompt": "Clear?", "label_type": "choice", "spec": {"classes": classes}}
        )
    project = projects.create_project(
        dataset_id=dataset.pk, name="bench", questions=asked, by=manager.agent_id
    )
    rounds.open_round(project.pk, name="bench", places_per_task=3, by=manager.agent_id)
    tokens = []
    for n in range(labelers):
        person = accounts.create_identity(f"labeler-{boxes}-{n}@example.org", f"Labeler {n}")
        members.add_member(project.pk, person.agent_id, "labeler", by=manager.agent_id)
        tokens.append(
            accounts.create_token(person.agent_id, "bench", ["read", "label"], 1, by=manager.agent_id)[1]
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    answers = '{"kind": {"class": 2}}'
    if boxes:
        answers = f'{{"kind": {{"class": 2}}, "boxes": {BOXES}, "clear": {{"class": 1}}}}'
    return project.pk, tokens, answers


def run_ahead(project: int, token: str, tasks: int) -> None:
    """One labeler has answered `tasks` tasks that nobody else has touched."""
    from django.db import connection

    from metadata.selectors.access import live_token

    found = live_token(token)
    assert found is not None
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH ahead AS (
                 SELECT c.task_id, c.pool_id FROM labeling_place c JOIN labeling_task t ON t.id = c.task_id
                 JOIN labeling_round r ON r.id = t.round_id
                 WHERE r.project_id = %s AND c.taken = 0 AND c.held = 0 ORDER BY c.task_id LIMIT %s
               ), moved AS (
                 UPDATE labeling_place p SET taken = 1, lane = 1, pos = nextval('labeling_place_pos') FROM ahead
                 WHERE p.task_id = ahead.task_id AND p.pool_id = ahead.pool_id
               )
               INSERT INTO labeling_assignment (task_id, agent_id, repeat, pool_id, state, skip_reason, skip_comment)
               SELECT task_id, %s, 0, pool_id, 2, '', '' FROM ahead""",
            [project, tasks, found[0].agent_id],
        )
        cursor.execute("VACUUM ANALYZE labeling_place, labeling_assignment")
