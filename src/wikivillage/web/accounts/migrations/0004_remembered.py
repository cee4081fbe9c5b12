"""Counts of tries to sign in and codes that were used, for all processes that serve."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table that Django's database cache asks for."""

    dependencies = [("accounts", "0003_sealed_factors")]

    operations = [
        migrations.CreateModel(
            name="Remembered",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
