"""The tables of the ledger."""

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
            name="Record",
            fields=[
                ("number", wikivillage.web.fields.NumberField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("id", models.CharField(max_length=128, unique=True)),
                ("body", models.TextField()),
                ("body_hash", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.agent",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
                ("hash", models.CharField(max_length=64)),
                ("closed_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("entry", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Process",
            fields=[
                ("id", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("based_on", models.CharField(max_length=128, null=True)),
                ("name", models.CharField(max_length=200, null=True)),
                ("at", models.CharField(max_length=128, null=True)),
                ("held", models.JSONField(default=dict)),
                (
                    "record",
                    models.OneToOneField(
                        db_column="number",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="process",
                        to="ledger.record",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("resource", models.CharField(max_length=400, null=True)),
                ("amount", wikivillage.web.fields.AmountField()),
                ("unit", models.CharField(max_length=32)),
                ("delivered", wikivillage.web.fields.AmountField(default=0)),
                ("ended", models.CharField(max_length=16, null=True)),
                ("counts", models.BooleanField(default=False)),
                ("booking", models.BooleanField(default=False)),
                ("single", models.BooleanField(default=False)),
                ("lapsed", models.BooleanField(default=False)),
                ("begin", models.DateTimeField(null=True)),
                ("end", models.DateTimeField(null=True)),
                ("expires", models.DateTimeField(null=True)),
                (
                    "record",
                    models.OneToOneField(
                        db_column="number",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promise",
                        to="ledger.record",
                    ),
                ),
            ],
            options={
                "ordering": ("-record",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("counts", True), ("ended__isnull", True)),
                        fields=["resource", "begin"],
                        name="promise_counts",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("booking", False), ("begin__lt", models.F("end")), _connector="OR"),
                        name="a_booking_has_a_length",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="amount_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Keeping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.CharField(max_length=128)),
                ("amount", wikivillage.web.fields.AmountField()),
                (
                    "record",
                    models.ForeignKey(
                        db_column="number",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keepings",
                        to="ledger.record",
                    ),
                ),
                (
                    "promise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keepings", to="ledger.promise"
                    ),
                ),
            ],
            options={
                "ordering": ("record",),
                "constraints": [models.UniqueConstraint(fields=("promise", "record"), name="one_keeping_each")],
            },
        ),
        migrations.CreateModel(
            name="Stock",
            fields=[
                ("id", models.CharField(max_length=400, primary_key=True, serialize=False)),
                ("unit", models.CharField(max_length=32)),
                ("spec", models.CharField(db_index=True, max_length=128)),
                ("accounting", wikivillage.web.fields.AmountField()),
                ("onhand", wikivillage.web.fields.AmountField()),
                ("location", models.CharField(max_length=128, null=True)),
                ("stage", models.CharField(max_length=128, null=True)),
                ("state", models.CharField(max_length=200, null=True)),
                ("contained_in", models.CharField(max_length=400, null=True)),
                ("inside", wikivillage.web.fields.AmountField(default=0)),
                ("classified_as", models.JSONField(default=list)),
                ("effort_unit", models.CharField(max_length=32, null=True)),
                ("lot", models.CharField(max_length=128, null=True)),
                ("tracking", models.CharField(max_length=128, null=True)),
                ("allow_negative", models.BooleanField(default=False)),
                ("elsewhere", models.BooleanField(default=False)),
                ("sequence", models.BigIntegerField(default=0)),
                ("last_event", models.CharField(max_length=128, null=True)),
                ("created_in", models.BigIntegerField()),
                (
                    "custodian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "primary_accountable",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
            options={
                "ordering": ("-created_in", "id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("contained_in__isnull", False)),
                        fields=["contained_in"],
                        name="stock_inside",
                    ),
                    models.Index(fields=["-created_in", "id"], name="stock_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("allow_negative", True),
                            models.Q(("accounting__gte", 0), ("onhand__gte", 0)),
                            _connector="OR",
                        ),
                        name="no_stock_below_zero",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        db_column="number",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="event",
                        serialize=False,
                        to="ledger.record",
                    ),
                ),
                ("id", models.CharField(max_length=128, unique=True)),
                ("action", models.CharField(max_length=20)),
                ("resource", models.CharField(max_length=400, null=True)),
                ("to_resource", models.CharField(max_length=400, null=True)),
                ("spec", models.CharField(max_length=128, null=True)),
                ("quantity", wikivillage.web.fields.AmountField(null=True)),
                ("unit", models.CharField(max_length=32, null=True)),
                ("effort", wikivillage.web.fields.AmountField(null=True)),
                ("effort_unit", models.CharField(max_length=32, null=True)),
                ("input_of", models.CharField(max_length=128, null=True)),
                ("output_of", models.CharField(max_length=128, null=True)),
                ("happened_at", models.DateTimeField(db_index=True)),
                ("corrects", models.CharField(max_length=128, null=True)),
                ("previous", models.CharField(max_length=128, null=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.agent",
                    ),
                ),
            ],
            options={
                "ordering": ("record",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("input_of__isnull", False)), fields=["input_of"], name="event_input"
                    ),
                    models.Index(
                        condition=models.Q(("output_of__isnull", False)), fields=["output_of"], name="event_output"
                    ),
                    models.Index(
                        condition=models.Q(("corrects__isnull", False)), fields=["corrects"], name="event_corrects"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("corrects__isnull", False),
                            models.Q(
                                models.Q(("quantity__isnull", True), ("quantity__gte", 0), _connector="OR"),
                                models.Q(("effort__isnull", True), ("effort__gte", 0), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="negative_only_to_correct",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quantity__isnull", True), ("unit__isnull", False), _connector="OR"),
                            models.Q(("effort__isnull", True), ("effort_unit__isnull", False), _connector="OR"),
                        ),
                        name="an_amount_has_a_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("input_of__isnull", True), ("output_of__isnull", True), _connector="OR"),
                        name="input_or_output",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.CharField(max_length=400)),
                ("sequence", models.BigIntegerField()),
                ("accounting_change", wikivillage.web.fields.AmountField()),
                ("onhand_change", wikivillage.web.fields.AmountField()),
                ("accounting", wikivillage.web.fields.AmountField()),
                ("onhand", wikivillage.web.fields.AmountField()),
                (
                    "record",
                    models.ForeignKey(
                        db_column="number",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="ledger.record",
                    ),
                ),
            ],
            options={
                "ordering": ("resource", "sequence"),
                "constraints": [models.UniqueConstraint(fields=("resource", "sequence"), name="posting_in_sequence")],
            },
        ),
    ]
