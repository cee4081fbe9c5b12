"""The sums of the days, which the records make: they can be thrown away at any time."""

from django.db import migrations, models

import wikivillage.web.fields


class Migration(migrations.Migration):
    """Two tables beside those of the ledger, which stay as they are."""

    dependencies = [
        ("ledger", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="DaySum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True)),
                ("day", models.DateField(db_index=True)),
                ("action", models.CharField(max_length=20)),
                ("spec", models.CharField(max_length=128)),
                ("unit", models.CharField(max_length=32)),
                ("effort_unit", models.CharField(max_length=32)),
                ("resource", models.CharField(max_length=400)),
                ("to_resource", models.CharField(max_length=400)),
                ("input_of", models.CharField(max_length=128)),
                ("output_of", models.CharField(max_length=128)),
                ("provider", models.CharField(max_length=64)),
                ("receiver", models.CharField(max_length=64)),
                ("quantity", wikivillage.web.fields.SumField()),
                ("effort", wikivillage.web.fields.SumField()),
                ("events", models.BigIntegerField()),
            ],
            options={
                "ordering": ("day", "pk"),
            },
        ),
        migrations.CreateModel(
            name="SummedUntil",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
                ("zone", models.CharField(blank=True, default="", max_length=64)),
            ],
        ),
    ]
