"""The tables of prices."""

import django.db.models.deletion
from django.db import migrations, models

import wikivillage.web.registry.tree_field


class Migration(migrations.Migration):
    """Written by makemigrations."""

    initial = True

    dependencies = [
        ("registry", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Declaration",
            fields=[
                (
                    "agent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="declaration",
                        serialize=False,
                        to="registry.agent",
                    ),
                ),
                ("quotient_cents", models.PositiveBigIntegerField()),
                ("certificate_on", models.DateField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("service", models.CharField(max_length=48)),
                ("version", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=16)),
                ("tree", wikivillage.web.registry.tree_field.TreeField()),
                ("valid_from", models.DateField()),
                ("state", models.CharField(default="proposed", max_length=16)),
                ("decided_by", models.TextField()),
                ("why_en", models.TextField()),
                ("why_fr", models.TextField()),
                ("proposed_by", models.CharField(blank=True, max_length=64)),
                ("proposed_at", models.DateTimeField()),
                ("activated_by", models.CharField(blank=True, default="", max_length=64)),
                ("activated_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("service", "version"), name="price_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("proposed", "active", "withdrawn"))), name="price_state_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FrozenQuote",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("facts", wikivillage.web.registry.tree_field.TreeField()),
                ("lines", wikivillage.web.registry.tree_field.TreeField()),
                ("total_cents", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(blank=True, max_length=64)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("used_by", models.CharField(blank=True, default="", max_length=128)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="quotes", to="registry.agent"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="quotes", to="prices.policyversion"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agent", "-made_at"], name="quotes_of_an_agent")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("total_cents__gte", 0)), name="quote_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("used_at", None), ("used_by", "")),
                            models.Q(("used_at__isnull", False), models.Q(("used_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="quote_used_for_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceBand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("band", models.PositiveSmallIntegerField()),
                ("certificate_on", models.DateField()),
                ("valid_until", models.DateField()),
                ("checked_by", models.CharField(blank=True, max_length=64)),
                ("checked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="price_bands", to="registry.agent"
                    ),
                ),
                (
                    "scale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bands", to="prices.policyversion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("agent",), name="one_band_at_a_time"
                    ),
                    models.CheckConstraint(condition=models.Q(("band__gte", 1)), name="band_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("certificate_on"))), name="band_forward"
                    ),
                ],
            },
        ),
    ]
