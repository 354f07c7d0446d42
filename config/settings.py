"""All settings, from the environment (.env.example lists it). One file for every process."""

import base64
import os
import tomllib
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
SOBANI_ENV = env.ENV
PORT = int(env.text("PORT", "8000"))

VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
BRAND_NAME = env.text("BRAND_NAME", "そばに")
SECURITY_COMPANY_NAME = env.text("SECURITY_COMPANY_NAME", "警備会社")

SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR).decode()
MASTER_KEY = env.key_of(env.secret("MASTER_KEY", DATA_DIR))
DEVICE_TOKEN_PEPPER = env.key_of(env.secret("DEVICE_TOKEN_PEPPER", DATA_DIR))
DEBUG = False
# The Domain table is the allow-list: unknown hosts are refused before any schema is entered.
ALLOWED_HOSTS = ["*"]
USE_X_FORWARDED_HOST = False

SHARED_APPS = [
    "tenants",  # before django_tenants: its `migrate` is ours
    "django_tenants",
    "django.contrib.contenttypes",
    "jobs",
    "operations",
]
TENANT_APPS = [
    "accounts",
    "people",
    "audit",
    "notifications",
    "incidents",
    "recordings",
    "wellbeing",
    "escalation",
    "auditlog",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
]
INSTALLED_APPS = [
    "config",
    "demo",
    *SHARED_APPS,
    *TENANT_APPS,
    "companies",
    "portal.platform",
    "portal.hr",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "channels",
]
if SOBANI_ENV != "demo":
    INSTALLED_APPS.remove("demo")

MIDDLEWARE = [
    "tenants.middleware.CompanyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "audit.middleware.ChangesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "config.urls_company"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["web.templatetags.icons"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.brand",
            ],
        },
    }
]

# Database: a pool in the web process, plain threads' connections everywhere else. No connection is
# opened without the time limits of its kind of process.
DATABASE_URL = env.text("DATABASE_URL", "postgresql://sobani_app@localhost/sobani")
DATABASE_OWNER_URL = env.text("DATABASE_OWNER_URL", DATABASE_URL)
APP_ROLE = env.role_of(DATABASE_URL)
_url = DATABASE_OWNER_URL if "SOBANI_AS_OWNER" in os.environ else DATABASE_URL
DATABASES = {"default": env.database(_url)}
TURNS = env.TURNS
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TENANT_MODEL = "tenants.Company"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
PG_BIN = env.text("PG_BIN", "")

# Valkey: broker, live hints, cache. Losing it must not lose an alarm.
REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
LIVE_PREFIX = "sobani"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL}], "prefix": LIVE_PREFIX},
    }
}
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_IMPORTS = ["jobs.worker"]
CELERY_TASK_DEFAULT_QUEUE = "jobs"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "visibility_timeout": 600,
}

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = (
    "demo.sign_in.DemoAccountAdapter" if env.IS_DEMO else "accounts.adapter.AccountAdapter"
)
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody signs up, and strangers get no mail from us
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.reset_tokens.CompanyTokenGenerator"  # noqa: S105
# A code is good for its 30 seconds and once: a tolerance would outlive the memory of what was used.
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "accounts.forms.SetUpForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "authenticate_webauthn": "accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgainForm",
    "login_webauthn": "accounts.forms.PasskeySignInForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = BRAND_NAME
MFA_TOTP_TOLERANCE = 0
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SingleSignOnAdapter"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
IS_HTTPS = SOBANI_ENV == "production"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS  # localhost, where browsers allow passkeys
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-sid" if IS_HTTPS else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/", "/api/docs/"),
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, "'wasm-unsafe-eval'"],
        "worker-src": [SELF, "blob:"],
        "media-src": [SELF, "blob:"],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "connect-src": [SELF, "ws:", "wss:"],
        "frame-ancestors": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
    },
}

