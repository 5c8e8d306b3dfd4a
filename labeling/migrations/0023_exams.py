"""Exams: a round of known answers that somebody passes before other places are theirs, and what became of it."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

# Which rounds' queues somebody gets: of an exam, who is asked for it and has no result; of others, who passed what is asked.
MAY_ENTER = """
CREATE FUNCTION may_enter(labeler bigint, own_exam bigint, of_round bigint, kind text, rounds_exam bigint, team bigint,
    team_only boolean, role text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN kind = 'exam' THEN
        (coalesce(own_exam = of_round, false) OR EXISTS (
            SELECT FROM labeling_round o JOIN labeling_pool p ON p.round_id = o.id
            WHERE o.exam_id = of_round AND o.state = 'open' AND may_fill(p.team_id, p.experts, team, team_only, role)))
        AND NOT EXISTS (SELECT FROM labeling_examresult x WHERE x.exam_id = of_round AND x.agent_id = labeler)
    ELSE NOT EXISTS (
        SELECT FROM unnest(ARRAY[own_exam, rounds_exam]) AS wanted(exam)
        WHERE wanted.exam IS NOT NULL AND NOT EXISTS (
            SELECT FROM labeling_examresult x WHERE x.exam_id = wanted.exam AND x.agent_id = labeler AND x.passed))
    END
$$;
"""
BEFORE = import_module("labeling.migrations.0020_pauses").MAY_TAKE_MORE
changed = import_module("labeling.migrations.0013_claim_nothing_met_elsewhere").changed
# What an exam asked is no part of somebody's share of tasks.
MAY_TAKE_MORE = changed(
    BEFORE,
    (
        "    RETURN most > (SELECT",
        (
            "    most := most + (SELECT count(*) FROM labeling_round e JOIN labeling_task t ON t.round_id = e.id\n"
            "        JOIN labeling_assignment a ON a.task_id = t.id AND a.agent_id = labeler AND a.state IN (1, 2)\n"
            "        WHERE e.project_id = of_project AND e.kind = 'exam');\n"
            "    RETURN most > (SELECT"
        ),
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("labeling", "0022_vendor_terms"),
        ("metadata", "0006_partial_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExamResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("right", models.PositiveIntegerField()),
                (
                    "asked",
                    models.PositiveIntegerField(help_text="Known answers; what was skipped is not right."),
                ),
                ("passed", models.BooleanField()),
                ("settled_at", models.DateTimeField(auto_now_add=True)),
                ("let_in_reason", models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="round",
            name="round_gold_share",
        ),
        migrations.AddField(
            model_name="crowdlink",
            name="exam",
            field=models.ForeignKey(
                blank=True,
                help_text="Asked first; who does not pass gets nothing else.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="labeling.round",
            ),
        ),
        migrations.AddField(
            model_name="crowdlink",
            name="failed_code",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Shown to who does not pass.", max_length=60
            ),
        ),
        migrations.AddField(
            model_name="crowdlink",
            name="failed_url",
            field=models.URLField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="projectmembership",
            name="exam",
            field=models.ForeignKey(
                blank=True,
                help_text="Gets nothing else before it is passed.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="labeling.round",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="exam",
            field=models.ForeignKey(
                blank=True,
                help_text="Only who passed it gets tasks of this round.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="labeling.round",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="pass_mark",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Of an exam: percent of its known answers that must be right.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="crowdrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("working", "working"),
                    ("finished", "finished"),
                    ("left", "left"),
                    ("failed", "did not qualify"),
                ],
                default="working",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gold_share__lte", 50), models.Q(("gold_share", 100), ("kind", "exam")), _connector="OR"
                ),
                name="round_gold_share",
            ),
        ),
        migrations.AddField(
            model_name="examresult",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="exam_results", to="metadata.agent"
            ),
        ),
        migrations.AddField(
            model_name="examresult",
            name="exam",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="exam_results", to="labeling.round"
            ),
        ),
        migrations.AddField(
            model_name="examresult",
            name="let_in_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="metadata.agent",
            ),
        ),
        migrations.AddConstraint(
            model_name="examresult",
            constraint=models.UniqueConstraint(fields=("exam", "agent"), name="exam_result_once"),
        ),
        migrations.RunSQL(
            MAY_ENTER + MAY_TAKE_MORE,
            BEFORE + "DROP FUNCTION may_enter(bigint, bigint, bigint, text, bigint, bigint, boolean, text)",
        ),
    ]
