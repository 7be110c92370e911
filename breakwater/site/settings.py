"""Django's settings, all from the environment; environment.py refuses unsafe ones."""

import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from breakwater.access.signin.rules import CODE_LIMIT, RECOVERY_CODES
from breakwater.site import environment, logs, providers

ENVIRONMENT = environment.read(os.environ)
DEMO = ENVIRONMENT.demo
DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
PUBLIC_URL = ENVIRONMENT.public_url

PACKAGE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("BREAKWATER_VAR", Path.cwd() / "var"))

ROOMS = [
    *("audit", "clocks", "access", "vault", "attachments", "people", "referrals", "records"),
    *("oversight", "sharing", "exchange"),
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "procrastinate.contrib.django",
    "breakwater.web",
    *(f"breakwater.{room}" for room in ROOMS),
    "breakwater.site",
]
MIDDLEWARE = [
    "breakwater.web.middleware.RequestLog",
    # Above those that answer by themselves, so that a file or a redirect carries them too.
    "breakwater.web.middleware.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "breakwater.access.signin.middleware.Unattended",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "breakwater.access.signin.middleware.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "breakwater.site.urls"
WSGI_APPLICATION = "breakwater.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / room / "templates" for room in ("web", *ROOMS)],
        "OPTIONS": {
            "environment": "breakwater.web.jinja.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "breakwater.site.navigation.layout",
            ],
        },
    },
]

# Jobs commit with the rows that caused them, so the queue is in the same database.
_dsn = conninfo_to_dict(ENVIRONMENT.database_url)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _dsn.pop("dbname", "breakwater"),
        "USER": _dsn.pop("user", ""),
        "PASSWORD": _dsn.pop("password", ""),
        "HOST": _dsn.pop("host", ""),
        "PORT": _dsn.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        # Works behind a transaction-pooling proxy.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        # One pool a process; the web server's threads take from it.
        "OPTIONS": {
            "application_name": "breakwater",
            "connect_timeout": 5,
            "pool": {"min_size": 1, "max_size": 12, "timeout": 5},
            **_dsn,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AUTH_USER_MODEL = "access.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 14},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Who signs in how; breakwater/access/signin holds what is asked and what is believed.
SIGN_IN_PROVIDERS = ENVIRONMENT.providers
ACCOUNT_ADAPTER = "breakwater.access.signin.adapters.AccountAdapter"
MFA_ADAPTER = "breakwater.access.signin.adapters.FactorAdapter"
SOCIALACCOUNT_ADAPTER = "breakwater.access.signin.sso.SocialAdapter"
AUTHENTICATION_BACKENDS = ["breakwater.access.signin.backends.People"]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; allauth's check wants it
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": CODE_LIMIT}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.tls == "proxy" else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = RECOVERY_CODES
MFA_RECOVERY_CODES_SHOW_ONCE = True
CACHES = {
    "default": {
        "BACKEND": "breakwater.access.signin.cache.SharedValues",
        "KEY_FUNCTION": "breakwater.access.signin.cache.hidden",
    }
}

# Sessions are rows (so that they can be ended) whose content Django signs; the cookie is random.
SESSION_ENGINE = "breakwater.access.sessions"
SESSION_COOKIE_AGE = ENVIRONMENT.session_hours * 60 * 60
SESSION_IDLE_SECONDS = ENVIRONMENT.session_idle_minutes * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
TLS = ENVIRONMENT.tls != "none"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if TLS else "csrf"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "breakwater.web.handlers.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
# "no-referrer" would make browsers send "Origin: null", which the CSRF check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if ENVIRONMENT.tls == "proxy":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Nothing from anywhere but the hub itself, and inline scripts only with the request's nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        # A form that leads to an agency's single sign-on: browsers hold every step to this list.
        "form-action": [SELF, *providers.origins(SIGN_IN_PROVIDERS)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
    }
}
ERROR_ADVICE = "If a child is in danger now, call 999. Do not wait for this page."

# Wraps the data keys of the vault; never printed, never in the database.
DATA_KEYS = ENVIRONMENT.data_keys

# Documents on a case: sealed files that no web server serves.
ATTACHMENTS_ROOT = Path(ENVIRONMENT.attachments_root or VAR / "attachments")
ATTACHMENT_MAX_BYTES = ENVIRONMENT.attachment_max_mb * 1_000_000
CLAMD_ADDRESS = ENVIRONMENT.clamd_address
# Dotted name of a function: case id -> whether no picture may be added (online offences).
# Referrals know; attachments stand below them.
NO_PICTURES_ON = "breakwater.referrals.queries.pictures_are_refused"
# What the rooms above say on the page of a referral, in this order: panel(actor, case_id,
# reference) gives {"template": ..., ...} and runs while the case is held.
REFERRAL_PANELS: list[str] = [
    "breakwater.sharing.requests.panel.panel",
    "breakwater.sharing.discovery.panel.panel",
    "breakwater.sharing.disclosures.panel.panel",
]
# And on a printed case: paper(case_id) -> {"template": ..., ...}.
PAPER_PANELS: list[str] = [
    "breakwater.sharing.disclosures.panel.on_paper",
]
# What is uploaded stays in memory: a temporary file would hold it in the clear.
FILE_UPLOAD_HANDLERS = ["breakwater.attachments.upload.InMemory"]
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# How partners are asked whether they know a child.
DISCOVERY = ENVIRONMENT.discovery

# A form is text; a referral may carry 50 people and 20,000 characters, and no more.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

if ENVIRONMENT.smtp_url:
    _smtp = urlsplit(ENVIRONMENT.smtp_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _smtp.hostname, _smtp.port or 25
    EMAIL_HOST_USER = unquote(_smtp.username or "")
    EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
    EMAIL_USE_TLS = _smtp.scheme == "smtp+starttls"
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from

LOGGING_CONFIG = None
logs.configure(ENVIRONMENT.log_format, stream=sys.stderr, quiet=ENVIRONMENT.quiet)
