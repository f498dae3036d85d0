"""Writing has a package of its own. Its tables stay where they are, with every row."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from jobs.moving import task_taken_over, taken_over


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_tasks_database", "0001_initial"),
        ("courses", "0008_course_copies"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='CourseCopy',
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
                        ('made_at', models.DateTimeField(db_index=True)),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('copy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.coursepage')),
                        ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.coursepage')),
                    ],
                    options={
                        'db_table': 'courses_coursecopy',
                    },
                ),
                migrations.CreateModel(
                    name='CourseTeam',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('course', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='team', to='courses.coursepage')),
                        ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='course_team', to='auth.group')),
                    ],
                    options={
                        'db_table': 'courses_courseteam',
                    },
                ),
            ],
        ),
        taken_over(["courseteam", "coursecopy"], by="authoring", of="courses"),
        task_taken_over("go_on_with_copy", by="authoring.tasks", of="courses.tasks"),
    ]
