"""What comes in and goes out has a package of its own. Its table stays where it is, with every row."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from jobs.moving import task_taken_over, taken_over


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_tasks_database", "0001_initial"),
        ("courses", "0008_course_copies"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Upload',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('stage', models.CharField(choices=[('reading', 'is being read'), ('read', 'can be looked at'), ('importing', 'is being imported'), ('imported', 'is imported'), ('failed', 'has failed')], default='reading', max_length=10)),
                        ('done', models.PositiveIntegerField(default=0)),
                        ('total', models.PositiveIntegerField(default=0)),
                        ('told_at', models.DateTimeField(blank=True, null=True)),
                        ('hand', models.CharField(blank=True, default='', max_length=32)),
                        ('tries', models.PositiveSmallIntegerField(default=0)),
                        ('outcome', models.JSONField(blank=True, default=dict)),
                        ('error', models.TextField(blank=True, default='')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('name', models.CharField(max_length=255)),
                        ('content', models.BinaryField()),
                        ('made_at', models.DateTimeField(db_index=True)),
                        ('course', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.coursepage')),
                        ('sender', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'courses_upload',
                    },
                ),
            ],
        ),
        taken_over(["upload"], by="exchange", of="courses"),
        task_taken_over("go_on_with_upload", by="exchange.tasks", of="courses.tasks"),
    ]
