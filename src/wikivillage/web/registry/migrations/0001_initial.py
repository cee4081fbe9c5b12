"""The first tables of the registry."""

import django.db.models.deletion
from django.db import migrations, models

import wikivillage.web.registry.tree_field


class Migration(migrations.Migration):
    """Written by makemigrations; constraints and indexes stand in their tables, for each one apart takes a while."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Agent",
            fields=[
                ("pseudonym", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("created_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
                ("listed", models.BooleanField(default=False)),
                ("position", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["household", "organisation", "outside", "person"])),
                        name="agent_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.CharField(blank=True, max_length=64)),
                ("verb", models.CharField(max_length=32)),
                ("subject", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="DataFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.TextField(unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Definition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("section", models.CharField(max_length=16)),
                ("entry", models.CharField(blank=True, max_length=64)),
                ("position", models.PositiveIntegerField()),
                ("tree", wikivillage.web.registry.tree_field.TreeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("section", "entry"), name="one_definition_per_entry")],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField()),
                ("name_en", models.TextField()),
                ("name_fr", models.TextField()),
                ("floor", models.IntegerField(null=True)),
                ("area_m2", models.FloatField(null=True)),
                ("use", models.TextField(null=True)),
                ("tree", wikivillage.web.registry.tree_field.TreeField()),
            ],
        ),
        migrations.CreateModel(
            name="RecipeEntry",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField()),
                ("name_en", models.TextField()),
                ("name_fr", models.TextField()),
                ("loop", models.CharField(max_length=16)),
                ("activity_unit", models.TextField()),
                ("size_unit", models.TextField()),
                ("use", models.TextField(null=True)),
                ("origin", models.CharField(max_length=8)),
                ("tree", wikivillage.web.registry.tree_field.TreeField()),
            ],
        ),
        migrations.CreateModel(
            name="ResourceKind",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField()),
                ("name_en", models.TextField()),
                ("name_fr", models.TextField()),
                ("unit", models.TextField()),
                ("tempo", models.CharField(max_length=8)),
                ("loop", models.CharField(max_length=16)),
                ("legal", models.TextField(null=True)),
                ("nature", models.BooleanField()),
                ("origin", models.CharField(max_length=8)),
                ("tree", wikivillage.web.registry.tree_field.TreeField()),
            ],
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.TextField(blank=True, default="")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scopes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "agent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="identity",
                        serialize=False,
                        to="registry.agent",
                    ),
                ),
                ("handle", models.CharField(max_length=64, unique=True)),
                ("name", models.TextField()),
                ("email", models.TextField(blank=True, default="")),
                ("phone", models.TextField(blank=True, default="")),
                ("note", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.AddField(
            model_name="place",
            name="inside",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="parts", to="registry.place"
            ),
        ),
        migrations.AddField(
            model_name="place",
            name="run_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="places", to="registry.agent"
            ),
        ),
        migrations.AddField(
            model_name="token",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to="registry.agent"
            ),
        ),
    ]
