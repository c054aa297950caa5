"""Settings of the tracker. All that differs between installations comes from the environment.

docs/configuration.md lists every variable. Nothing here needs to be edited to run the tracker.
"""

import contextlib
import secrets
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from tracker import __version__
from tracker.core.files.secret_files import PrivateConnection, read_or_create_secret

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent

# What a running installation writes lives in one folder, outside git.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
with contextlib.suppress(OSError):  # the code that needs a file in it names the problem
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)


def secret_key() -> str:
    """Return SECRET_KEY from the environment, else the key kept in DATA_DIR, made on the first run."""
    if key := env.str("SECRET_KEY", default=""):
        return str(key)
    return read_or_create_secret(DATA_DIR / "secret_key", lambda: secrets.token_urlsafe(64).encode("ascii")).decode(
        "ascii"
    )


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret_key()
# Keys from before: what was signed or encrypted under them is still read (docs/configuration.md, “Another key”).
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "tracker.core.admin.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "import_export",
    "csp",
    "django_filters",
    "django_htmx",
    "tracker.core",
    "tracker.sources",
    "tracker.pledges",
    "tracker.web",
    "tracker.desk",
    "tracker.public",
    "tracker.opendata",
    "tracker.alerts",
    "tracker.ops",
]

MIDDLEWARE = [
    "tracker.core.middleware.RequestIdMiddleware",
    "tracker.core.middleware.HostMiddleware",
    "tracker.web.page_cache.PageCacheMiddleware",
    "tracker.core.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tracker.core.middleware.PolicyMiddleware",
    "tracker.core.middleware.LivenessMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tracker.web.middleware.UnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "tracker.desk.accounts.middleware.PrivatePagesMiddleware",
    "tracker.web.rate_limiting.BudgetMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.web.context_processors.site",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------

# PostgreSQL through DATABASE_URL; otherwise one SQLite file, with nothing to install.
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'tracker.sqlite3'}"),
}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# For how many seconds a reader waits for a database that somebody else holds. A person who sends a form waits 20
# seconds.
READER_WAIT = env.float("READER_WAIT", default=2.0)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "tracker.core.sqlite"  # Django's own, with a queue for those who write
    # docs/decisions/0003-sqlite-journal.md: what each of these is for, and what was measured.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "factory": PrivateConnection,
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            # What is withdrawn for legal reasons leaves the file, not only the table.
            "PRAGMA secure_delete=ON;",
        }
    )
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "tracker.core.postgresql"
    # A server that is gone, rather than busy, is noticed.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # Where DATABASE_URL leads to a pooler in transaction mode: the address of the database itself.
    if env.str("DATABASE_DIRECT_URL", default=""):
        _DIRECT = env.db_url("DATABASE_DIRECT_URL")
        del _DIRECT["ENGINE"]
        DATABASES["default"]["DIRECT"] = _DIRECT
# PostgreSQL's replicas: readers who are not signed in are sent there (tracker/core/postgresql/replicas.py).
DATABASE_REPLICAS: list[dict[str, Any]] = []
# A replica that is more seconds behind is left out.
REPLICA_MAX_LAG = env.float("REPLICA_MAX_LAG", default=5.0)
for _URL in env.list("DATABASE_REPLICA_URL", default=[]):
    if DATABASES["default"]["ENGINE"] != "tracker.core.postgresql":
        raise ImproperlyConfigured("DATABASE_REPLICA_URL needs a DATABASE_URL of PostgreSQL.")
    _REPLICA = env.db_url_config(_URL)
    if "DIRECT" in DATABASES["default"]:  # the replicas may be behind the pooler too
        _REPLICA["DIRECT"] = {name: _REPLICA[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    # A machine that is gone is noticed in the middle of a page.
    _REPLICA["OPTIONS"] = {"connect_timeout": 2, "tcp_user_timeout": 3000, **_REPLICA.get("OPTIONS", {})}
    DATABASE_REPLICAS.append({**_REPLICA, "ENGINE": "tracker.core.postgresql"})
if DATABASE_REPLICAS:
    _FIRST_THAT_READS = MIDDLEWARE.index("tracker.web.page_cache.PageCacheMiddleware")
    MIDDLEWARE.insert(_FIRST_THAT_READS, "tracker.web.middleware.ReplicaMiddleware")
# In this process, or shared by all through CACHE_URL; nothing is lost with it.
_CACHE = env.cache_url("CACHE_URL", default="locmemcache://")
if _CACHE["BACKEND"].endswith("RedisCache"):
    _CACHE["BACKEND"] = "tracker.core.caches.fault_tolerant_redis.FaultTolerantRedisCache"
CACHES = {
    "default": _CACHE,
    **{
        name: {**_CACHE, "KEY_PREFIX": name, "LOCATION": _CACHE.get("LOCATION") or name}
        for name in ("pages", "parts", "fragments")
    },
}
PAGE_GRACE = env.float("PAGE_GRACE", default=1.0)  # seconds; tracker/web/page_cache.py
if "locmem" in _CACHE["BACKEND"]:
    for _name, _megabytes in (("pages", 4), ("parts", 2)):
        CACHES[_name]["BACKEND"] = "tracker.core.caches.bounded_memory.BoundedLocMemCache"
        CACHES[_name]["OPTIONS"] = {"MAX_ENTRIES": 1000, "MAX_BYTES": _megabytes * 1_000_000}
    CACHES["fragments"]["OPTIONS"] = {"MAX_ENTRIES": 800}  # a few kilobytes each
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Language and time ------------------------------------------------------------------------

# Of the pages; docs/translation.md says how to bring a language in. The record, feeds and open data stay as published.
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en-gb")
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# --- Static files -----------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "tracker.web.compression.static_storage.StaticFilesStorage"
        ),
    },
}

