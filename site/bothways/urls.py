"""Every address. Our own views stand before Wagtail's, which answers what is left."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls

from authoring import editor as courses_admin
from bothways import probes, redirects, sight, uploads, views
from bothways.admin_transactions import put_in_transactions
from bothways.operations import health

put_in_transactions(sight.urlpatterns)
put_in_transactions(admin_urls.urlpatterns)
urlpatterns = [
    path("health/", health.health, name="health"),
    path("health/live", probes.live, name="live"),
    path("health/ready", probes.ready, name="ready"),
    path("robots.txt", views.robots.robots, name="robots"),
    path(".well-known/security.txt", views.well_known.security, name="security"),
    path(".well-known/change-password", views.well_known.change_password),
    path("brand/<str:name>", views.brand.brand, name="brand"),
    path("theme/", views.accounts.theme, name="theme"),
    path("admin/login/", views.accounts.admin_login),
    path("_util/login/", views.accounts.admin_login),  # Wagtail's form for restricted pages
    path("admin/choose-page/<int:parent_page_id>/", courses_admin.browse),
    path("admin/choose-page/chosen-multiple/", courses_admin.chosen_multiple),
    path("admin/account/", uploads.own_account),
    path("admin/", include(redirects.urlpatterns)),
    path("admin/", include(sight.urlpatterns)),
    path("admin/", include(admin_urls)),
    path("files/<path:name>", views.files.uploaded, name="uploaded"),
    re_path(r"^documents/(\d+)/(.*)$", views.files.document, name="wagtaildocs_serve"),
    *i18n_patterns(
        path("", views.home.home, name="home"),
        path("accounts/login/", views.accounts.SignInView.as_view(), name="account_login"),
        path("accounts/", include("people.accounts.urls")),
        path("me/", views.me.me, name="me"),
        path("help/", views.help.help_page, name="help"),
        path("accessibility/", views.help.accessibility, name="accessibility"),
        path("search/", views.search.search, name="search"),
        path("search/", include("glossary.suggestion_urls")),
        path("courses/", include("courses.urls")),
        path("reports/audiences/", include("courses.audience_urls")),
        path("", include("reports.urls")),
        path("write/import/", include("exchange.importing.urls")),
        path("write/words/", include("glossary.agreement_urls")),
        path("write/", include("authoring.urls")),
        path("glossary/", include("glossary.urls")),
        path("people/", include("people.importing.urls")),
        path("administration/", views.administration.administration, name="administration"),
        path("audit/", views.audit.audit, name="audit"),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]

handler403 = "bothways.views.errors.forbidden"
handler404 = "bothways.views.errors.missing"
handler500 = "bothways.views.errors.broken"
