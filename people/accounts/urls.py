"""Addresses below /accounts/: only what somebody needs, nothing of allauth's sign-up and e-mail pages.

The door itself, `account_login`, stands in bothways.urls: in a demo it shows a word of the glossary.
"""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from people.accounts import openid, views

urlpatterns = [
    path("logout/", allauth_views.logout, name="account_logout"),
    path("signup/", views.sign_up_closed, name="account_signup"),
    path("oidc/<slug:provider_id>/login/", openid.begin, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", openid.callback, name="openid_connect_callback"),
    path("demo/", views.demo_sign_in, name="demo_sign_in"),
    path("password/change/", views.PasswordChangeView.as_view(), name="account_change_password"),
    path("password/reset/", views.LinkRequestView.as_view(), name="account_reset_password"),
    path("password/reset/done/", views.LinkSentView.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.ChoosePasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
