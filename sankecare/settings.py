"""Settings: one file; everything that differs between machines comes from the environment."""

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import environ
import pghistory
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from sankecare.administration import theme
from sankecare.look import sheet

BASE_DIR = Path(__file__).resolve().parent.parent
WARDS_DIR = BASE_DIR / "wards"

env = environ.Env()

# DEMO opens the invented families' sign-ins and nothing else; it is refused beside real data (demo.history).
DEMO = env.bool("DEMO", default=False)
# Which start of the demo this is; /healthz says it, so that the demo knows its own web server.
DEMO_START = env.str("DEMO_START", default="") if DEMO else ""
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
# What seals addresses under protection, drafts and papers (sankecare.sealing): the newest first, old ones open.
SEALING_KEYS = env.list("SEALING_KEYS", default=[])
# What signs the sealed history (sankecare.history_seals): set where the process runs that seals, and nowhere else.
# The public keys are everybody's: the newest first, old ones for the days that they signed.
HISTORY_KEY = env.str("HISTORY_KEY", default="")
HISTORY_PUBLIC_KEYS = env.list("HISTORY_PUBLIC_KEYS", default=[])
# A second place for the head of each day: a file on another disk or machine, only ever added to.
HISTORY_HEADS_FILE = env.str("HISTORY_HEADS_FILE", default="")
# Seconds in which a request ends whose rows are sealed; the demo alone hurries.
HISTORY_SETTLES_SECONDS = env.float("HISTORY_SETTLES_SECONDS", default=60.0)
# Who shows it reads /metrics; without it there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "sankecare",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "accounts",
    "facilities",
    "enrollment",
    "bookings",
    "care",
    "billing",
    "referrals",
    "reports",
    "demo",
    "wards",
    "unfold.apps.BasicAppConfig",  # its default config would put its own admin site in the place of ours
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "accounts.apps.WardAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_filters",
    "django_structlog",
    "drf_spectacular",
    "pghistory",
    "pgtrigger",
    "rest_framework",
]

# The checks on migrations come with requirements-dev.txt.
INSTALLED_APPS += [app for app in ("django_linear_migrations", "django_migration_linter") if find_spec(app)]

MIDDLEWARE = [
    "sankecare.outside.requests.CountRequests",
    "sankecare.outside.request_ids.RequestIdOfTheProxy",
    "sankecare.middleware.Policies",
    "sankecare.middleware.RefuseNulBytes",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sankecare.compression.CompressWhatOnlyWeAskFor",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignedInFully",
    "accounts.middleware.OnlyNamedPages",
    "accounts.middleware.FilesWrittenDown",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sankecare.middleware.SayWritten",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "enrollment.help_now.WhomToCallNow",
    "sankecare.languages.middleware.Readings",
    "pghistory.middleware.HistoryMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "sankecare.health.DatabaseAway",
]

ROOT_URLCONF = "sankecare.urls"
WSGI_APPLICATION = "sankecare.wsgi.application"
FORM_RENDERER = "sankecare.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "sankecare.context.navigation",
                "referrals.alerts.alerts",
                "care.incident_alerts.incident_alerts",
                "bookings.draws.alerts.draw_alerts",
            ],
        },
    }
]

# ---- Data -----------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "ENGINE": "sankecare.postgresql",
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
    "OPTIONS": {
        "connect_timeout": 5,
        # milliseconds: nobody waits for ever, neither a person nor a lock
        "options": "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000",
    },
}
# A role that each connection takes, where it signs in as another that may (the suite signs in as the owner).
if role := env.str("DATABASE_ROLE", default=""):
    DATABASES["default"]["OPTIONS"]["options"] += f" -c role={role}"
MIGRATION_LINTER_OPTIONS = {
    # The tables' first making: nothing ran on them before.
    "ignore_name": ["0001_initial", "0002_initial", "0002_access_log"],
    "exclude_apps": ["account", "mfa", "socialaccount"],  # allauth's own migrations are not ours to write
}
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "sankecare.cache.SharedCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who changed what and by which page is kept with every change; reading changes nothing and is spared the look-up.
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# So many free places or fewer are shown as △ to the public, never as a count (own default).
FEW_PLACES = env.int("FEW_PLACES", default=2)

