"""What the labeler's loop needs beyond Django's models: the seat trigger, vote arithmetic, fill factors."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE labeling_place_pos START 1000000000000;

-- Unique seat and CHECK alone accepted a rogue insert with seat 99: the number itself must fit what is wanted.
CREATE FUNCTION labeling_seat_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seat IS NOT NULL AND NOT EXISTS (
        SELECT FROM labeling_place
        WHERE task_id = NEW.task_id AND pool_id = NEW.pool_id AND NEW.seat BETWEEN 1 AND wanted
    ) THEN
        RAISE EXCEPTION 'task % wants no answer number %', NEW.task_id, NEW.seat USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.revision > 0 AND NEW.seat IS NOT NULL THEN
        RAISE EXCEPTION 'a revision takes no seat' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER annotation_seat_fits BEFORE INSERT ON labeling_annotation
    FOR EACH ROW EXECUTE FUNCTION labeling_seat_fits();
CREATE TRIGGER annotation_append_only BEFORE UPDATE ON labeling_annotation
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER answer_append_only BEFORE UPDATE ON labeling_answer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION votes_add(votes integer[], code integer) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT array_agg(c ORDER BY c) FROM unnest(votes || code) c);
CREATE FUNCTION votes_drop(votes integer[], code integer) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN votes[1:array_position(votes, code) - 1] || votes[array_position(votes, code) + 1:cardinality(votes)];

ALTER TABLE labeling_place SET (fillfactor = 85);
ALTER TABLE labeling_queueposition SET (fillfactor = 50);
ALTER TABLE labeling_assignment SET (fillfactor = 85);
ALTER TABLE labeling_tally SET (fillfactor = 80);
"""
BACKWARD = """
DROP FUNCTION votes_drop(integer[], integer);
DROP FUNCTION votes_add(integer[], integer);
DROP TRIGGER answer_append_only ON labeling_answer;
DROP TRIGGER annotation_append_only ON labeling_annotation;
DROP TRIGGER annotation_seat_fits ON labeling_annotation;
DROP FUNCTION labeling_seat_fits();
DROP SEQUENCE labeling_place_pos;
"""


class Migration(migrations.Migration):
    dependencies = [("labeling", "0002_initial"), ("metadata", "0002_functions_and_guards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
