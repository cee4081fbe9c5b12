"""The tables of the diary."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Written by makemigrations."""

    initial = True

    dependencies = [
        ("registry", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("why_en", models.CharField(max_length=200)),
                ("why_fr", models.CharField(max_length=200)),
                ("by", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("ended_at", None)), fields=["end"], name="closed_when")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("end__gt", models.F("begin"))), name="closed_forward")
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("season", models.CharField(max_length=8)),
                ("since", models.DateField()),
                ("week", models.JSONField(null=True)),
                ("by", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "season", "since"), name="opening_once"),
                    models.CheckConstraint(
                        condition=models.Q(("season__in", ("ordinary", "school", "public"))),
                        name="opening_season_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("subject", models.CharField(blank=True, default="", max_length=64)),
                ("place", models.CharField(blank=True, default="", max_length=64)),
                ("zone", models.CharField(max_length=64)),
                ("capacity", models.PositiveIntegerField(null=True)),
                ("circle", models.CharField(blank=True, default="", max_length=64)),
                ("visibility", models.CharField(default="members", max_length=8)),
                ("path", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("first_day", models.DateField()),
                ("begin_clock", models.TimeField()),
                ("minutes", models.PositiveIntegerField()),
                ("rule", models.CharField(max_length=200)),
                ("left_out", models.JSONField(default=list)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Occurrence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("subject", models.CharField(blank=True, default="", max_length=64)),
                ("place", models.CharField(blank=True, default="", max_length=64)),
                ("zone", models.CharField(max_length=64)),
                ("capacity", models.PositiveIntegerField(null=True)),
                ("circle", models.CharField(blank=True, default="", max_length=64)),
                ("visibility", models.CharField(default="members", max_length=8)),
                ("path", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("state", models.CharField(default="confirmed", max_length=9)),
                ("day", models.DateField(null=True)),
                ("apart", models.BooleanField(default=False)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="dates", to="diary.series"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["begin", "end"], name="occurrence_when"),
                    models.Index(fields=["subject", "begin"], name="occurrence_of_subject"),
                    models.Index(fields=["place", "begin"], name="occurrence_at_place"),
                    models.Index(fields=["owner", "begin"], name="occurrence_of_owner"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("begin"))), name="occurrence_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "booking",
                                    "delivery",
                                    "distribution",
                                    "event",
                                    "loan",
                                    "meeting",
                                    "repair",
                                    "session",
                                    "shift",
                                    "training",
                                    "upkeep",
                                    "visit",
                                    "workshop",
                                ],
                            )
                        ),
                        name="occurrence_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["cancelled", "confirmed", "tentative"])),
                        name="occurrence_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("visibility__in", ["members", "private", "public"])),
                        name="occurrence_seen_by_known",
                    ),
                ],
            },
        ),
    ]
