from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0005_table_pasted")]

    operations = [
        migrations.AddIndex(
            model_name="courserecord",
            index=models.Index(
                fields=["employee", "course_key", "started_at", "completed_at"], name="records_in_reports"
            ),
        ),
    ]