# ---- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sign_in.Backend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "accounts:landing"
LOGOUT_REDIRECT_URL = "public:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# In the database: signing in, and so the nurse's inbox, must work while Valkey is away.
SESSION_ENGINE = "accounts.session_store"
# What a page says once may name a household: it stays here, and never in a cookie on the device.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# The cookie's; each session has its own end (accounts.sessions).
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
PASSWORD_RESET_TIMEOUT = 60 * 60

# Mothers by a code to their address; staff by password, then an app's code or a passkey (docs/decisions/0006).
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_RATE_LIMITS = {
    "login_failed": "600/5m/ip,5/5m/key",
    "reauthenticate": "10/5m/user",
}
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
# Wide: a carrier has one address for many mothers.
MFA_RATE_LIMITS = {"webauthn_login": "600/5m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
    "activate_totp": "accounts.forms.AppForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "login_webauthn": "accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "accounts.forms.PasskeyStepForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgainForm",
}

# ---- Words and time -------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "ja"
# やさしい日本語 is a language of its own, of a family's pages and mails; what it lacks (staff's pages) is Japanese.
LANGUAGES = [("ja", _("Japanese")), ("ja-easy", _("Easy Japanese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE: Literal["Lax"] = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "sankecare.formats"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

# ---- Files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
# With the pictures of the guides, which show made-up families alone.
STATICFILES_DIRS = [BASE_DIR / "static", ("guide", BASE_DIR / "docs" / "guide" / "pictures")]
# Names with a digest of the content, kept by browsers for ever, and files compressed beforehand: after collectstatic,
# which the image and the demo run. Without it (tests) files are served by their plain names, for a minute.
STATIC_HASHED = env.bool("STATIC_HASHED", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_HASHED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = (DEBUG or DEMO) and not STATIC_HASHED
WHITENOISE_ALLOW_ALL_ORIGINS = False
# What browsers and search engines ask for by a name of their own: /favicon.ico, /robots.txt.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
WHITENOISE_MAX_AGE = 60 * 60 * 24 if STATIC_HASHED else 60
# Whom to tell of a hole (/.well-known/security.txt): an address (mailto:…) or a page (https://…).
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")

UNFOLD = theme.UNFOLD

# ---- Safety ---------------------------------------------------------------------------------------------------------

HTTPS = env.bool("HTTPS", default=False)
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # A name that browsers take from this very host alone, by TLS, for every path.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # Inside a page only the text of our own sheet (sankecare.look.sheet).
        "style-src": [SELF, sheet.POLICY_SOURCE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = [
    "sankecare.files.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
EMAIL_USE_LOCALTIME = True
# The demo needs no mail server: its mails are files, and a page shows them (demo.mails).
DEMO_MAILS = env.path("DEMO_MAILS", default=str(BASE_DIR / ".demo" / "mails"))
if DEMO and "EMAIL_URL" not in env.ENVIRON:
    EMAIL_BACKEND = "demo.mails.Backend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="sango-care@localhost")
# Ways beside mail, each there once its settings are filled in (sankecare.channels). LINE: the channel's access token
# and secret, and the official account (@…). SMS: a gateway that speaks Twilio's interface.
LINE_URL = env.str("LINE_URL", default="https://api.line.me")
LINE_TOKEN = env.str("LINE_TOKEN", default="")
LINE_SECRET = env.str("LINE_SECRET", default="")
LINE_ACCOUNT = env.str("LINE_ACCOUNT", default="")
SMS_URL = env.str("SMS_URL", default="https://api.twilio.com")
SMS_ACCOUNT = env.str("SMS_ACCOUNT", default="")
SMS_TOKEN = env.str("SMS_TOKEN", default="")
SMS_SENDER = env.str("SMS_SENDER", default="")
# Where a link in a mail leads; mails are written by the worker, which sees no request.
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="http://127.0.0.1:8000")

# ---- API ------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.NamedInPermissionFile"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "sankecare.api.endpoints.Pages",
    "DEFAULT_FILTER_BACKENDS": ["sankecare.api.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "sankecare.api.schema.Operations",
    "DEFAULT_THROTTLE_RATES": {"public": env.str("PUBLIC_RATE", default="120/min")},
    "EXCEPTION_HANDLER": "sankecare.api.errors.as_error",
    "PAGE_SIZE": 50,
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sanke Care API",
    "DESCRIPTION": "産後ケア事業: 料金、対象判定、空き状況、予約、利用、フォロー依頼、実績",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "TAGS": [
        {"name": "facilities", "description": "where care is offered; public"},
        {"name": "availability", "description": "which days have room; public"},
        {"name": "eligibility", "description": "who may use a service; public, nothing is kept"},
        {"name": "quotes", "description": "what a use would cost; public, nothing is kept"},
        {"name": "registrations", "description": "who is registered for the programme"},
        {"name": "bookings", "description": "places given to families, and their changes"},
        {"name": "stays", "description": "arrivals and departures"},
        {"name": "charges", "description": "what stays cost"},
        {"name": "referrals", "description": "follow-up that a facility asks for"},
        {"name": "reports", "description": "the figures of the programme, as their pages and files have them"},
    ],
    "ENUM_NAME_OVERRIDES": {
        "RegistrationState": "enrollment.models.RegistrationState",
        "TaxClass": "enrollment.models.TaxClass",
        "ServiceKind": "facilities.models.ServiceKind",
        "BookingState": "bookings.models.BookingState",
        "DayStatus": "bookings.models.DayStatus",
        "ChargeComponent": "billing.models.Component",
        "AdjustmentKind": "billing.models.AdjustmentKind",
        "ReferralState": "referrals.models.ReferralState",
        "ReferralUrgency": "referrals.models.Urgency",
        "ReferralRecipient": "referrals.models.RecipientKind",
        "ReferralConcern": "referrals.models.Concern",
        "ReferralGround": "referrals.models.Ground",
        "ReferralOrigin": "referrals.models.Origin",
        "ReferralOutcome": "referrals.models.Outcome",
        "ContactWay": "referrals.models.ContactWay",
        "ContactMet": "referrals.models.Met",
    },
}

# ---- Celery: only announces; what must not be lost is in PostgreSQL -------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "max_retries": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_VISIBILITY_TIMEOUT = 120
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 20
CELERY_TASK_TIME_LIMIT = 30
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Seconds: between two sweeps of the outbox, to an entry's first sweep, and the longest pause between its later ones.
OUTBOX_SWEEP_SECONDS = env.int("OUTBOX_SWEEP_SECONDS", default=15)
OUTBOX_FIRST_SWEEP_SECONDS = env.int("OUTBOX_FIRST_SWEEP_SECONDS", default=10)
OUTBOX_LONGEST_PAUSE_SECONDS = env.int("OUTBOX_LONGEST_PAUSE_SECONDS", default=300)
# How often it is looked whether nobody received a referral in time.
REFERRALS_CHASE_SECONDS = env.int("REFERRALS_CHASE_SECONDS", default=60)
# Beat writes its schedule after each task it sends: the file's age tells a deaf beat (docker-compose.yml).
CELERY_BEAT_SYNC_EVERY = 1
# Sealing has a queue of its own: the process that takes it alone has HISTORY_KEY.
CELERY_TASK_ROUTES = {"sankecare.tasks.seal_the_history": {"queue": "sealer"}}
CELERY_BEAT_SCHEDULE = {
    # A night's seal; tried again each hour until it is there.
    "seal-history": {
        "task": "sankecare.tasks.seal_the_history",
        "schedule": crontab(minute="40"),
        "options": {"expires": 3000},
    },
    "advance-draws": {"task": "bookings.tasks.advance_draws", "schedule": 60.0, "options": {"expires": 55}},
    "work-out-odds": {"task": "bookings.tasks.work_out_odds", "schedule": 600.0, "options": {"expires": 590}},
    "give-back-offers": {"task": "bookings.tasks.give_back_offers", "schedule": 60.0, "options": {"expires": 55}},
    # A day has begun: who is past the age limit or moved away is known of what was entered before.
    "look-again": {
        "task": "bookings.tasks.look_again",
        "schedule": crontab(hour="0", minute="20"),
        "options": {"expires": 3600},
    },
    # A week is over: what was counted by a sign becomes a number.
    "close-weeks-of-unmet": {
        "task": "bookings.tasks.close_weeks_of_unmet",
        "schedule": crontab(hour="0", minute="25"),
        "options": {"expires": 3600},
    },
    "remind-families": {
        "task": "bookings.tasks.remind",
        "schedule": crontab(minute="10"),
        "options": {"expires": 3000},
    },
    "remind-of-fees": {
        "task": "billing.tasks.remind_of_fees",
        "schedule": crontab(minute="15"),
        "options": {"expires": 3000},
    },
    "chase-incidents": {"task": "care.tasks.chase_incidents", "schedule": 600.0, "options": {"expires": 590}},
    "check-invariants": {
        "task": "reports.tasks.check_invariants",
        "schedule": crontab(hour="3", minute="30"),
        "options": {"expires": 3600},
    },
    "carry-on-planning": {
        "task": "reports.tasks.carry_on_planning",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    "forget-planning": {
        "task": "reports.tasks.forget_planning",
        "schedule": crontab(hour="4", minute="10"),
        "options": {"expires": 3600},
    },
    "chase-referrals": {
        "task": "referrals.tasks.chase_referrals",
        "schedule": float(REFERRALS_CHASE_SECONDS),
        "options": {"expires": 55},
    },
    "reconcile-referrals": {
        "task": "referrals.tasks.reconcile_referrals",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": 3600},
    },
    # Every morning, in case the worker was away on Monday: a district has one list a week.
    "make-watch-lists": {
        "task": "referrals.tasks.make_the_watch_lists",
        "schedule": crontab(hour="5", minute="40"),
        "options": {"expires": 3600},
    },
    "chain-access-log": {
        "task": "accounts.tasks.chain_the_access_log",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "check-access-log": {
        "task": "accounts.tasks.check_the_access_log",
        "schedule": crontab(hour="4", minute="20"),
        "options": {"expires": 3600},
    },
    "take-referrals-along": {
        "task": "referrals.tasks.take_referrals_along",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "forget-answers": {
        "task": "sankecare.tasks.forget_answers",
        "schedule": crontab(hour="3", minute="50"),
        "options": {"expires": 3600},
    },
    "forget-sessions": {
        "task": "accounts.tasks.forget_the_sessions",
        "schedule": crontab(hour="3", minute="55"),
        "options": {"expires": 3600},
    },
    "make-files": {"task": "reports.tasks.make_the_files", "schedule": 10.0, "options": {"expires": 9}},
    "forget-files": {
        "task": "reports.tasks.forget_the_files",
        "schedule": crontab(hour="3", minute="35"),
        "options": {"expires": 3600},
    },
    # The month is over. On three days, in case the worker was away.
    "count-answers": {
        "task": "care.tasks.count_the_answers",
        "schedule": crontab(day_of_month="1-3", hour="0", minute="30"),
        "options": {"expires": 3600},
    },
    "forget-photos": {
        "task": "care.tasks.forget_the_photos",
        "schedule": crontab(hour="3", minute="45"),
        "options": {"expires": 3600},
    },
    "sweep-outbox": {
        "task": "sankecare.tasks.sweep_outbox",
        "schedule": float(OUTBOX_SWEEP_SECONDS),
        "options": {"expires": 14},
    },
}

# ---- Logs: events and ids, never a name -----------------------------------------------------------------------------

# Who asks is named by her session (accounts.sessions): nobody is looked up for a line in the log.
DJANGO_STRUCTLOG_USER_ID_FIELD = None
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# The proxy's id of a request; whatever else is in the header is dropped before (sankecare.outside.request_ids).
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": "ext://sankecare.logs.render",
            "foreign_pre_chain": "ext://sankecare.logs.FOREIGN",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
