"""In which language letters are written to somebody."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Written by makemigrations."""

    dependencies = [("registry", "0002_people")]

    operations = [
        migrations.AddField(
            model_name="identity",
            name="language",
            field=models.CharField(blank=True, default="", max_length=2),
        ),
    ]
