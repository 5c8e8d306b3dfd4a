"""A claim hands out what is to be asked of the same person again, once it is due. The whole function as it is now."""

from importlib import import_module

from django.db import migrations

CLAIM = """
CREATE OR REPLACE FUNCTION claim_task(labeler bigint, project bigint, holding bigint[])
RETURNS TABLE (task_id bigint, due timestamptz, round_id bigint, guideline_version_id bigint, item_id bigint,
    external_key text, fields json, visible_fields json, parts json, pool_id bigint, is_archived boolean)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    pick record;
    until timestamptz;
    moved_to bigint;
    is_alone boolean := false;
BEGIN
    -- Their own lease first, unless it is already in their hands; then what is to be asked of them again.
    SELECT a.id, a.task_id, a.pool_id, r.id AS round_id, r.guideline_version_id, r.lease_minutes INTO pick
    FROM labeling_assignment a
    CROSS JOIN LATERAL (SELECT p.round_id, p.team_id FROM labeling_pool p WHERE p.id = a.pool_id OFFSET 0) p
    JOIN labeling_round r ON r.id = p.round_id AND r.project_id = project AND r.state = 'open'
    JOIN labeling_project j ON j.id = project AND j.state = 'active'
    JOIN labeling_projectmembership m ON m.project_id = project AND m.agent_id = labeler AND m.ended_at IS NULL
    WHERE a.agent_id = labeler AND (a.state = 1 OR a.state = 0 AND a.due <= now()) AND NOT (a.task_id = ANY(holding))
      AND (p.team_id IS NULL OR p.team_id = m.team_id)
    ORDER BY a.state DESC, a.due LIMIT 1
    FOR UPDATE OF a SKIP LOCKED;
    IF FOUND THEN
        UPDATE labeling_assignment a SET state = 1,
            due = greatest(a.due, now() + pick.lease_minutes * interval '1 minute')
        WHERE a.id = pick.id RETURNING a.due INTO until;
    ELSE
        -- Lane 1000 (Place.Lane.WITHDRAWN) holds places of archived items; nobody has a position in it.
        -- A scalar subquery asks whether they had the task: one index probe, never a flattened anti-join.
        -- A lapsed lease may be taken up again; a skipped task is not offered twice.
        -- (gold) The pool of gold is read, and before the others, only if the number of this claim draws it.
        -- (shuffle) What was given back first, then the lanes one after the other, each time around in another order.
        -- (shared) Where rounds share items, what they met in another one is not for them. Two windows of one person could
        -- each find an item free: such a claim looks again while it holds the person's lock. It waits for nobody but the
        -- same person's other claim, which waits for no place.
        LOOP
            SELECT p.task_id, c.pool_id, c.lane, p.pos, c.round_id, c.guideline_version_id, c.ordering, c.lease_minutes,
                c.is_shared
            INTO pick
            FROM (
                SELECT q.pool_id, q.lane, q.pos, r.id AS round_id, r.guideline_version_id, r.lease_minutes,
                    CASE WHEN p.gold THEN 'shuffle' ELSE r.ordering END AS ordering,
                    r.shares_items AND NOT r.repeats_items AS is_shared
                FROM labeling_projectmembership m
                JOIN labeling_project j ON j.id = m.project_id AND j.state = 'active'
                JOIN labeling_round r ON r.project_id = j.id AND r.state = 'open'
                JOIN labeling_pool p ON p.round_id = r.id AND (p.team_id IS NULL OR p.team_id = m.team_id)
                    AND (NOT p.gold OR gold_is_drawn(labeler, r.id, r.seed, r.gold_share))
                JOIN labeling_queueposition q ON q.pool_id = p.id AND q.agent_id = labeler
                WHERE m.project_id = project AND m.agent_id = labeler AND m.ended_at IS NULL
                ORDER BY r.rank, r.id, NOT p.gold, p.id,
                    CASE WHEN q.lane >= 32 AND (p.gold OR r.ordering = 'shuffle') THEN q.claims + 32 ELSE q.lane END,
                    CASE WHEN q.lane >= 32 AND (p.gold OR r.ordering = 'shuffle')
                         THEN hashint8extended(q.claims * 1024::bigint + q.lane, hashint8extended(labeler, r.seed)) END,
                    q.lane
            ) c
            CROSS JOIN LATERAL (
                SELECT f.task_id, f.pos FROM labeling_place f
                WHERE f.pool_id = c.pool_id AND f.lane = c.lane AND f.pos > c.pos AND f.open
                  AND (SELECT a.task_id FROM labeling_assignment a
                       WHERE a.task_id = f.task_id AND a.agent_id = labeler AND a.state <> 3 LIMIT 1) IS NULL
                  AND CASE WHEN c.is_shared THEN NOT met_elsewhere(labeler, f.task_id) ELSE true END
                ORDER BY f.pos LIMIT 1
                FOR UPDATE SKIP LOCKED
            ) p
            LIMIT 1;
            IF NOT FOUND THEN
                RETURN;
            END IF;
            EXIT WHEN is_alone OR NOT pick.is_shared;
            PERFORM pg_advisory_xact_lock(hashtextextended('claim_task', labeler));
            is_alone := true;
        END LOOP;
        INSERT INTO labeling_assignment AS a (task_id, agent_id, repeat, pool_id, state, due, skip_reason, skip_comment)
        VALUES (pick.task_id, labeler, 0, pick.pool_id, 1, now() + pick.lease_minutes * interval '1 minute', '', '')
        ON CONFLICT (task_id, agent_id, repeat) DO UPDATE
            SET state = 1, due = excluded.due, pool_id = excluded.pool_id WHERE a.state = 3
        RETURNING a.due INTO until;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        -- Lanes of 'finish': 0 given back, 1 opened, 2 fresh.
        UPDATE labeling_place f SET held = f.held + 1,
            lane = CASE pick.ordering WHEN 'finish' THEN 1 WHEN 'spread' THEN 3 + f.taken + f.held ELSE f.lane END,
            pos = CASE WHEN pick.ordering IN ('plain', 'shuffle') OR (pick.ordering = 'finish' AND f.lane = 1) THEN f.pos
                       ELSE nextval('labeling_place_pos') END
        WHERE f.task_id = pick.task_id AND f.pool_id = pick.pool_id
        RETURNING f.pos INTO moved_to;
        -- Who takes a fresh task has found nothing in lane 1, and the task goes there as the newest: their position
        -- passes it, or one far ahead would read all their own tasks at each claim.
        UPDATE labeling_queueposition q SET pos = CASE WHEN q.lane = pick.lane THEN pick.pos ELSE moved_to END,
            claims = q.claims + (q.lane = pick.lane)::int
        WHERE q.agent_id = labeler AND q.pool_id = pick.pool_id
          AND (q.lane = pick.lane OR (pick.ordering = 'finish' AND pick.lane = 2 AND q.lane = 1));
    END IF;
    RETURN QUERY
    SELECT pick.task_id, until, pick.round_id, pick.guideline_version_id, i.id, i.external_key::text, i.fields::json,
        j.visible_fields::json,
        (SELECT coalesce(json_agg(json_build_object('id', p.id, 'role', p.role, 'text', p.text, 'type', s.media_type,
            'width', s.width, 'height', s.height) ORDER BY p.ordinal, p.id), '[]')
         FROM metadata_part p LEFT JOIN metadata_asset s ON s.id = p.asset_id WHERE p.item_id = i.id),
        pick.pool_id, i.archived_at IS NOT NULL
    FROM labeling_task t, metadata_item i, labeling_project j
    WHERE t.id = pick.task_id AND i.id = t.item_id AND j.id = project;
END $$;
"""
CLAIM_BEFORE = import_module("labeling.migrations.0013_claim_nothing_met_elsewhere").CLAIM


class Migration(migrations.Migration):
    dependencies = [("labeling", "0014_repeats")]
    operations = [migrations.RunSQL(CLAIM, CLAIM_BEFORE)]
