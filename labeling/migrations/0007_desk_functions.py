"""The labeler's loop as two functions of the database: one message each way instead of four, short plans kept warm."""

from django.db import migrations

# Every statement of a volatile function takes a fresh snapshot: the version's number is read after its lock is held.
# Locks are taken in one order everywhere: assignment, place, tally (by question and facet).
# What a claim might have to wait for it skips, so it may follow a submit in the same transaction without a deadlock.
FORWARD = """
CREATE FUNCTION claim_task(labeler bigint, project bigint, holding bigint[])
RETURNS TABLE (task_id bigint, due timestamptz, round_id bigint, guideline_version_id bigint, item_id bigint,
    external_key text, fields json, visible_fields json, parts json, pool_id bigint, is_archived boolean)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    pick record;
    until timestamptz;
    moved_to bigint;
BEGIN
    -- Their own lease first, unless it is already in their hands.
    SELECT a.id, a.task_id, a.pool_id, r.id AS round_id, r.guideline_version_id, r.lease_minutes INTO pick
    FROM labeling_assignment a
    CROSS JOIN LATERAL (SELECT p.round_id, p.team_id FROM labeling_pool p WHERE p.id = a.pool_id OFFSET 0) p
    JOIN labeling_round r ON r.id = p.round_id AND r.project_id = project AND r.state = 'open'
    JOIN labeling_project j ON j.id = project AND j.state = 'active'
    JOIN labeling_projectmembership m ON m.project_id = project AND m.agent_id = labeler AND m.ended_at IS NULL
    WHERE a.agent_id = labeler AND a.state = 1 AND NOT (a.task_id = ANY(holding))
      AND (p.team_id IS NULL OR p.team_id = m.team_id)
    ORDER BY a.due LIMIT 1
    FOR UPDATE OF a SKIP LOCKED;
    IF FOUND THEN
        UPDATE labeling_assignment a SET due = greatest(a.due, now() + pick.lease_minutes * interval '1 minute')
        WHERE a.id = pick.id RETURNING a.due INTO until;
    ELSE
        -- Lane 1000 (Place.Lane.WITHDRAWN) holds places of archived items; nobody has a position in it.
        -- A scalar subquery asks whether they had the task: one index probe, never a flattened anti-join.
        -- A lapsed lease may be taken up again; a skipped task is not offered twice.
        SELECT p.task_id, c.pool_id, c.lane, p.pos, c.round_id, c.guideline_version_id, c.ordering, c.lease_minutes
        INTO pick
        FROM (
            SELECT q.pool_id, q.lane, q.pos, r.id AS round_id, r.guideline_version_id, r.ordering, r.lease_minutes
            FROM labeling_projectmembership m
            JOIN labeling_project j ON j.id = m.project_id AND j.state = 'active'
            JOIN labeling_round r ON r.project_id = j.id AND r.state = 'open'
            JOIN labeling_pool p ON p.round_id = r.id AND (p.team_id IS NULL OR p.team_id = m.team_id)
            JOIN labeling_queueposition q ON q.pool_id = p.id AND q.agent_id = labeler
            WHERE m.project_id = project AND m.agent_id = labeler AND m.ended_at IS NULL
            ORDER BY r.rank, r.id, p.id, q.lane
        ) c
        CROSS JOIN LATERAL (
            SELECT f.task_id, f.pos FROM labeling_place f
            WHERE f.pool_id = c.pool_id AND f.lane = c.lane AND f.pos > c.pos AND f.open
              AND (SELECT a.task_id FROM labeling_assignment a
                   WHERE a.task_id = f.task_id AND a.agent_id = labeler AND a.state <> 3 LIMIT 1) IS NULL
            ORDER BY f.pos LIMIT 1
            FOR UPDATE SKIP LOCKED
        ) p
        LIMIT 1;
        IF NOT FOUND THEN
            RETURN;
        END IF;
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
            pos = CASE WHEN pick.ordering = 'plain' OR (pick.ordering = 'finish' AND f.lane = 1) THEN f.pos
                       ELSE nextval('labeling_place_pos') END
        WHERE f.task_id = pick.task_id AND f.pool_id = pick.pool_id
        RETURNING f.pos INTO moved_to;
        -- Who takes a fresh task has found nothing in lane 1, and the task goes there as the newest: their position
        -- passes it, or one far ahead would read all their own tasks at each claim.
        UPDATE labeling_queueposition q SET pos = CASE WHEN q.lane = pick.lane THEN pick.pos ELSE moved_to END
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

CREATE FUNCTION submit_annotation(labeler bigint, task bigint, idempotency_key text, body_hash bytea,
    guideline bigint, active_ms integer, item bigint, dataset bigint, project bigint,
    questions bigint[], answers jsonb[], vote_questions bigint[], vote_facets text[], vote_codes integer[],
    leaf bytea, event jsonb)
RETURNS TABLE (id bigint, seat integer, task_id bigint)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_variable
DECLARE
    number integer := open_version(dataset);
    pool bigint;
    live integer;
    vote record;
    codes_now integer[];
BEGIN
    SELECT a.pool_id, (a.state = 1)::int INTO pool, live
    FROM labeling_assignment a
    WHERE a.task_id = task AND a.agent_id = labeler AND a.repeat = 0 AND a.state IN (1, 3)
      AND NOT EXISTS (SELECT FROM labeling_annotation n WHERE n.agent_id = labeler AND n.key = idempotency_key)
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- A live lease always fits; a lapsed one only if nobody was promised the place.
    UPDATE labeling_place p SET taken = p.taken + 1, held = p.held - live
    WHERE p.task_id = task AND p.pool_id = pool AND p.taken + p.held - live < p.wanted
    RETURNING p.taken INTO seat;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO labeling_annotation AS n (task_id, agent_id, repeat, revision, pool_id, seat, guideline_version_id,
        independent, active_ms, key, body_hash)
    VALUES (task, labeler, 0, 0, pool, seat, guideline, true, active_ms, idempotency_key, body_hash)
    RETURNING n.id INTO id;
    UPDATE labeling_assignment a SET state = 2, due = NULL, head = id
    WHERE a.task_id = task AND a.agent_id = labeler AND a.repeat = 0;
    INSERT INTO labeling_answer (annotation_id, question_id, item_id, value)
    SELECT id, q.question, item, q.value FROM unnest(questions, answers) AS q(question, value);
    INSERT INTO labeling_vote (annotation_id, question_id, facet, item_id, agent_id, code, current)
    SELECT id, v.question, v.facet, item, labeler, v.code, true
    FROM unnest(vote_questions, vote_facets, vote_codes) AS v(question, facet, code);
    -- The item's votes now, and no longer as they were: taken from RETURNING, so never stale.
    FOR vote IN
        SELECT v.question, v.facet, v.code FROM unnest(vote_questions, vote_facets, vote_codes) AS v(question, facet, code)
        ORDER BY v.question, v.facet
    LOOP
        INSERT INTO labeling_tally AS t (question_id, facet, item_id, codes)
        VALUES (vote.question, vote.facet, item, ARRAY[vote.code])
        ON CONFLICT (question_id, facet, item_id) DO UPDATE SET codes = votes_add(t.codes, excluded.codes[1])
        RETURNING t.codes INTO codes_now;
        INSERT INTO labeling_profiledelta (question_id, facet, codes, n)
        SELECT vote.question, vote.facet, d.codes, d.n
        FROM (VALUES (codes_now, 1), (votes_drop(codes_now, vote.code), -1)) AS d(codes, n)
        WHERE d.codes <> '{}';
    END LOOP;
    INSERT INTO metadata_versionmember (dataset_id, kind, subject, facet, row, leaf, valid_from)
    VALUES (dataset, 2, id, 0, id, leaf, number);
    INSERT INTO metadata_event (kind, dataset_id, project_id, subject_id, agent_id, payload)
    VALUES ('annotation.submitted', dataset, project, id, labeler, event);
    task_id := task;
    RETURN NEXT;
END $$;
"""
BACKWARD = """
DROP FUNCTION submit_annotation(bigint, bigint, text, bytea, bigint, integer, bigint, bigint, bigint, bigint[], jsonb[],
    bigint[], text[], integer[], bytea, jsonb);
DROP FUNCTION claim_task(bigint, bigint, bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("labeling", "0006_flags_and_reviews"), ("metadata", "0004_unchecked_bulk_rows")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
