"""The audit log has a package of its own. Its tables stay where they are, with every row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jobs.moving import taken_over


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("people", "0006_lists_are_underway"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='MaintenanceDoor',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(max_length=200)),
                    ],
                    options={
                        'db_table': 'people_maintenancedoor',
                    },
                ),
                migrations.CreateModel(
                    name='AuditHead',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveBigIntegerField(default=0)),
                        ('seal', models.CharField(blank=True, default='', max_length=64)),
                    ],
                    options={
                        'db_table': 'people_audithead',
                        'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='the_audit_log_has_one_end')],
                    },
                ),
                migrations.CreateModel(
                    name='AuditEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveBigIntegerField(unique=True)),
                        ('at', models.DateTimeField(verbose_name='when')),
                        ('verb', models.CharField(max_length=40, verbose_name='what')),
                        ('about', models.CharField(blank=True, default='', max_length=80, verbose_name='about')),
                        ('origin', models.CharField(blank=True, default='', max_length=40, verbose_name='from where')),
                        ('detail', models.JSONField(default=dict)),
                        ('previous', models.CharField(max_length=64)),
                        ('mark', models.CharField(blank=True, default='', max_length=80)),
                        ('seal', models.CharField(max_length=64, unique=True)),
                        ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                    ],
                    options={
                        'verbose_name': 'audit entry',
                        'verbose_name_plural': 'audit entries',
                        'db_table': 'people_auditentry',
                        'ordering': ['-number'],
                        'indexes': [models.Index(fields=['verb', 'number'], name='audit_by_verb'), models.Index(fields=['about', 'number'], name='audit_by_about'), models.Index(fields=['actor', 'number'], name='audit_by_actor')],
                    },
                ),
            ],
        ),
        taken_over(["auditentry", "audithead", "maintenancedoor"], by="audit", of="people"),
    ]