# --- Security ---------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tracker.desk.accounts.password_validators.OwnWordsPasswordValidator"},
    {"NAME": "tracker.desk.accounts.password_validators.LengthPasswordValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "tracker.desk.accounts.password_validators.CommonPasswordValidator"},
    {"NAME": "tracker.desk.accounts.password_validators.SiteWordsPasswordValidator"},
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:queue"
ACCOUNT_ADAPTER = "tracker.desk.accounts.account_adapter.AccountAdapter"
_FORMS = "tracker.desk.accounts.account_forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
    "add_email": f"{_FORMS}.AddEmailForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "set_password": f"{_FORMS}.SetPasswordForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.CodeForm",
    "reauthenticate": f"{_FORMS}.CodeAgainForm",
    "activate_totp": f"{_FORMS}.ActivateAppForm",
    "add_webauthn": f"{_FORMS}.AddKeyForm",
    "edit_webauthn": f"{_FORMS}.EditKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invited address is proved by the link that was sent to it
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # the first password leads on; a second factor is asked for as ever
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of each change of how a person gets in; their other sessions end with it
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Publishing, withdrawing and inviting ask for the password or the second factor again after this long.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "tracker.desk.accounts.mfa_adapter.MFAAdapter"  # seeds are encrypted in the database
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
# How many proxies of ours are in front of the tracker. Throttles count by the address that the outermost one saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)

# Tables in the admin: a cell that a spreadsheet would take for a formula is made safe on the way out.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"

vars().update({name: value for name, value in env.email_url("EMAIL_URL", default="consolemail://").items() if value})
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="desk@localhost")

# HTTPS is one switch, because its parts are only right together.
HTTPS = env.bool("HTTPS", default=False)
# Browsers offer passkeys over https and on localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked from the same machine, without the proxy
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "tracker.desk.accounts.unsent_form.csrf_failure"  # what was typed stays
# A browser takes a cookie of such a name from this very host alone, whole and over https.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
# A sign-in lasts a working day at most, and no longer than the browser is open.
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Addresses tell what a reader was reading: no other site is told which page a link was on. "no-referrer" would
# do the same, but browsers then send "Origin: null" with our own forms, and Django rightly refuses them.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# --- The tracker itself -----------------------------------------------------------------------

VERSION = __version__

