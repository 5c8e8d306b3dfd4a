"""Rules that withhold tasks, and pauses: a claim reads the flag in the row that it reads anyway."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

# Asked before a claim. The row of somebody with a limit is locked: two windows cannot both take the last task. What they
# have is shown again, to whom nothing more is given too; not a lease that another window is answering just now, which
# the claim would step over. A lease that is locked here is the one that the claim finds: nobody waits for anything else.
MAY_TAKE_MORE = """
CREATE OR REPLACE FUNCTION may_take_more(labeler bigint, of_project bigint, holding bigint[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    most integer;
    is_withheld boolean;
BEGIN
    SELECT m.most_tasks, m.withheld INTO most, is_withheld FROM labeling_projectmembership m
    WHERE m.project_id = of_project AND m.agent_id = labeler AND (m.most_tasks IS NOT NULL OR m.withheld)
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN true;
    END IF;
    PERFORM FROM labeling_assignment a
    JOIN labeling_pool p ON p.id = a.pool_id
    JOIN labeling_round r ON r.id = p.round_id AND r.project_id = of_project AND r.state = 'open'
    WHERE a.agent_id = labeler AND a.state = 1 AND NOT (a.task_id = ANY(holding))
    LIMIT 1 FOR UPDATE OF a SKIP LOCKED;
    IF FOUND THEN
        RETURN true;
    END IF;
    IF is_withheld THEN
        RETURN false;
    END IF;
    RETURN most > (SELECT count(*) FROM labeling_annotation n
                   WHERE n.agent_id = labeler AND n.seat IS NOT NULL AND n.revision = 0)
                + (SELECT count(*) FROM labeling_assignment a WHERE a.agent_id = labeler AND a.state = 1);
END $$;
"""
BEFORE = import_module("labeling.migrations.0016_crowd").MAY_TAKE_MORE.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [
        ("labeling", "0019_vendors"),
        ("metadata", "0006_partial_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("gold", "known answers"), ("speed", "speed"), ("person", "by a person")],
                        max_length=8,
                    ),
                ),
                (
                    "figures",
                    models.JSONField(blank=True, default=dict, help_text="What the rule found and wanted."),
                ),
                (
                    "words",
                    models.CharField(blank=True, help_text="Why, where a person said it.", max_length=500),
                ),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("appeal", models.CharField(blank=True, max_length=2000)),
                ("appealed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "waits for a decision"), ("kept", "kept"), ("lifted", "lifted")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("decision_reason", models.CharField(blank=True, max_length=500)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_head",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Their newest answer when it was lifted: rules look at later ones.",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PauseRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("gold", "known answers"), ("speed", "speed")], max_length=8),
                ),
                (
                    "least",
                    models.PositiveIntegerField(
                        help_text="Percent of known answers that must be right; or milliseconds an answer."
                    ),
                ),
                (
                    "last",
                    models.PositiveSmallIntegerField(help_text="Over how many of somebody's last answers."),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="projectmembership",
            name="withheld",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Gets no more tasks until a person has decided."
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="metadata.agent"
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="metadata.agent"
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="opened_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="metadata.agent"
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="labeling.project"
            ),
        ),
        migrations.AddField(
            model_name="pauserule",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="metadata.agent"
            ),
        ),
        migrations.AddField(
            model_name="pauserule",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pause_rules", to="labeling.project"
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="pauses",
                to="labeling.pauserule",
            ),
        ),
        migrations.AddConstraint(
            model_name="pauserule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("project", "kind"), name="pause_rule_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pauserule",
            constraint=models.CheckConstraint(
                condition=models.Q(("last__gte", 1), ("least__gte", 1)), name="pause_rule_bounds"
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "lifted"), _negated=True),
                fields=("project", "agent"),
                name="pause_one_at_a_time",
            ),
        ),
        migrations.RunSQL(MAY_TAKE_MORE, BEFORE),
    ]
