"""Mail has a package of its own. Its table stays where it is, with every row."""

import uuid
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
                    name='OutboxMail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('to', models.EmailField(max_length=254)),
                        ('subject', models.CharField(max_length=250)),
                        ('body', models.TextField()),
                        ('html', models.TextField(blank=True, default='')),
                        ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'given up'), ('refused', 'refused')], default='waiting', max_length=8)),
                        ('tries', models.PositiveSmallIntegerField(default=0)),
                        ('error', models.CharField(blank=True, default='', max_length=500)),
                        ('made_at', models.DateTimeField()),
                        ('try_at', models.DateTimeField()),
                        ('sent_at', models.DateTimeField(blank=True, null=True)),
                        ('refused_at', models.DateTimeField(blank=True, null=True)),
                        ('sender', models.CharField(blank=True, db_default='', default='', max_length=100)),
                    ],
                    options={
                        'verbose_name': 'mail',
                        'db_table': 'people_outboxmail',
                        'ordering': ['pk'],
                        'indexes': [models.Index(fields=['state', 'try_at'], name='mail_to_send'), models.Index(fields=['to', 'state'], name='mail_to_an_address')],
                    },
                ),
            ],
        ),
        taken_over(["outboxmail"], by="post", of="people"),
    ]