# Languages: Japanese first. msgids are English.
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "lang"
# What the employee's app speaks besides; nothing else does. "simple" is a registered variant, so
# that browsers know やさしい日本語 for Japanese.
APP_LANGUAGES = [
    ("ja", "日本語"),
    ("ja-simple", "やさしい日本語"),
    ("en", "English"),
    ("zh-hans", "简体中文"),
    ("vi", "Tiếng Việt"),
    ("ne", "नेपाली"),
]
APP_LANGUAGE_COOKIE_NAME = "app_language"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served from where they stand: there is no build and nothing to collect.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json", ".mjs": "text/javascript"}
# Objects are named <company's schema>/…, which every caller says itself: a storage that guessed
# the company from the connection would guess wrong in a thread that has just left it.
STORAGES = {
    "default": env.object_storage(DATA_DIR),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Messages to people
_mail = urlsplit(env.text("EMAIL_URL", "smtp://localhost:25"))
EMAIL_HOST = _mail.hostname or "localhost"
EMAIL_PORT = _mail.port or 25
EMAIL_HOST_USER = _mail.username or ""
EMAIL_HOST_PASSWORD = _mail.password or ""
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
EMAIL_BACKEND = "notifications.channels.smtp.Backend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{BRAND_NAME} <no-reply@localhost>")
MAIL_DOMAIN = parseaddr(DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
OPERATORS_EMAIL = env.text("OPERATORS_EMAIL", "desk@ops.localhost")
VAPID_PRIVATE_KEY = env.vapid_key(DATA_DIR)
VAPID_PUBLIC_KEY = (
    base64.urlsafe_b64encode(env.vapid_public_key(VAPID_PRIVATE_KEY)).rstrip(b"=").decode()
)
VAPID_SUBJECT = env.text("VAPID_SUBJECT", f"mailto:no-reply@{MAIL_DOMAIN}")
WEBPUSH_HOSTS = [
    "fcm.googleapis.com",
    "push.apple.com",
    "push.services.mozilla.com",
    "notify.windows.com",
    *(["localhost", "127.0.0.1"] if SOBANI_ENV == "demo" else []),
]
# What is called at addresses that somebody typed in must be on the internet, or be named here.
OUTBOUND_PRIVATE_HOSTS = env.text("OUTBOUND_PRIVATE_HOSTS", "").lower().split()
OUTBOUND_CA_FILE = env.text("OUTBOUND_CA_FILE", "")
MAP_TILE_MODE = env.text("MAP_TILE_MODE", "grid")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["web.bodies.AnyBody"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "web.bodies.AnyAccept",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "EXCEPTION_HANDLER": "web.problems.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "web.openapi.ProblemSchema",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "DEFAULT_TIMEZONE": "UTC",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sobani device API",
    "DESCRIPTION": "How phones, watches and buttons call for help.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "LevelEnum": "incidents.models.Incident.Level",
        "IncidentStateEnum": "incidents.models.Incident.State",
        "DrillEnum": "incidents.models.Incident.Drill",
        "NoteAudienceEnum": "wellbeing.models.checkins.CheckInAudience",
    },
}
# A library's model; ours say it themselves (audit.changes).
AUDITLOG_INCLUDE_TRACKING_MODELS = [
    {"model": "socialaccount.SocialAccount", "exclude_fields": ["last_login", "extra_data"]},
]
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
AUDITLOG_DISABLE_REMOTE_ADDR = True
AUDITLOG_CID_HEADER = None

UNFOLD = {
    "SITE_TITLE": _("Sobani administration"),
    "SITE_HEADER": BRAND_NAME,
    "SITE_SUBHEADER": "portal.administration.navigation.company_name",
    "SITE_SYMBOL": "shield_with_heart",
    "DASHBOARD_CALLBACK": "config.start_pages.dashboard",
    # The role colours of static/css/tokens.css.
    "COLORS": {
        "primary": {
            "50": "#e8f1fe",
            "100": "#d9e6ff",
            "200": "#c5d7fb",
            "300": "#9db7f9",
            "400": "#7096f8",
            "500": "#4979f5",
            "600": "#0017c1",
            "700": "#00118f",
            "800": "#000071",
            "900": "#000060",
            "950": "#000060",
        }
    },
    "STYLES": ["portal.administration.navigation.stylesheet"],
    "SCRIPTS": ["portal.administration.navigation.script"],
    "ACCOUNT": {"navigation": [{"title": _("My settings"), "link": "/accounts/me/"}]},
    "SIDEBAR": {"show_search": True, "navigation": "portal.administration.navigation.navigation"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"] if not IS_HTTPS else []
