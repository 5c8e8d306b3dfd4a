"""A claim leaves out what somebody met in another round of the project, where rounds share items."""

from importlib import import_module

from django.db import migrations

# Theirs as long as the lease did not lapse: answered, in hand, or skipped.
MET_ELSEWHERE = """
CREATE FUNCTION met_elsewhere(labeler bigint, this_task bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT a.id FROM labeling_task here
        JOIN labeling_round r ON r.id = here.round_id
        JOIN labeling_task there ON there.item_id = here.item_id AND there.id <> here.id
        JOIN labeling_round o ON o.id = there.round_id AND o.project_id = r.project_id
        JOIN labeling_assignment a ON a.task_id = there.id AND a.agent_id = labeler AND a.state <> 3
        WHERE here.id = this_task LIMIT 1) IS NOT NULL;
END $$;
"""


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each change made in the one place it is meant for."""
    for before, after in changes:
        if text.count(before) != 1:
            raise ValueError(f"{text.count(before)} places for {before!r}")
        text = text.replace(before, after)
    return text


_BEFORE = import_module("labeling.migrations.0010_claim_gold_and_shuffled")

# Two windows of one person could each find the item free in another round: with shared items a claim looks again while
# it holds the person's lock. It waits for nobody but the same person's other claim, which waits for no place.
CLAIM = changed(
    _BEFORE.CLAIM,
    ("    moved_to bigint;\n", "    moved_to bigint;\n    is_alone boolean := false;\n"),
    (
        "        SELECT p.task_id, c.pool_id, c.lane, p.pos, c.round_id, c.guideline_version_id, c.ordering, c.lease_minutes\n",
        (
            "        -- (shared) Where rounds share items, what they met in another one is not for them.\n"
            "        LOOP\n"
            "        SELECT p.task_id, c.pool_id, c.lane, p.pos, c.round_id, c.guideline_version_id, c.ordering, c.lease_minutes,\n"
            "            c.is_shared\n"
        ),
    ),
    (
        "                CASE WHEN p.gold THEN 'shuffle' ELSE r.ordering END AS ordering\n",
        (
            "                CASE WHEN p.gold THEN 'shuffle' ELSE r.ordering END AS ordering,\n"
            "                r.shares_items AND NOT r.repeats_items AS is_shared\n"
        ),
    ),
    (
        "                   WHERE a.task_id = f.task_id AND a.agent_id = labeler AND a.state <> 3 LIMIT 1) IS NULL\n",
        (
            "                   WHERE a.task_id = f.task_id AND a.agent_id = labeler AND a.state <> 3 LIMIT 1) IS NULL\n"
            "              AND CASE WHEN c.is_shared THEN NOT met_elsewhere(labeler, f.task_id) ELSE true END\n"
        ),
    ),
    (
        "        IF NOT FOUND THEN\n            RETURN;\n        END IF;\n        INSERT INTO labeling_assignment",
        (
            "        IF NOT FOUND THEN\n            RETURN;\n        END IF;\n"
            "        EXIT WHEN is_alone OR NOT pick.is_shared;\n"
            "        PERFORM pg_advisory_xact_lock(hashtextextended('claim_task', labeler));\n"
            "        is_alone := true;\n"
            "        END LOOP;\n"
            "        INSERT INTO labeling_assignment"
        ),
    ),
)
# A lease that lapsed, and the item met elsewhere since: the late answer would be the second about it.
SUBMIT = changed(
    _BEFORE.SUBMIT,
    (
        "    -- A live lease always fits;",
        (
            "    IF live = 0 AND (SELECT r.shares_items AND NOT r.repeats_items FROM labeling_pool p\n"
            "                     JOIN labeling_round r ON r.id = p.round_id WHERE p.id = pool)\n"
            "       AND met_elsewhere(labeler, task) THEN\n"
            "        RETURN;\n"
            "    END IF;\n"
            "    -- A live lease always fits;"
        ),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("labeling", "0012_items_in_several_rounds")]
    operations = [
        migrations.RunSQL(
            MET_ELSEWHERE + CLAIM + SUBMIT, _BEFORE.CLAIM + _BEFORE.SUBMIT + "DROP FUNCTION met_elsewhere;"
        )
    ]
