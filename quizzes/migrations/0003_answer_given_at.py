from django.db import migrations, models


class Migration(migrations.Migration):
    """When an answer was given, beside when it arrived. Rows that are there stay as they are."""

    dependencies = [
        ('quizzes', '0002_bank_writers'),
    ]

    operations = [
        migrations.AddField(
            model_name='answer',
            name='given_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
