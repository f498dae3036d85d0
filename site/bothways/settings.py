"""All settings, in one place. Production by default; `DEBUG=1` is the only development switch.

Everything comes from the environment or has a default that runs on one machine with SQLite:

BOTHWAYS_DATA   folder for database, uploads, outgoing mail and the secret key (default: var/)
BOTHWAYS_URL    the address people use; https switches on secure cookies, redirect and HSTS
DATABASE_URL    postgres://… to grow; default SQLite in BOTHWAYS_DATA
REDIS_URL       shared cache of several machines; default a table in the database
OIDC_DISCOVERY  sign-in with the company's account; with OIDC_CLIENT_ID and others, see docs/sign-in.md
BOTHWAYS_LOGO   path of a PNG or SVG that stands beside the name on every page
EMAIL_URL       smtp://user:password@host:port; default: mails are written to BOTHWAYS_DATA/mail/
"""

import zoneinfo
from email.utils import formataddr
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from bothways import company_account, isolation
from bothways import environment as env
from bothways.operations import keys
from gates import documents, pictures
from gates.private import write_privately
from reports.rules.keeping import KEPT_SECONDS, MOST_SECONDS

# Every process of ours reads its settings before it writes anything: server, worker and every command.
write_privately()

BASE_DIR = Path(__file__).resolve().parents[2]

DATA = Path(env.text("BOTHWAYS_DATA", str(BASE_DIR / "var"))).resolve()
DEBUG = env.switch("DEBUG")


HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65535)
_shown = f"[{HOST}]" if ":" in HOST else HOST
_address = env.site("BOTHWAYS_URL", f"http://{_shown}:{PORT}")
BOTHWAYS_URL = _address.geturl()
HTTPS = _address.scheme == "https"

ALLOWED_HOSTS = sorted({str(_address.hostname), HOST, "localhost", "127.0.0.1", *env.hosts("ALLOWED_HOSTS")})
CSRF_TRUSTED_ORIGINS = [f"{_address.scheme}://{_address.netloc}"]
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)?$"]  # the load balancer asks over plain http from inside
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # the company's other hosts are not ours to decide about
SECURE_HSTS_PRELOAD = False
if env.switch("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the last address of X-Forwarded-For is the person's
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview shows pages in a frame of the same origin
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # e-mail addresses are unique whatever their case: a constraint on Lower("email")
    "security.W004",  # HSTS, redirect and secure cookies follow BOTHWAYS_URL: on loopback http they are off
    "security.W008",
    "security.W012",
    "security.W016",
    "security.W005",  # HSTS for sub-domains and the preload list are the company's decision
    "security.W021",
    "security.W019",  # frames of the same origin are needed by the preview
]
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "bothways.views.accounts.stale_form"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

INSTALLED_APPS = [
    "bothways",
    "reports",
    "exchange",
    "authoring",
    "courses",
    "quizzes",
    "glossary",
    "people",
    "publishing",
    "audit",
    "post",
    "search",
    "jobs",
    "wagtail.contrib.redirects",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "bothways.apps.UsersConfig",  # wagtail.users with our form for an employee
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_tasks_db",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "bothways.probes.by_any_name",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bothways.compression.GZipMiddleware",  # a lesson is 32 KB, 9 KB packed; it adds noise against BREACH
    "bothways.middleware.policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bothways.middleware.without_nul",
    "bothways.middleware.sign_in_required",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "bothways.urls"
FORM_RENDERER = "bothways.selects.FormRenderer"
WSGI_APPLICATION = "bothways.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("bothways.template_loader.Loader", ["django.template.loaders.app_directories.Loader"]),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bothways.context.frame",
            ],
        },
    },
]

if _postgres := env.postgres("DATABASE_URL"):
    DATABASES = {"default": _postgres}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "bothways.sqlite3",
            "OPTIONS": {
                # IMMEDIATE: 40 clients saving at once gave 817 errors with DEFERRED and 0 with this.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: an acknowledged answer has reached the disk.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
            },
            "CONN_MAX_AGE": None,
            "TEST": {"NAME": DATA / "test.sqlite3"},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if _redis_url := env.redis("REDIS_URL"):
    CACHES: dict[str, dict[str, object]] = {
        "default": {"BACKEND": "bothways.redis_cache.PatientRedisCache", "LOCATION": _redis_url}
    }
