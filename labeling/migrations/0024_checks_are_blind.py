"""Who may check an item of a vendor's batch: nobody who answered it in the project's rounds, or reviewed an answer to it.

That they checked it before, in a batch that was returned, showed them nothing of the vendor's: they may check it again.
"""

from importlib import import_module

from django.db import migrations

from labeling.migrations import __name__ as package

_BEFORE = import_module(f"{package}.0017_claim_in_order").FORWARD
_START = _BEFORE.index("CREATE OR REPLACE FUNCTION met_elsewhere")
MET_ELSEWHERE = _BEFORE[_START : _BEFORE.index("END $$;", _START) + len("END $$;")]

# An index probe more for each place looked at, where rounds share items.
IN_CHECKS = MET_ELSEWHERE.replace(
    "BEGIN\n",
    """BEGIN
    IF EXISTS (SELECT FROM labeling_delivery e JOIN labeling_task h ON h.round_id = e.check_round_id WHERE h.id = this_task) THEN
        RETURN EXISTS (
            SELECT FROM labeling_task here
            JOIN labeling_round r ON r.id = here.round_id
            JOIN labeling_task there ON there.item_id = here.item_id AND there.id <> here.id
            JOIN labeling_round o ON o.id = there.round_id AND o.project_id = r.project_id
            WHERE here.id = this_task AND (
                EXISTS (SELECT FROM labeling_review v WHERE v.task_id = there.id AND v.reviewer_id = labeler)
                OR NOT EXISTS (SELECT FROM labeling_delivery e WHERE e.check_round_id = o.id)
                AND EXISTS (SELECT FROM labeling_assignment a
                            WHERE a.task_id = there.id AND a.agent_id = labeler AND a.state <> 3)));
    END IF;
""",
    1,
)


class Migration(migrations.Migration):
    dependencies = [("labeling", "0023_exams")]
    operations = [migrations.RunSQL(IN_CHECKS, MET_ELSEWHERE)]
