"""The tables of the queue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Written by makemigrations."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=48)),
                ("key", models.CharField(max_length=128)),
                ("payload", models.JSONField(default=dict)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("label", models.TextField(blank=True, default="")),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("last_error", models.TextField(blank=True, default="")),
                ("result", models.JSONField(null=True)),
                ("asked_by", models.CharField(blank=True, default="", max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("worker", models.CharField(blank=True, default="", max_length=128)),
                ("stop_asked", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["due_at", "id"], name="job_waiting"),
                    models.Index(condition=models.Q(("state", "running")), fields=["heartbeat_at"], name="job_running"),
                    models.Index(fields=["kind", "state", "-ended_at"], name="job_of_kind"),
                    models.Index(fields=["state", "-id"], name="job_of_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="job_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "running", "done", "failed", "stopped"))),
                        name="job_state_known",
                    ),
                ],
            },
        ),
    ]
