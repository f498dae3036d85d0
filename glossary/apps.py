from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class GlossaryConfig(AppConfig):
    name = "glossary"
    verbose_name = _("Glossary")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from glossary.models import PublishedWord

        post_delete.connect(_is_found_no_more, sender=PublishedWord, dispatch_uid="glossary.search")


def _is_found_no_more(sender: Any, instance: Any, **kwargs: Any) -> None:
    """However the row went, by publishing or with its word."""
    from search.index import forget
    from search.models import Kind

    forget(Kind.WORD, [instance.word_id])
