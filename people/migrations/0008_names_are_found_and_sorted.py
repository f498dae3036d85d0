"""A name is found and put in order by keys that are stored, whatever the database's collation says."""

from typing import Any

from django.db import migrations, models

from people.rules.names import find_key, sort_key

AT_ONCE = 1000


def fill(apps: Any, schema_editor: Any) -> None:
    """Keys of everybody, so many people with a statement."""
    employees = apps.get_model("people", "Employee")._base_manager
    last = 0
    columns = ("pk", "display_name", "employee_number", "email")
    while people := list(employees.filter(pk__gt=last).order_by("pk").only(*columns)[:AT_ONCE]):
        for person in people:
            person.sort_key = sort_key(person.display_name or person.email)
            person.find_key = find_key(person.display_name, person.employee_number or "", person.email)
        employees.bulk_update(people, ["sort_key", "find_key"])
        last = people[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_log_and_mail_move_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="employee",
            name="find_key",
            field=models.CharField(db_default="", default="", editable=False, max_length=900),
        ),
        migrations.AddField(
            model_name="employee",
            name="sort_key",
            field=models.CharField(db_default="", default="", editable=False, max_length=400),
        ),
        migrations.AlterModelOptions(
            name="employee",
            options={
                "ordering": ["sort_key", "pk"],
                "verbose_name": "employee",
                "verbose_name_plural": "employees",
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
