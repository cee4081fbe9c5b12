"""The tables of bookings."""

import django.db.models.deletion
from django.db import migrations, models

import wikivillage.web.registry.tree_field


class Migration(migrations.Migration):
    """Written by makemigrations; constraints and indexes stand in their tables, for each one apart takes a while."""

    initial = True

    dependencies = [
        ("prices", "0001_initial"),
        ("registry", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=8)),
                ("place", models.CharField(blank=True, default="", max_length=64)),
                ("name_en", models.CharField(max_length=120)),
                ("name_fr", models.CharField(max_length=120)),
                ("about_en", models.TextField(blank=True, default="")),
                ("about_fr", models.TextField(blank=True, default="")),
                ("persons", models.PositiveIntegerField(default=1)),
                ("size", models.PositiveIntegerField(default=1)),
                ("features", wikivillage.web.registry.tree_field.TreeField(default=list)),
                ("service", models.CharField(blank=True, default="", max_length=48)),
                ("item", models.CharField(blank=True, default="", max_length=48)),
                ("power_kw", models.FloatField(default=0)),
                ("policy", wikivillage.web.registry.tree_field.TreeField(default=dict)),
                ("policy_at", models.DateTimeField()),
                ("policy_why", models.CharField(blank=True, default="", max_length=200)),
                ("circle", models.CharField(blank=True, default="", max_length=64)),
                ("position", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "run_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
            options={
                "ordering": ("position", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["bench", "desk", "hall", "machine", "room", "studio"])),
                        name="unit_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("persons__gte", 1), ("size__gte", 1)), name="unit_is_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BookingSeries",
            fields=[
                ("uid", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("made_by", models.CharField(blank=True, max_length=64)),
                ("reconfirm_weeks", models.PositiveSmallIntegerField(default=0)),
                ("sure_until", models.DateField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="series", to="bookings.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("made_by", models.CharField(blank=True, max_length=64)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("amount", models.PositiveIntegerField(default=1)),
                ("persons", models.PositiveIntegerField(default=1)),
                ("title", models.CharField(blank=True, default="", max_length=120)),
                ("visibility", models.CharField(default="members", max_length=8)),
                ("state", models.CharField(max_length=10)),
                ("hold_until", models.DateTimeField(null=True)),
                ("total_cents", models.BigIntegerField(default=0)),
                ("kwh", models.FloatField(default=0)),
                ("own_kwh", models.FloatField(default=0)),
                ("occurrence", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("day", models.DateField(null=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, default="", max_length=64)),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.agent",
                    ),
                ),
                (
                    "quote",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="prices.frozenquote",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="bookings.bookingseries",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="bookings.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["checked_in", "confirmed", "held", "offered"])),
                        fields=["begin"],
                        name="booking_holding",
                    ),
                    models.Index(fields=["unit", "begin"], name="booking_of_unit"),
                    models.Index(fields=["agent", "begin"], name="booking_of_agent"),
                    models.Index(fields=["state", "begin"], name="booking_in_state"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("end__gt", models.F("begin"))), name="booking_forward"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "cancelled",
                                    "checked_in",
                                    "confirmed",
                                    "done",
                                    "expired",
                                    "held",
                                    "no_show",
                                    "offered",
                                    "refused",
                                    "released",
                                    "requested",
                                ],
                            )
                        ),
                        name="booking_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("visibility__in", ["members", "private", "public"])),
                        name="booking_seen_by_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 1), ("persons__gte", 1)), name="booking_of_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stock", models.CharField(db_index=True, max_length=64)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="bookings.unit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("unit", "stock"), name="unit_part_once")],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_by", models.CharField(blank=True, max_length=64)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("amount", models.PositiveIntegerField(default=1)),
                ("persons", models.PositiveIntegerField(default=1)),
                ("title", models.CharField(blank=True, default="", max_length=120)),
                ("made_at", models.DateTimeField()),
                ("offered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "offered",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="bookings.booking"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="waiting", to="bookings.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("unit", "agent", "begin", "end"),
                        name="waiting_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("end__gt", models.F("begin"))), name="waiting_forward"),
                ],
            },
        ),
    ]
