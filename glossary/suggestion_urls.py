"""Where a word is suggested that a search did not find."""

from django.urls import path

from glossary import views

app_name = "suggestions"
urlpatterns = [path("suggest/", views.suggest, name="suggest")]
