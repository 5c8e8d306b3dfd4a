"""Somebody's answers by number: counted at each claim of who has a limit, and the last of them looked at by pause rules."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("labeling", "0020_pauses")]
    operations = [
        AddIndexConcurrently(
            model_name="annotation",
            index=models.Index(
                condition=models.Q(("revision", 0), ("seat__isnull", False)),
                fields=["agent", "id"],
                name="annotation_of_agent",
            ),
        )
    ]