else:
    # A table, since a cache per process would count sign-in failures once per worker.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            "OPTIONS": {"MAX_ENTRIES": 20000},
        }
    }
# Wagtail's picture and page caches live in the process: they hold nothing that a person did.
CACHES["renditions"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "renditions"}
# So do the figures of a report. Its page says as of when they were counted; 0 counts them with each page.
CACHES["reports"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "reports",
    "TIMEOUT": env.number("REPORT_SECONDS", KEPT_SECONDS, least=0, most=MOST_SECONDS),
    "OPTIONS": {"MAX_ENTRIES": 200},
}
WAGTAIL_REDIRECTS_FILE_STORAGE = "cache"  # of whoever sent it: bothways/redirects.py
SESSION_ENGINE = "people.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "background": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["background"]},
}
# What the worker does by itself: name, function, how often (cron, UTC). See jobs/rules/schedule.py.
# "first" loads one course and its words only, for tests and benches that bring their own.
STARTER_CONTENT = env.choice("STARTER_CONTENT", "all", ["all", "first"])
SCHEDULES: dict[str, tuple[str, str]] = {
    "publish": ("bothways.tasks.publish_scheduled", "every 20 seconds"),
    "quizzes": ("bothways.tasks.refresh_quizzes", "every 60 seconds"),
    "standings": ("courses.tasks.refresh_stale_records", "every 10 minutes"),
    "mail": ("post.tasks.deliver_mail", "every 5 seconds"),
    "left_lists": ("people.tasks.take_up_lists", "every 60 seconds"),
    "lists": ("people.tasks.forget_lists", "27 * * * *"),
    "uploads": ("exchange.tasks.take_up_uploads", "every 60 seconds"),
    "copies": ("authoring.tasks.take_up_copies", "every 60 seconds"),
    "sessions": ("bothways.tasks.clear_sessions", "17 2 * * *"),
    "records": ("courses.tasks.verify_records", "37 2 * * *"),
    "database": ("bothways.tasks.check_database", "57 2 * * *"),
    "audit": ("audit.tasks.verify_audit", "7 3 * * *"),
}
SCHEDULES_AFTER_UNCLEAN_STOP = ["database"]  # run at once when a worker was killed

AUTH_USER_MODEL = "people.Employee"
AUTHENTICATION_BACKENDS = ["people.accounts.backends.EmployeeBackend"]
PASSWORD_HASHERS = [
    "people.accounts.hashers.Argon2idHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 60 * 60 * 72  # of the longer-lived of the two links of people.accounts.links
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "people.accounts.adapter.EmployeeAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses come from HR, nobody signs up
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = (
    False  # people.accounts.mails tells what changed, whichever door it came through
)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _address.scheme
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False  # a link that somebody else holds opens nothing without the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can make us write to strangers
# Django's own: allauth's writes every address into a second table, where erasing a person would miss it.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "people.accounts.links.Tokens"  # noqa: S105 - a class
ACCOUNT_FORMS = {
    "login": "people.forms.SignInForm",
    "reset_password": "people.forms.LinkRequestForm",
    "user_token": "people.forms.LinkForm",
    "reset_password_from_key": "people.forms.NewPasswordForm",
    "change_password": "people.forms.PasswordChangeForm",
}
# Missed passwords are counted by people.accounts.limits (per account first, per address second), not by
# allauth: its counters lose counts or refuse somebody who knows the password when many write at once.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "reset_password": "200/h/ip,5/h/key",
    "reset_password_from_key": "300/h/ip",
    "change_password": "10/h/user",
}

# One OpenID Connect provider, by settings alone: see docs/sign-in.md.
OIDC_DISCOVERY = env.company_account(
    "OIDC_DISCOVERY", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NUMBER_CLAIM", "OIDC_NAME"
)
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_ID"), env.text("OIDC_CLIENT_SECRET")
OIDC_NUMBER_CLAIM = env.text("OIDC_NUMBER_CLAIM")
OIDC_NAME = env.text("OIDC_NAME", "your company account")
SOCIALACCOUNT_ADAPTER = "people.accounts.openid.CompanyAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form could not lead to another site under our policy
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS = company_account.provider(
    discovery=OIDC_DISCOVERY, client_id=OIDC_CLIENT_ID, secret=OIDC_CLIENT_SECRET, name=OIDC_NAME
)

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "site" / "bothways" / "locale"]
FORMAT_MODULE_PATH = ["bothways.formats"]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "media"
MEDIA_URL = "/files/"  # served by our own view, which asks whether it is published, never from the folder
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "bothways.staticfiles.JoinedManifestStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ADD_HEADERS_FUNCTION = isolation.on_static_files
WHITENOISE_MAX_AGE = 60 * 60 * 24 * 365
# Said as well, since Django sets the mode of an upload by itself, whatever the process would do.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor sends many

