"""What every installation shares. Without any environment this is the embedded default: one process, no service."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
TAGORA_HOME = Path(env.text("TAGORA_HOME", str(BASE_DIR / "var"))).expanduser().resolve()

REDIS_URL = env.text("TAGORA_REDIS_URL")
BROKER_URL = env.text("TAGORA_BROKER_URL")
# One process carries web, sockets, worker and scheduler unless a broker says otherwise.
EMBEDDED = not BROKER_URL

DEBUG = env.flag("TAGORA_DEBUG")
SECRET_KEY = env.secret_key(TAGORA_HOME, generate=EMBEDDED)
ALLOWED_HOSTS = env.words("TAGORA_HOSTS", "localhost,127.0.0.1,[::1]")
# The address that people use; links in mails start with it.
TAGORA_URL = env.text("TAGORA_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [TAGORA_URL, *env.words("TAGORA_TRUSTED_ORIGINS")]
# The region that the catalogue of services and the names of resources in policies carry.
TAGORA_REGION = env.text("TAGORA_REGION", "tagora")
# How many proxies stand in front; X-Forwarded-For is believed only that far from its end.
TAGORA_PROXIES = env.number("TAGORA_PROXIES", 0)
# Seeds of the keys that sign the audit log, and how many days its events are kept.
TAGORA_AUDIT_KEYS = env.audit_keys(TAGORA_HOME, SECRET_KEY, generate=EMBEDDED)
TAGORA_AUDIT_DAYS = env.number("TAGORA_AUDIT_DAYS", 400)

INSTALLED_APPS = [
    "config",
    "apps.demo",
    "apps.live",
    "apps.overview",
    "apps.quality",
    "apps.labeling",
    "apps.transfers",
    "apps.teams",
    "apps.datasets",
    "apps.jobs",
    "apps.agencies",
    "apps.iam",
    "apps.sharing",
    "apps.notify",
    "apps.entry",
    "apps.programs",
    "apps.audit",
    "apps.access",
    "apps.tenants",
    "apps.accounts",
    "apps.storage",
    "apps.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "channels",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "config.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicy",
    "config.middleware.PlainAddresses",
    "config.middleware.DatabaseAway",
    "apps.tenants.walled_requests.WallMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.tenants.middleware.PersonMiddleware",
    "config.middleware.PageMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.tenants.middleware.ActorMiddleware",
    "config.middleware.Refusals",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
            ],
        },
    },
]

DATABASES = {"default": env.database(TAGORA_HOME)}
# The role as which the server works on PostgreSQL; migrations make it. Empty: as whoever signs in to the database.
TAGORA_DATABASE_ROLE = env.text("TAGORA_DATABASE_ROLE", "tagora_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["apps.tenants.backends.PersonBackend", "guardian.backends.ObjectPermissionBackend"]
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "overview"
SESSION_COOKIE_NAME = "tagora_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_ENGINE = "apps.tenants.sessions"

# Which hosts (`host` or `host:port`) a tenant may name as its OpenID provider; the server speaks to no other.
TAGORA_OIDC_HOSTS = env.words("TAGORA_OIDC_HOSTS")

# ---------------------------------------------------------------- neighbours
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "tagora",
            "OPTIONS": {"serializer": "config.cache.JSONSerializer"},
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "tagora"},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "tagora",
            # Counts of failed sign-ins are kept here: nobody may push them out by failing under many names.
            "OPTIONS": {"MAX_ENTRIES": 200_000},
        }
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 1000}}}

CELERY_BROKER_URL = BROKER_URL or "memory://localhost/"
# The in-memory broker polls; a fiftieth of a second keeps a waiting page lively and costs 2 % of a core.
CELERY_BROKER_TRANSPORT_OPTIONS = {} if BROKER_URL else {"polling_interval": 0.02}
# Two installations on one broker must not take each other's messages.
CELERY_TASK_DEFAULT_QUEUE = env.text("TAGORA_QUEUE", "tagora")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "jobs.sweep", "schedule": 5.0},
    "erase-tenants": {"task": "agencies.erase", "schedule": 30.0},
    "deliver-mail": {"task": "notify.deliver", "schedule": 5.0},
    "seal-audit-log": {"task": "audit.seal", "schedule": 3.0},
    "retain-audit-log": {"task": "audit.retain", "schedule": 24 * 3600.0},
    "clear-sessions": {"task": "sessions.clear", "schedule": 24 * 3600.0},
}
# In memory: the default scheduler keeps a pickled file, and both entries are harmless to repeat.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"

# ---------------------------------------------------------------- mail
SMTP_URL = env.text("TAGORA_SMTP_URL")
DEFAULT_FROM_EMAIL = env.text("TAGORA_MAIL_FROM", "Tagora <tagora@localhost>")
TAGORA_MAIL_DIR = TAGORA_HOME / "mail"
# Without an SMTP server mails are files, and a page shows them: only for an installation on one's own machine.
TAGORA_LOCAL_MAIL = not SMTP_URL
if SMTP_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(env.smtp(SMTP_URL))
else:
    EMAIL_BACKEND = "apps.notify.backends.FolderBackend"

# ---------------------------------------------------------------- bytes
TAGORA_STORE = env.text("TAGORA_STORE", "local")
TAGORA_BUCKETS = TAGORA_HOME / "buckets"
TAGORA_CACHE = TAGORA_HOME / "cache"
TAGORA_S3_ENDPOINT = env.text("TAGORA_S3_ENDPOINT")
TAGORA_S3_ACCESS_KEY = env.text("TAGORA_S3_ACCESS_KEY")
TAGORA_S3_SECRET_KEY = env.text("TAGORA_S3_SECRET_KEY")
TAGORA_S3_REGION = env.text("TAGORA_S3_REGION", "us-east-1")
TAGORA_PICTURE_WORKERS = env.number("TAGORA_PICTURE_WORKERS", 2)
TAGORA_THUMBNAIL_CACHE_BYTES = env.number("TAGORA_THUMBNAIL_CACHE_BYTES", 1024**3)
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000

# ---------------------------------------------------------------- limits of the guide, as settings
TAGORA_TEAMS_PER_TENANT = env.number("TAGORA_TEAMS_PER_TENANT", 10)
TAGORA_MEMBERS_PER_TEAM = env.number("TAGORA_MEMBERS_PER_TEAM", 100)
TAGORA_PICTURE_BYTES = env.number("TAGORA_PICTURE_BYTES", 25 * 1024 * 1024)
TAGORA_INVITATION_DAYS = env.number("TAGORA_INVITATION_DAYS", 7)

# ---------------------------------------------------------------- languages
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ---------------------------------------------------------------- static files
STATIC_URL = "/static/"
STATICFILES_DIRS = [
    ("css", BASE_DIR / "static" / "css"),
    ("dist", BASE_DIR / "static" / "dist"),
    ("img", BASE_DIR / "static" / "img"),
]
STATIC_ROOT = BASE_DIR / "static" / "root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": TAGORA_CACHE}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# ---------------------------------------------------------------- protection
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

DEBUG_PROPAGATE_EXCEPTIONS = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.tenants.authentication.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.tenants.authentication.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["config.rendering.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.rendering.FastJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.rendering.OneForm",
    "EXCEPTION_HANDLER": "config.refusals.api_refusal",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tagora",
    "DESCRIPTION": "Labelling-crowdsourcing server: data sets, teams, team tasks, acceptance, versions.",
    "VERSION": "2.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "PREPROCESSING_HOOKS": ["config.openapi.without_twins"],
    # Choices stand where they are used: the names that a hook would invent for them change with every new operation.
    "POSTPROCESSING_HOOKS": [],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": "config.logs.OneLine"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["one_line"]}},
    "root": {"handlers": ["console"], "level": env.text("TAGORA_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "amqp": {"level": "WARNING"},
    },
}
