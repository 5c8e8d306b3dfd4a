"""Indexes of what is mostly absent hold only what is there: an import of texts pays for three of them no more."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metadata", "0005_assets_left_behind"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="item",
            name="item_search",
        ),
        migrations.AlterField(
            model_name="item",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="children",
                to="metadata.item",
            ),
        ),
        migrations.AlterField(
            model_name="part",
            name="asset",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="metadata.asset",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)), fields=["parent"], name="item_parent"
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("search__isnull", False)), fields=["search"], name="item_search"
            ),
        ),
        migrations.AddIndex(
            model_name="part",
            index=models.Index(
                condition=models.Q(("asset__isnull", False)), fields=["asset"], name="part_asset"
            ),
        ),
    ]