# The name; "|" says where the two voices of the wordmark meet, and stands nowhere else.
WORDMARK = env.text("BRAND", "Both|ways")
BRAND = WORDMARK.replace("|", "")

EMAIL_BACKEND = "post.backends.OutboxBackend"
if _mail := env.mail_server("EMAIL_URL"):
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
    EMAIL_TIMEOUT = 20
    OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
else:
    OUTBOX_DELIVERY_BACKEND = "post.backends.FolderBackend"
    EMAIL_FILE_PATH = DATA / "mail"
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", formataddr((BRAND, f"bothways@{_address.hostname}")))

SECURITY_CONTACT = env.text("SECURITY_CONTACT")  # an e-mail or web address; see /.well-known/security.txt
BOTHWAYS_LOGO = env.text("BOTHWAYS_LOGO")  # see bothways/logo.py
WAGTAIL_SITE_NAME = BRAND
WAGTAILADMIN_BASE_URL = BOTHWAYS_URL
WAGTAIL_FRONTEND_LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAIL_USER_TIME_ZONES = sorted(
    name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"
)
WAGTAILUSERS_PASSWORD_ENABLED = False  # nobody types somebody else's password: a link is mailed
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False  # nothing here calls home
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# True: authors publish their own courses. False: somebody from the other side reviews and publishes.
AUTHORS_PUBLISH_ALONE = env.switch("AUTHORS_PUBLISH_ALONE")
WAGTAILIMAGES_IMAGE_MODEL = "wagtailimages.Image"
WAGTAILIMAGES_EXTENSIONS = sorted(ending.removeprefix(".") for ending in pictures.TYPES)
WAGTAILIMAGES_MAX_UPLOAD_SIZE, WAGTAILIMAGES_MAX_IMAGE_PIXELS = pictures.PICTURE_LIMIT, pictures.PIXEL_LIMIT
WAGTAILIMAGES_IMAGE_FORM_BASE = "bothways.uploads.PictureForm"
WAGTAILDOCS_EXTENSIONS = sorted(ending.removeprefix(".") for ending in documents.TYPES)
WAGTAILDOCS_DOCUMENT_FORM_BASE = "bothways.uploads.DocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # no page fetches from elsewhere
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "bothways.search_backend"}}

# Strict on everything an employee sees; Wagtail's admin emits inline scripts, so it gets its own
# policy in bothways.middleware.policy.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
    "object-src": [NONE],
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO" if DEBUG else "WARNING"},
    "filters": {"one_line": {"()": "bothways.logs.OneLine"}},
    "loggers": {
        "jobs": {"level": "INFO"},
        "people": {"level": "INFO"},
        "audit": {"level": "INFO"},
        "post": {"level": "INFO"},
        "django.security.DisallowedHost": {"filters": ["one_line"]},
    },
}

# Read by others than Django, and checked here with the rest: gunicorn.conf.py, and the first start.
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", 2, least=1, most=200)
FIRST_TIME_ZONE = env.time_zone("BOTHWAYS_TIME_ZONE")

# Last: a start that a wrong setting refuses has written nothing.
try:
    SECRET_KEY = env.text("SECRET_KEY") or keys.kept(DATA, "secret.key")
    AUDIT_KEYS = keys.audit_keys(
        DATA,
        secret_key=SECRET_KEY,
        is_shared=bool(env.text("SECRET_KEY")),
        given=env.text("BOTHWAYS_AUDIT_KEY"),
    )
except OSError as error:
    raise env.WrongSetting(
        f"The data folder {DATA} cannot be written ({error.strerror}). Nothing was changed. "
        "Free some space or set BOTHWAYS_DATA to a folder that this account may write."
    ) from error
