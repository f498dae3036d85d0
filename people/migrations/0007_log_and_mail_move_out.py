"""The audit log and the outbox stand in `audit` and `post`. No table is touched."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0006_lists_are_underway"),
        ("audit", "0001_initial"),
        ("post", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(
                    model_name='auditentry',
                    name='actor',
                ),
                migrations.DeleteModel(
                    name='AuditHead',
                ),
                migrations.DeleteModel(
                    name='MaintenanceDoor',
                ),
                migrations.DeleteModel(
                    name='OutboxMail',
                ),
                migrations.DeleteModel(
                    name='AuditEntry',
                ),
            ],
        ),
    ]
