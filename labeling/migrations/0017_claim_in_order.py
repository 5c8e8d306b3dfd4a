"""A claim walks its queue in order whatever the planner expects, and asks for gold by a plan that is kept.

Expecting that nearly every place is filtered out, the planner read a whole lane and sorted it: 20 ms at 20,000 items of
which one was wanted. Without bitmaps the index in the order of positions is all that is left. A function in SQL is planned
at each call, one in PL/pgSQL once a connection.
"""

from importlib import import_module

from django.db import migrations

# Replacing claim_task drops its setting: who does must set it again.
FORWARD = """
ALTER FUNCTION claim_task(bigint, bigint, bigint[]) SET enable_bitmapscan = off;

-- Scalar subqueries and OFFSET 0: from the item to its other tasks to this person, an index probe each.
CREATE OR REPLACE FUNCTION met_elsewhere(labeler bigint, this_task bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM (
            SELECT t.id, (SELECT r.project_id FROM labeling_round r WHERE r.id = t.round_id) AS project_id
            FROM labeling_task t
            WHERE t.item_id = (SELECT h.item_id FROM labeling_task h WHERE h.id = this_task) AND t.id <> this_task
            OFFSET 0) there
        WHERE there.project_id = (SELECT r.project_id FROM labeling_task h JOIN labeling_round r ON r.id = h.round_id
                                  WHERE h.id = this_task)
          AND (SELECT a.id FROM labeling_assignment a
               WHERE a.task_id = there.id AND a.agent_id = labeler AND a.state <> 3 LIMIT 1) IS NOT NULL);
END $$;

CREATE OR REPLACE FUNCTION gold_is_drawn(labeler bigint, of_round bigint, drawn_by bigint, percent integer)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT (hashint8extended(coalesce(sum(q.claims), 0)::bigint, hashint8extended(labeler, drawn_by + 1)) & 1048575)
            % 100 < percent
        FROM labeling_pool p JOIN labeling_queueposition q ON q.pool_id = p.id AND q.agent_id = labeler
        WHERE p.round_id = of_round);
END $$;
"""
_DRAWN = import_module("labeling.migrations.0010_claim_gold_and_shuffled").GOLD_IS_DRAWN
_MET = import_module("labeling.migrations.0013_claim_nothing_met_elsewhere").MET_ELSEWHERE
BACKWARD = "ALTER FUNCTION claim_task(bigint, bigint, bigint[]) RESET enable_bitmapscan;" + (
    _DRAWN + _MET
).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("labeling", "0016_crowd")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
