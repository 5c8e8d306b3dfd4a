"""What the schema needs beyond Django's models: the version lock, append-only rows, fill factors."""

from django.db import migrations

FORWARD = """
-- A volatile function takes a fresh snapshot for each of its statements: the number is read after the lock is held.
CREATE FUNCTION open_version(dataset bigint) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(77, dataset::integer);
    RETURN (SELECT number FROM metadata_version WHERE dataset_id = dataset AND closed_at IS NULL);
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON metadata_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A closed version keeps its number, moment and pins; only what a job adds about it may still come.
CREATE FUNCTION refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL AND (NEW.closed_at IS DISTINCT FROM OLD.closed_at
        OR NEW.number <> OLD.number OR NEW.dataset_id <> OLD.dataset_id OR NEW.pins <> OLD.pins) THEN
        RAISE EXCEPTION 'a closed version is immutable' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_immutable BEFORE UPDATE ON metadata_version
    FOR EACH ROW EXECUTE FUNCTION refuse_reopening();
ALTER TABLE metadata_versionmember SET (fillfactor = 90);
"""
BACKWARD = """
DROP TRIGGER version_immutable ON metadata_version;
DROP FUNCTION refuse_reopening();
DROP TRIGGER audit_append_only ON metadata_auditentry;
DROP FUNCTION refuse_change();
DROP FUNCTION open_version(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("metadata", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
