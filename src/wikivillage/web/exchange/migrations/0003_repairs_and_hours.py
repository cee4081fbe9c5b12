"""The tables of repairs and hours."""

import django.db.models.deletion
from django.db import migrations, models

import wikivillage.web.fields


class Migration(migrations.Migration):
    """Written by makemigrations; constraints and indexes stand in their tables, for each one apart takes a while."""

    dependencies = [
        ("exchange", "0002_wishes_and_tools"),
        ("registry", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="RepairDay",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120)),
                ("place", models.CharField(blank=True, default="", max_length=64)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("made_by", models.CharField(blank=True, default="", max_length=64)),
                ("made_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, default="", max_length=64)),
                ("sums", models.JSONField(null=True)),
            ],
            options={
                "ordering": ("-begin", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("begin"))), name="repair_day_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closed_at", None), ("sums__isnull", False), _connector="OR"),
                        name="closed_day_has_sums",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RepairTicket",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("device", models.CharField(max_length=120)),
                ("category", models.CharField(max_length=16)),
                ("weight_kg", wikivillage.web.fields.AmountField(null=True)),
                ("unweighed", models.BooleanField(default=False)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                ("state", models.CharField(default="waiting", max_length=16)),
                ("barrier", models.CharField(blank=True, default="", max_length=16)),
                ("minutes", models.PositiveIntegerField(null=True)),
                ("said", models.CharField(blank=True, default="", max_length=300)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "day",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="exchange.repairday",
                    ),
                ),
                (
                    "tool",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="exchange.tool",
                    ),
                ),
            ],
            options={
                "ordering": ("made_at", "pk"),
                "indexes": [models.Index(fields=["state", "made_at"], name="ticket_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["end_of_life", "fixed", "repairable", "waiting"])),
                        name="ticket_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "category__in",
                                [
                                    "audio_video",
                                    "bicycle",
                                    "computer",
                                    "furniture",
                                    "household",
                                    "kitchen",
                                    "lighting",
                                    "other",
                                    "textile",
                                    "tool",
                                    "toy",
                                ],
                            )
                        ),
                        name="ticket_category_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "barrier__in",
                                [
                                    "",
                                    "no_information",
                                    "no_time",
                                    "no_tool",
                                    "no_way_in",
                                    "parts_dear",
                                    "parts_missing",
                                ],
                            )
                        ),
                        name="ticket_barrier_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight_kg", None), ("weight_kg__gt", 0), _connector="OR"),
                        name="ticket_weighs_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HourGift",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("hours", wikivillage.web.fields.AmountField()),
                ("what", models.CharField(max_length=120)),
                ("day", models.DateField()),
                ("state", models.CharField(default="told", max_length=16)),
                ("told_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                (
                    "answer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gifts",
                        to="exchange.answer",
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
            options={
                "ordering": ("-day", "-told_at", "pk"),
                "indexes": [
                    models.Index(fields=["giver", "-day"], name="gift_of_giver"),
                    models.Index(fields=["taker", "-day"], name="gift_of_taker"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["confirmed", "refused", "taken_back", "told"])),
                        name="gift_state_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("hours__gt", 0)), name="gift_of_something"),
                    models.CheckConstraint(
                        condition=models.Q(("giver", models.F("taker")), _negated=True), name="gift_to_another"
                    ),
                ],
            },
        ),
    ]
