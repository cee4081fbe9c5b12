"""The tables of use: sessions of machines and outages."""

import django.db.models.deletion
from django.db import migrations, models

import wikivillage.web.fields


class Migration(migrations.Migration):
    """Written by makemigrations; constraints and indexes stand in their tables, for each one apart takes a while."""

    dependencies = [
        ("bookings", "0001_initial"),
        ("registry", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="UseSession",
            fields=[
                ("id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("beside", models.CharField(blank=True, default="", max_length=64)),
                ("walk_in", models.BooleanField(default=False)),
                ("began_at", models.DateTimeField()),
                ("began_by", models.CharField(blank=True, default="", max_length=64)),
                ("ends_by", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=64)),
                ("ended_how", models.CharField(blank=True, default="", max_length=9)),
                ("kwh", wikivillage.web.fields.AmountField(null=True)),
                ("grams", wikivillage.web.fields.AmountField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="bookings.booking"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="bookings.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "began_at"], name="session_of_unit"),
                    models.Index(condition=models.Q(("ended_at", None)), fields=["ends_by"], name="session_running"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("booking",), name="session_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("began_at")), _connector="OR"
                        ),
                        name="session_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_how", "")),
                            models.Q(
                                ("ended_at__isnull", False), ("ended_how__in", ("stopped", "forgotten", "broken"))
                            ),
                            _connector="OR",
                        ),
                        name="session_ending_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kwh", None), ("kwh__gte", 0), _connector="OR"),
                            models.Q(("grams", None), ("grams__gte", 0), _connector="OR"),
                        ),
                        name="session_measured",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said", models.CharField(max_length=500)),
                ("begin", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=64)),
                ("mended", models.CharField(blank=True, default="", max_length=500)),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outages", to="bookings.unit"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outages",
                        to="bookings.usesession",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("unit",), name="outage_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gt", models.F("begin")), _connector="OR"),
                        name="outage_forward",
                    ),
                ],
            },
        ),
    ]
