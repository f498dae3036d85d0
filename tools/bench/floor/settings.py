"""Production settings of Bothways on the same database, with nothing but Django's minimum in front."""

from bothways.settings import *  # noqa: F403
from bothways.settings import INSTALLED_APPS as ALL_APPS

INSTALLED_APPS = [app for app in ALL_APPS if not app.startswith("allauth")]  # it insists on its middleware
ROOT_URLCONF = "tools.bench.floor.urls"
# CommonMiddleware alone: it sends Content-Length, without which nothing keeps its connection.
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
SECURE_SSL_REDIRECT = False
