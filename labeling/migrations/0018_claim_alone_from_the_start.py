"""Where rounds share items, a claim takes the person's lock before it locks anything.

Taken once a place was locked, it could wait for the same person's other claim while that one came to wait for the place:
SKIP LOCKED steps over a locked row, but waits for the new version of one that was changed a moment ago.
"""

from importlib import import_module

from django.db import migrations

from labeling.migrations import __name__ as package

BEFORE = import_module(f"{package}.0015_claim_repeats").CLAIM
changed = import_module(f"{package}.0013_claim_nothing_met_elsewhere").changed

# Replacing the function drops its setting of 0017.
PLAN = "ALTER FUNCTION claim_task(bigint, bigint, bigint[]) SET enable_bitmapscan = off;"

CLAIM = changed(
    BEFORE,
    ("    moved_to bigint;\n    is_alone boolean := false;\n", "    moved_to bigint;\n"),
    (
        "    -- Their own lease first,",
        (
            "    -- (shared) Where rounds share items, two windows of one person could each find an item free: one after the\n"
            "    -- other, then.\n"
            "    IF EXISTS (SELECT FROM labeling_round r WHERE r.project_id = project AND r.state = 'open'\n"
            "               AND r.shares_items AND NOT r.repeats_items) THEN\n"
            "        PERFORM pg_advisory_xact_lock(hashtextextended('claim_task', labeler));\n"
            "    END IF;\n"
            "    -- Their own lease first,"
        ),
    ),
    (
        (
            " Two windows of one person could\n"
            "        -- each find an item free: such a claim looks again while it holds the person's lock. It waits for nobody but the\n"
            "        -- same person's other claim, which waits for no place.\n"
            "        LOOP\n"
        ),
        "\n",
    ),
    (
        "c.lease_minutes,\n                c.is_shared\n            INTO pick",
        "c.lease_minutes\n            INTO pick",
    ),
    (
        (
            "            EXIT WHEN is_alone OR NOT pick.is_shared;\n"
            "            PERFORM pg_advisory_xact_lock(hashtextextended('claim_task', labeler));\n"
            "            is_alone := true;\n"
            "        END LOOP;\n"
        ),
        "",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("labeling", "0017_claim_in_order")]
    operations = [migrations.RunSQL(CLAIM + PLAN, BEFORE + PLAN)]
