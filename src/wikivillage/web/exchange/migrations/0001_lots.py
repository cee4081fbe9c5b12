"""The tables of material lots."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import wikivillage.web.fields


class Migration(migrations.Migration):
    """Written by makemigrations; constraints and indexes stand in their tables, for each one apart takes a while."""

    initial = True

    dependencies = [
        ("ledger", "0004_calendar_links"),
        ("registry", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "stock",
                    models.OneToOneField(
                        db_column="id",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="lot_of_exchange",
                        serialize=False,
                        to="ledger.stock",
                    ),
                ),
                ("spec", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=120)),
                ("pieces", models.PositiveIntegerField(null=True)),
                ("size", models.CharField(blank=True, default="", max_length=80)),
                ("longest_cm", models.PositiveIntegerField(null=True)),
                ("condition", models.CharField(max_length=16)),
                ("origin", models.CharField(max_length=16)),
                ("treated", models.CharField(max_length=16)),
                ("place", models.CharField(max_length=64)),
                ("bin", models.CharField(blank=True, default="", max_length=24)),
                ("state", models.CharField(default="free", max_length=16)),
                ("held_back", models.CharField(blank=True, default="", max_length=300)),
                ("free_until", models.DateTimeField()),
                ("times_used", models.PositiveIntegerField(default=0)),
                ("dropped_at", models.DateTimeField()),
                ("dropped_kg", wikivillage.web.fields.AmountField()),
                ("gone_at", models.DateTimeField(null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "-dropped_at", "stock"], name="lot_newest"),
                    models.Index(fields=["state", "spec", "-dropped_at", "stock"], name="lot_of_kind"),
                    models.Index(fields=["state", "place", "-dropped_at", "stock"], name="lot_at_place"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["free", "gone", "quarantined"])), name="lot_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("origin__in", ["building_part", "fablab", "gift", "neighbour", "site_offcut"])
                        ),
                        name="lot_origin_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("condition__in", ["broken", "good", "unsorted", "worn"])),
                        name="lot_condition_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("treated__in", ["no", "unknown", "yes"])), name="lot_treated_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("dropped_kg__gt", 0)), name="lot_weighs_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.CharField(blank=True, default="", max_length=64)),
                ("what", models.CharField(max_length=16)),
                ("text", models.CharField(blank=True, default="", max_length=300)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="exchange.lot"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["held_back", "released", "told"])), name="lot_mark_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LotPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("image", models.BinaryField()),
                ("small", models.BinaryField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="exchange.lot"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("lot", "position"), name="lot_photo_once")],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("amount", wikivillage.web.fields.AmountField()),
                ("taken", wikivillage.web.fields.AmountField(default=0)),
                ("purpose", models.CharField(max_length=16)),
                ("until", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=16)),
                ("commitment", models.CharField(max_length=128, unique=True)),
                ("made_by", models.CharField(blank=True, default="", max_length=64)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="exchange.lot"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["lot", "until"], name="reservation_open"
                    ),
                    models.Index(fields=["agent", "-made_at"], name="reservation_of_agent"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["cancelled", "lapsed", "open", "taken"])),
                        name="reservation_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("purpose__in", ["art", "building", "course", "furniture", "garden", "other", "repair"])
                        ),
                        name="reservation_purpose_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="reservation_of_something"),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("made_at"))), name="reservation_forward"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transformation",
            fields=[
                ("process", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("work", models.CharField(max_length=64)),
                ("place", models.CharField(blank=True, default="", max_length=64)),
                ("taken", wikivillage.web.fields.AmountField()),
                ("made", wikivillage.web.fields.AmountField()),
                ("loss", wikivillage.web.fields.AmountField()),
                ("lost_as", models.CharField(blank=True, default="", max_length=16)),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                ("by", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "taken",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("made"), "+", models.F("loss")
                                ),
                            )
                        ),
                        name="transformation_adds_up",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WasteExit",
            fields=[
                ("event", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("kg", wikivillage.web.fields.AmountField()),
                ("exchange", models.CharField(max_length=64)),
                ("channel", models.CharField(max_length=16)),
                ("certificate", models.CharField(blank=True, default="", max_length=80)),
                ("by", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "carrier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.agent"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exits", to="exchange.lot"
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["compost", "energy", "landfill", "recycling"])),
                        name="waste_channel_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("kg__gt", 0)), name="waste_weighs_something"),
                ],
            },
        ),
    ]
