from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Audit log")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audit import append_only

        # For this app only: the signal comes once for each app, when all of them are migrated.
        post_migrate.connect(append_only.after_migrations, sender=self, dispatch_uid="audit.append_only")
