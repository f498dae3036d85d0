"""A list of people says how far it is, and one at a time is imported."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def forget_lists(apps, schema_editor):
    """On the way back: before this, everybody had one list at most, and each had somebody who uploaded it."""
    apps.get_model("people", "PeopleUpload").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0005_refused_mail")]

    operations = [
        migrations.AlterField(
            "peopleupload",
            "uploader",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                django.db.models.deletion.CASCADE,
                null=True,
                blank=True,
                related_name="+",
            ),
        ),
        migrations.AlterField("peopleupload", "content", models.BinaryField(default=b"")),
        migrations.AddField("peopleupload", "steps", models.BinaryField(default=b"")),
        migrations.AddField(
            "peopleupload",
            "stage",
            models.CharField(
                choices=[
                    ("reading", "is being read"),
                    ("read", "can be looked at"),
                    ("importing", "is being imported"),
                    ("imported", "is imported"),
                    ("failed", "has failed"),
                ],
                default="reading",
                max_length=10,
            ),
        ),
        migrations.AddField("peopleupload", "done", models.PositiveIntegerField(default=0)),
        migrations.AddField("peopleupload", "total", models.PositiveIntegerField(default=0)),
        migrations.AddField("peopleupload", "told_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("peopleupload", "hand", models.CharField(blank=True, default="", max_length=32)),
        migrations.AddField("peopleupload", "tries", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("peopleupload", "outcome", models.JSONField(blank=True, default=dict)),
        migrations.AddField("peopleupload", "error", models.TextField(blank=True, default="")),
        migrations.AddConstraint(
            "peopleupload",
            models.UniqueConstraint(
                fields=["stage"], condition=Q(stage="importing"), name="one_list_is_imported_at_a_time"
            ),
        ),
        # Last, so that it comes first on the way back.
        migrations.RunPython(migrations.RunPython.noop, forget_lists),
    ]
