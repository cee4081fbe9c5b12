"""The tables of the meters."""

import django.db.models.deletion
from django.db import migrations, models

import wikivillage.web.fields


class Migration(migrations.Migration):
    """Written by makemigrations; constraints and indexes stand in their tables, for each one apart takes a while."""

    initial = True

    dependencies = [
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("source", models.TextField()),
                ("new", models.PositiveIntegerField()),
                ("duplicate", models.PositiveIntegerField()),
                ("conflicting", models.PositiveIntegerField()),
                ("quarantined", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ClosedInterval",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("quantity", wikivillage.web.fields.AmountField()),
                ("net", wikivillage.web.fields.AmountField()),
                ("quality", models.CharField(max_length=16)),
                ("rules", models.CharField(max_length=64)),
                ("first_at", models.DateTimeField()),
                ("first_value", wikivillage.web.fields.AmountField()),
                ("last_at", models.DateTimeField()),
                ("last_value", wikivillage.web.fields.AmountField()),
                ("baseline", wikivillage.web.fields.AmountField()),
                ("event", models.CharField(max_length=128, null=True, unique=True)),
                ("back", models.CharField(max_length=128, null=True, unique=True)),
                ("closed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("register", "begin"),
            },
        ),
        migrations.CreateModel(
            name="Quarantine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("raw", models.TextField()),
                ("is_reading", models.BooleanField()),
                ("code", models.CharField(max_length=64)),
                ("where", models.TextField()),
                ("what", models.TextField()),
                ("hint", models.TextField(blank=True)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolution", models.CharField(blank=True, default="", max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("corrects", models.UUIDField()),
                ("amount", wikivillage.web.fields.AmountField()),
                ("quantity", wikivillage.web.fields.AmountField()),
                ("at", models.DateTimeField()),
                (
                    "interval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="meters.closedinterval",
                    ),
                ),
            ],
            options={
                "ordering": ("interval", "number"),
                "constraints": [models.UniqueConstraint(fields=("interval", "number"), name="corrections_in_a_chain")],
            },
        ),
        migrations.CreateModel(
            name="CorrectionEvent",
            fields=[
                ("event", models.CharField(max_length=128, primary_key=True, serialize=False)),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="meters.correction"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Meter",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name", models.TextField(blank=True, default="")),
                ("place", models.CharField(blank=True, default="", max_length=64)),
                ("token_digest", models.CharField(max_length=64, null=True, unique=True)),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Register",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=24)),
                ("resource", models.CharField(max_length=128)),
                ("unit", models.CharField(max_length=32)),
                ("kind", models.CharField(max_length=16)),
                ("multiplier", wikivillage.web.fields.AmountField(default=1)),
                ("rolls_over_at", wikivillage.web.fields.AmountField(null=True)),
                ("reset_share", wikivillage.web.fields.AmountField()),
                ("dip", models.CharField(max_length=16)),
                ("largest_step_per_hour", wikivillage.web.fields.AmountField(null=True)),
                ("interval_minutes", models.PositiveIntegerField()),
                ("gap_after", models.PositiveIntegerField()),
                ("decimals", models.PositiveIntegerField()),
                ("timezone", models.CharField(max_length=64)),
                ("installed", models.DateTimeField()),
                ("grid", models.CharField(max_length=16)),
                ("action", models.CharField(max_length=16, null=True)),
                ("stock", models.CharField(max_length=128, null=True)),
                ("to_stock", models.CharField(max_length=128, null=True)),
                ("allow_negative", models.BooleanField(default=False)),
                ("input_of", models.CharField(max_length=128, null=True)),
                ("output_of", models.CharField(max_length=128, null=True)),
                ("last_at", models.DateTimeField(null=True)),
                ("last_value", wikivillage.web.fields.AmountField(null=True)),
                ("stale_from", models.DateTimeField(null=True)),
                ("stale_until", models.DateTimeField(null=True)),
                (
                    "meter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="registers", to="meters.meter"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
            options={
                "ordering": ("meter", "name"),
                "constraints": [models.UniqueConstraint(fields=("meter", "name"), name="register_once")],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("value", wikivillage.web.fields.AmountField()),
                ("received_at", models.DateTimeField()),
                ("source", models.TextField()),
                ("stamped", models.BooleanField(default=False)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="meters.batch"
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="meters.register",
                    ),
                ),
            ],
            options={
                "ordering": ("register", "at"),
                "constraints": [models.UniqueConstraint(fields=("register", "at"), name="one_reading_each_time")],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("value", wikivillage.web.fields.AmountField()),
                ("kept", wikivillage.web.fields.AmountField()),
                ("source", models.TextField()),
                ("first_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
                (
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conflicts", to="meters.register"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("register", "at", "value"), name="one_conflict_each_value")
                ],
            },
        ),
        migrations.AddField(
            model_name="closedinterval",
            name="register",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="intervals",
                to="meters.register",
            ),
        ),
        migrations.CreateModel(
            name="RollUp",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("grid", models.CharField(max_length=16)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("quantity", wikivillage.web.fields.AmountField()),
                ("quality", models.CharField(max_length=16)),
                ("rules", models.CharField(max_length=64)),
                (
                    "register",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meters.register",
                    ),
                ),
            ],
            options={
                "ordering": ("register", "grid", "begin"),
                "constraints": [
                    models.UniqueConstraint(fields=("register", "grid", "begin"), name="one_sum_each_begin")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="closedinterval",
            constraint=models.UniqueConstraint(fields=("register", "begin"), name="one_interval_each_begin"),
        ),
    ]
