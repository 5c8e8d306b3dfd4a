"""Deleting a dataset deletes what people said about it: this app's part, called by metadata before the dataset goes."""

from __future__ import annotations

from typing import Final

from django.db import connection

from labeling.models import Project, Round

_TASKS: Final = (
    "SELECT t.id FROM labeling_task t JOIN labeling_round r ON r.id = t.round_id"
    " JOIN labeling_project j ON j.id = r.project_id WHERE j.dataset_id = %(dataset)s"
)
_QUESTIONS: Final = (
    "SELECT q.id FROM labeling_question q JOIN labeling_project j ON j.id = q.project_id"
    " WHERE j.dataset_id = %(dataset)s"
)
_POOLS: Final = (
    "SELECT p.id FROM labeling_pool p JOIN labeling_round r ON r.id = p.round_id"
    " JOIN labeling_project j ON j.id = r.project_id WHERE j.dataset_id = %(dataset)s"
)
_ANNOTATIONS: Final = f"SELECT n.id FROM labeling_annotation n WHERE n.task_id IN ({_TASKS})"

# Bulk rows by set-wise statements, what hangs on a row before the row; Django's cascade would load each of them.
_DELETIONS: Final = (
    f"DELETE FROM labeling_deliveredtask WHERE task_id IN ({_TASKS})",
    f"DELETE FROM labeling_delivery WHERE pool_id IN ({_POOLS})",
    f"DELETE FROM labeling_draft WHERE task_id IN ({_TASKS})",
    f"DELETE FROM labeling_review WHERE task_id IN ({_TASKS})",
    f"DELETE FROM labeling_flag WHERE task_id IN ({_TASKS})",
    f"DELETE FROM labeling_vote WHERE annotation_id IN ({_ANNOTATIONS})",
    f"DELETE FROM labeling_answer WHERE annotation_id IN ({_ANNOTATIONS})",
    f"DELETE FROM labeling_annotation WHERE task_id IN ({_TASKS})",
    f"DELETE FROM labeling_assignment WHERE task_id IN ({_TASKS})",
    f"DELETE FROM labeling_place WHERE task_id IN ({_TASKS})",
    f"DELETE FROM labeling_task WHERE id IN ({_TASKS})",
    *(
        f"DELETE FROM labeling_{table} WHERE question_id IN ({_QUESTIONS})"
        for table in ("tally", "profile", "profiledelta", "resolution", "prediction", "goldanswer")
    ),
)


def erase_dataset(dataset_id: int) -> None:
    """Projects of the dataset with all their work and answers; call it in the transaction that deletes the dataset."""
    with connection.cursor() as cursor:
        for statement in _DELETIONS:
            cursor.execute(statement, {"dataset": dataset_id})
    Round.objects.filter(project__dataset_id=dataset_id).delete()
    Project.objects.filter(dataset_id=dataset_id).delete()
