"""Each entry of the audit log gets a place for the mark of the audit key; older ones have none."""

from django.db import migrations, models

from audit.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_people_upload'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditentry',
            name='mark',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
        # SQLite builds the table anew for a column with a default, and its triggers go with the old one.
        AppendOnly("AuditEntry"),
    ]
