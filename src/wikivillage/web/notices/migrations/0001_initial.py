"""The queue of letters."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Letters as they wait, fail and leave."""

    initial = True

    dependencies = [
        ("registry", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("to", models.EmailField(max_length=320)),
                ("subject", models.TextField()),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True, default="")),
                ("kind", models.CharField(default="letter", max_length=64)),
                ("made_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("last_error", models.TextField(blank=True, default="")),
                ("next_try_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="registry.agent",
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True)), fields=["next_try_at"], name="letter_due"
                    ),
                    models.Index(fields=["-made_at"], name="letter_newest"),
                ],
            },
        ),
    ]
