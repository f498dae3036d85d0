from django.apps import AppConfig
from django.db.models.signals import post_migrate
from wagtail.users.apps import WagtailUsersAppConfig


class BothwaysConfig(AppConfig):
    name = "bothways"
    default_auto_field = "django.db.models.BigAutoField"
    default = True  # of the two classes here; without it Django takes neither and no group is ever made

    def ready(self) -> None:
        from bothways import refusals, rights

        refusals.listen()
        post_migrate.connect(rights.after_migrations, dispatch_uid="bothways.rights")


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's Settings → Users and Groups, with what an employee has instead of what Django's user has."""

    user_viewset = "bothways.users.EmployeeViewSet"
    group_viewset = "bothways.groups.RoleViewSet"
