"""Writing and exchange stand in `authoring` and `exchange`. No table is touched."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("courses", "0008_course_copies"),
        ("authoring", "0001_initial"),
        ("exchange", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(
                    model_name='courseteam',
                    name='course',
                ),
                migrations.RemoveField(
                    model_name='courseteam',
                    name='group',
                ),
                migrations.RemoveField(
                    model_name='upload',
                    name='course',
                ),
                migrations.RemoveField(
                    model_name='upload',
                    name='sender',
                ),
                migrations.DeleteModel(
                    name='CourseCopy',
                ),
                migrations.DeleteModel(
                    name='CourseTeam',
                ),
                migrations.DeleteModel(
                    name='Upload',
                ),
            ],
        ),
    ]
