from django.apps import AppConfig


class BothwaysConfig(AppConfig):
    name = "bothways"
    default_auto_field = "django.db.models.BigAutoField"
