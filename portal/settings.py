"""The one place that reads the environment. docs/operators.md lists every variable.

Development is asked for (``PORTAL_DEBUG=1``); without it the portal fails closed: no default key, no ``*`` host.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from django_prose_editor.config import html_tags
from js_asset import static_lazy

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent


def required(name, advice):
    """The value of the variable ``name``; without one, stop with a sentence that says what to set."""
    if value := env.str(name, default="").strip():
        return value
    raise ImproperlyConfigured(f"Set {name}: {advice} (or PORTAL_DEBUG=1 to try the portal on your own machine).")


def optional(name, default=""):
    """The value of the variable ``name``; one that is set to nothing counts as not set."""
    return env.str(name, default="").strip() or default


# 1. Where it runs --------------------------------------------------------------------------------------------------

# https://docs.djangoproject.com/en/5.2/ref/settings/#debug
DEBUG = env.str("PORTAL_DEBUG", default="") == "1"

# https://docs.djangoproject.com/en/5.2/ref/settings/#secret-key
SECRET_KEY = (
    "development-only-key-that-protects-nothing-and-nobody"
    if DEBUG
    else required("PORTAL_SECRET_KEY", "a random string of 50 characters or more, kept secret and kept the same")
)

# https://docs.djangoproject.com/en/5.2/ref/settings/#allowed-hosts
HOSTS = "the host names this portal answers to, separated by commas"
ALLOWED_HOSTS = (
    ["localhost", "127.0.0.1", "[::1]"]
    if DEBUG
    else [host.strip() for host in required("PORTAL_HOSTS", HOSTS).split(",") if host.strip()]
)
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(f"PORTAL_HOSTS names no host. Set PORTAL_HOSTS: {HOSTS}.")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("PORTAL_HOSTS names every host (*). Set PORTAL_HOSTS: the host names themselves.")

#: How many proxies of our own stand in front, one behind the other; what they say of a reader's address is believed.
PROXIES = optional("PORTAL_PROXIES", "0")
if not PROXIES.isdecimal():
    raise ImproperlyConfigured("Set PORTAL_PROXIES: the number of your own proxies in front of the portal, 0 for none.")
TRUSTED_PROXIES = int(PROXIES)

#: Everything a backup must hold when one machine runs it all: the SQLite file and the uploaded media.
DATA_DIR = BASE_DIR / optional("PORTAL_DATA_DIR", "var")
try:
    DATA_DIR.mkdir(mode=0o750, parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"Set PORTAL_DATA_DIR: a folder that this process may write to ({error}).") from error

# 2. What it is made of ---------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "articles",
    "agreements",
    "stats",
    "portal.search",
    "portal.pages",
    "portal.media",
    "portal.publishing",
    "portal.vocabulary",
    "portal.accounts",
    "django_prose_editor",
    "imagekit",
    "django_filters",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "portal.apps.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    # What sets headers stands before what may answer: a static file and a refusal have them too.
    "csp.middleware.CSPMiddleware",
    "portal.middleware.headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.utf8_only",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.middleware.second_factor",
    "portal.accounts.middleware.admin_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.pages.context_processors.site",
            ],
        },
    }
]

# https://docs.djangoproject.com/en/5.2/topics/auth/passwords/#password-validation
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# 3. Where it keeps things ------------------------------------------------------------------------------------------

# https://docs.djangoproject.com/en/5.2/ref/settings/#databases
DATABASES = {
    "default": env.db_url_config(optional("PORTAL_DATABASE_URL"))
    if optional("PORTAL_DATABASE_URL")
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "portal.sqlite3"}
}
if DATABASES["default"].get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
    raise ImproperlyConfigured("Set PORTAL_DATABASE_URL: postgres://user:password@host/database, or leave it unset.")
# A connection is kept, and tried at the start of a request: the database may have been restarted meanwhile.
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A writer takes its lock at the start, so that two editors wait for one another instead of failing halfway.
    # Recursive triggers: frozen rows refuse to be replaced by an INSERT, too.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }

# https://docs.djangoproject.com/en/5.2/ref/settings/#caches
CACHES = {"default": env.cache_url_config(optional("PORTAL_CACHE_URL", "locmemcache://portal"))}

# https://docs.djangoproject.com/en/5.2/ref/settings/#email
vars().update(env.email_url_config(optional("PORTAL_EMAIL_URL", "consolemail://")))
# Letters leave in the request that caused them: nobody waits for a mail server that does not answer.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = optional("PORTAL_EMAIL_FROM", "portal@localhost")

# https://docs.djangoproject.com/en/5.2/ref/settings/#storages
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static.collected"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files are served by a view that asks the gate; no web server address leads to them.
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
# No other site needs our style sheets and scripts.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# https://django-prose-editor.readthedocs.io/en/latest/custom_extensions.html
# Our own extensions of the editor; what they are told is in portal/publishing/editor.py.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {"js": [static_lazy("js/prose_media.js")], "extensions": {"Picture": html_tags(["figure", "img", "figcaption"])}},
    {"js": [static_lazy("js/prose_footnotes.js")], "extensions": {"Footnotes": html_tags(["sup", "section"])}},
    {
        "js": [static_lazy("js/prose_paste.js")],
        "extensions": {"PastedText": html_tags([]), "ButtonLabels": html_tags([])},
    },
]

# 4. How it speaks and how it guards itself -------------------------------------------------------------------------

# https://docs.djangoproject.com/en/5.2/topics/i18n/
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Logins, https://django-axes.readthedocs.io/en/latest/4_configuration.html
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "portal.accounts.backends.MemberBackend"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(hours=1)
# By user name alone: one login is locked, and not the office behind one address. axes warns that whoever changes names
# is not stopped; guessing one name from many addresses is what this stops.
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
# What is tried while a login is locked does not prolong it: the page says when it ends.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "portal.accounts.locking.locked_page"
AXES_CLIENT_IP_CALLABLE = "portal.accounts.origin.address_of"
AXES_ENABLE_ADMIN = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]

# The second factor, https://django-otp-official.readthedocs.io/en/stable/overview.html
# What an authenticator app calls the portal; a test installation has a name of its own.
OTP_TOTP_ISSUER = ALLOWED_HOSTS[0].lstrip(".")

# Sessions end when nothing was asked for so long, and in any case half a day after the login.
IDLE_MINUTES = optional("PORTAL_IDLE_MINUTES", "120")
if not IDLE_MINUTES.isdecimal() or not int(IDLE_MINUTES):
    raise ImproperlyConfigured("Set PORTAL_IDLE_MINUTES: after how many minutes without a request a session ends.")
SESSION_ENGINE = "portal.accounts.sessions"
SESSION_COOKIE_AGE = int(IDLE_MINUTES) * 60
SESSION_LONGEST = timedelta(hours=12)

# https://docs.djangoproject.com/en/5.2/topics/security/
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

# https://django-csp.readthedocs.io/en/latest/configuration.html
# Public pages: all of our own making, nothing inline. What the admin needs more is in portal/middleware.py.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# The rich text field and uploads: a long report is 300 kB of HTML, a scanned agreement 30 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
