"""The root of the page tree, and which starter content was loaded."""

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class HomePage(Page):
    """The page at `/`. Everybody sees their own next step there, so it has no text of its own."""

    max_count_per_parent = 1
    subpage_types = ["courses.CataloguePage"]

    is_content = True

    class Meta:
        verbose_name = _("home page")

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        from bothways.views.home import home

        return home(request)


class Loaded(models.Model):
    """A folder of starter content as it was when it was last loaded.

    Loading again only when the files changed leaves alone what authors have edited since.
    """

    folder = models.CharField(max_length=100, unique=True)
    fingerprint = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    is_content = True

    def __str__(self) -> str:
        return self.folder