# Names the record in its signed head; choose it once, such as "tracker.example.org/record".
RECORD_ORIGIN = env.str("RECORD_ORIGIN", default="localhost/record")
# Who is asked to cosign the head of the record: "address|key" of each witness, parted by commas (docs/deployment.md).
WITNESSES = env.list("WITNESSES", default=[])
WITNESS_PRIVATE_ADDRESSES = env.bool("WITNESS_PRIVATE_ADDRESSES", default=False)
# The name of this witness, such as "tracker.example.org/witness"; empty: it is none, and cosigns nothing for others.
WITNESS_NAME = env.str("WITNESS_NAME", default="")
# Where letters and the site as plain files say that the tracker is; no slash at the end.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
# Without SITE_NAME the name that was given when the tracker was set up in a browser.
_NAME_FILE = DATA_DIR / "site_name"
SITE_NAME = env.str("SITE_NAME", default="") or (
    _NAME_FILE.read_text(encoding="utf-8").strip() if _NAME_FILE.exists() else "The Pledge Record"
)
# A line at the top of every page, such as “This is a trial: nothing here is real.”; empty: none.
SITE_NOTICE = env.str("SITE_NOTICE", default="")
# Each entry needs two people. A desk of one may switch that off; each entry then says so.
FOUR_EYES = env.bool("FOUR_EYES", default=True)
# For how many days a check of active proceedings and of identification holds before publishing.
LEGAL_CHECK_DAYS = env.int("LEGAL_CHECK_DAYS", default=7)
# An instant on the record is never changed: one that differs by more from the clocks of the database and of the disk,
# or comes later after the last entry, is refused (pledges/record/clock.py). 0: not looked at.
MAX_CLOCK_DIFFERENCE_MINUTES = env.int("MAX_CLOCK_DIFFERENCE_MINUTES", default=10)
MAX_HOURS_BETWEEN_ENTRIES = env.int("MAX_HOURS_BETWEEN_ENTRIES", default=366 * 24)
# Days without an update after which a pledge counts as quiet.
QUIET_AFTER_DAYS = env.int("QUIET_AFTER_DAYS", default=180)
# Days without a new entry after which every page says that the record may no longer be kept.
DORMANT_AFTER_DAYS = env.int("DORMANT_AFTER_DAYS", default=120)
# Whether the worker fetches documents from addresses that editors give, and looks at sources' addresses.
FETCH_ADDRESSES = env.bool("FETCH_ADDRESSES", default=False)
CHECK_LINKS = env.bool("CHECK_LINKS", default=False)
# Where the worker writes the site as plain files every night; empty: nowhere.
SITE_COPY = env.str("SITE_COPY", default="")
# How often in a minute one client may search, download a table or the package, and ask the API, where the answer is
# not kept already; 0: as often as it likes.
READ_LIMITS = {
    name: env.int(f"{name.upper()}_LIMIT", default=most)
    for name, most in (("search", 60), ("download", 30), ("package", 30), ("api", 300), ("witness", 60))
}
# How many seconds of a processor one client may use in a minute for what is not kept already, and all together for
# searches, downloads and the API; 0: as many as there are.
CLIENT_BUDGET = env.float("CLIENT_BUDGET", default=20.0)
TOTAL_BUDGET = env.float("TOTAL_BUDGET", default=60.0)
# How many searches, downloads and answers of the API one worker makes at once: fewer than it has threads
# (--blocking-threads), so that plain pages always have some. 0: as many as there are threads.
HEAVY_REQUESTS = env.int("HEAVY_REQUESTS", default=1)
PLEDGES_PER_PAGE = 25
ENTRIES_PER_PAGE = 50
SOURCES_PER_PAGE = 100
PASSAGES_PER_PAGE = 100
# Where faults in security are to be told: an address that begins with mailto: or https: (security.txt, RFC 9116).
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
# Where "Leave this site" leads, such as a page that looks ordinary on anybody's screen; empty: no such button. A new
# review begins with it, and pages that belong to no one review go by it.
LEAVE_URL = env.str("LEAVE_URL", default="")
# Help lines as "name|number" pairs: likewise. Check each number before a site goes public.
HELPLINES = [
    (name.strip(), number.strip())
    for name, bar, number in (line.partition("|") for line in env.list("HELPLINES", default=[]))
    if bar
]

# What /health/metrics asks for (Authorization: Bearer …); empty: there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Errors are sent to Sentry where its package is installed and this is set: no address, no user, no words of a form.
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    try:
        import sentry_sdk  # type: ignore[import-not-found]
    except ModuleNotFoundError as error:
        raise ImproperlyConfigured("SENTRY_DSN is set, and sentry-sdk is not installed: pip install it.") from error
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        release=VERSION,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=lambda event, hint: event | {"request": {}, "user": {}, "breadcrumbs": {}},
    )

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "tracker.core.log_formatters.TextFormatter"},
        "json": {"()": "tracker.core.log_formatters.JsonFormatter"},
    },
    "filters": {"refused": {"()": "tracker.core.log_formatters.RefusedRequestFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if env.str("LOG_FORMAT", default="text") == "json" else "text",
            "filters": ["refused"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
