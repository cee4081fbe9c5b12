"""The table of labels."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Written by makemigrations."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                ("code", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=32)),
                ("thing", models.CharField(max_length=128)),
                ("path", models.CharField(max_length=200)),
                ("title", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(blank=True, default="", max_length=64)),
                ("retired_at", models.DateTimeField(null=True)),
                ("retired_by", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "title"], name="label_of_kind")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at", None)), fields=("kind", "thing"), name="one_label_of_a_thing"
                    )
                ],
            },
        ),
    ]
