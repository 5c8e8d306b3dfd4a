"""A recipe may make several copies of one picture."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("augmentation", "0002_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="deriveditem", name="derived_once"),
        migrations.AddField(
            model_name="deriveditem",
            name="copy",
            field=models.PositiveSmallIntegerField(default=0, help_text="Which copy of the parent, from 0."),
        ),
        migrations.AddConstraint(
            model_name="deriveditem",
            constraint=models.UniqueConstraint(fields=("run", "parent", "copy"), name="derived_once"),
        ),
    ]
