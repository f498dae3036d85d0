"""What is asked of a course whose files do not say it. Uploads that wait keep everything they have."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="asked",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
