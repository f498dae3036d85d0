"""Addresses below /people/."""

from django.urls import path

from people.importing import views

app_name = "people"
urlpatterns = [
    path("import/", views.upload, name="import"),
    path("import/<int:pk>/", views.one_list, name="list"),
]
