"""The tables of wishes, tools and loans."""

import django.db.models.deletion
from django.db import migrations, models

import wikivillage.web.fields


class Migration(migrations.Migration):
    """Written by makemigrations; constraints and indexes stand in their tables, for each one apart takes a while."""

    dependencies = [
        ("exchange", "0001_lots"),
        ("registry", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tool",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("stock", models.CharField(max_length=128, unique=True)),
                ("name_en", models.CharField(max_length=120)),
                ("name_fr", models.CharField(max_length=120)),
                ("about_en", models.CharField(blank=True, default="", max_length=1000)),
                ("about_fr", models.CharField(blank=True, default="", max_length=1000)),
                ("place", models.CharField(blank=True, default="", max_length=64)),
                ("shelf", models.CharField(blank=True, default="", max_length=40)),
                ("qualification", models.CharField(blank=True, default="", max_length=64)),
                ("longest_days", models.PositiveSmallIntegerField(default=7)),
                ("condition", models.CharField(default="good", max_length=16)),
                ("state", models.CharField(default="ready", max_length=16)),
                ("made_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
            options={
                "ordering": ("name_fr", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["broken", "ready", "retired"])), name="tool_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("condition__in", ["damaged", "good", "unusable", "worn"])),
                        name="tool_condition_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("longest_days__gte", 1), ("longest_days__lte", 28)), name="tool_days_sane"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("begin", models.DateTimeField()),
                ("due", models.DateTimeField()),
                ("state", models.CharField(default="reserved", max_length=16)),
                ("condition_out", models.CharField(blank=True, default="", max_length=16)),
                ("condition_in", models.CharField(blank=True, default="", max_length=16)),
                ("note_out", models.CharField(blank=True, default="", max_length=300)),
                ("note_in", models.CharField(blank=True, default="", max_length=300)),
                ("out_at", models.DateTimeField(null=True)),
                ("in_at", models.DateTimeField(null=True)),
                ("reminded", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(blank=True, default="", max_length=64)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "tool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="loans", to="exchange.tool"
                    ),
                ),
            ],
            options={
                "ordering": ("-begin", "pk"),
                "indexes": [
                    models.Index(fields=["agent", "-begin"], name="loan_of_agent"),
                    models.Index(
                        condition=models.Q(("state__in", ["reserved", "out"])), fields=["due"], name="loan_due"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["back", "cancelled", "not_fetched", "out", "reserved"])),
                        name="loan_state_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("due__gt", models.F("begin"))), name="loan_forward"),
                    models.CheckConstraint(
                        condition=models.Q(("in_at", None), ("out_at__lte", models.F("in_at")), _connector="OR"),
                        name="loan_back_after_out",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "out")), fields=("tool",), name="tool_out_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("side", models.CharField(max_length=16)),
                ("what", models.CharField(max_length=16)),
                ("spec", models.CharField(blank=True, default="", max_length=64)),
                ("title", models.CharField(max_length=120)),
                ("text", models.CharField(blank=True, default="", max_length=1000)),
                ("amount", wikivillage.web.fields.AmountField()),
                ("unit", models.CharField(max_length=16)),
                ("place", models.CharField(blank=True, default="", max_length=64)),
                ("until", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=16)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at", "pk"),
                "indexes": [
                    models.Index(fields=["state", "side", "what", "-made_at"], name="wish_newest"),
                    models.Index(fields=["agent", "-made_at"], name="wish_of_agent"),
                    models.Index(condition=models.Q(("state", "open")), fields=["until"], name="wish_ends"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("side__in", ["need", "offer"])), name="wish_side_known"),
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["hours", "material", "skill", "thing"])),
                        name="wish_what_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ended", "met", "open", "over"])), name="wish_state_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="wish_of_something"),
                    models.CheckConstraint(condition=models.Q(("until__gt", models.F("made_at"))), name="wish_forward"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("amount", wikivillage.web.fields.AmountField()),
                ("text", models.CharField(blank=True, default="", max_length=1000)),
                ("reply", models.CharField(blank=True, default="", max_length=1000)),
                ("state", models.CharField(default="asked", max_length=16)),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "wish",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="exchange.wish"
                    ),
                ),
            ],
            options={
                "ordering": ("made_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["agreed", "asked", "declined", "done", "withdrawn"])),
                        name="answer_state_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="answer_with_something"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "agreed"])),
                        fields=("wish", "agent"),
                        name="one_answer_at_a_time",
                    ),
                ],
            },
        ),
    ]
