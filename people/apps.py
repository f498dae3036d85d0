from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from people import append_only, publication, references

        # For this app only: the signal comes once for each app, when all of them are migrated.
        post_migrate.connect(append_only.after_migrations, sender=self, dispatch_uid="people.append_only")
        publication.connect()
        references.connect()
