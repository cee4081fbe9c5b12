"""The inbox, how people want to be told, and the address that ends letters of a kind."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Written by makemigrations."""

    dependencies = [
        ("notices", "0001_initial"),
        ("registry", "0002_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="unsubscribe",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32)),
                ("title_en", models.TextField()),
                ("title_fr", models.TextField()),
                ("text_en", models.TextField(blank=True, default="")),
                ("text_fr", models.TextField(blank=True, default="")),
                ("path", models.CharField(blank=True, default="", max_length=500)),
                ("key", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("way", models.CharField(default="none", max_length=5)),
                ("lettered_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="registry.agent"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agent", "-made_at"], name="notice_newest"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["agent"], name="notice_unread"),
                    models.Index(
                        condition=models.Q(("lettered_at", None), ("way", "daily")),
                        fields=["made_at"],
                        name="notice_for_a_digest",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("agent", "key"),
                        name="one_notice_of_a_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["daily", "none", "now"])), name="notice_way_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32)),
                ("way", models.CharField(max_length=5)),
                ("changed_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_preferences",
                        to="registry.agent",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agent", "kind"), name="one_preference_of_a_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["daily", "none", "now"])), name="preference_way_known"
                    ),
                ],
            },
        ),
    ]
