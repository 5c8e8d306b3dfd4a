"""Django's settings, from the environment (docs/reference/settings.md lists every variable)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from labeling.config import env

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("CONCORD_DATA", BASE_DIR / "var")).resolve()
DEBUG = env.flag("CONCORD_DEBUG")
SECRET_KEY = env.secret_key(data=DATA_DIR)
ALLOWED_HOSTS = env.words("CONCORD_ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
SECURE = env.flag("CONCORD_TLS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if SECURE else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "django_celery_beat",
    "metadata",
    "labeling",
    "consistency",
    "augmentation",
    "labeling.config.apps.CompositionApp",
    "labeling.config.apps.ConsoleConfig",  # last, so that our templates of the same name are found first
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "metadata.web.headers.ContentPolicy",
    "metadata.web.headers.SameOriginAnswers",
    "django_htmx.middleware.HtmxMiddleware",
    "metadata.web.errors.DomainErrorPages",
]
ROOT_URLCONF = "labeling.config.urls"
WSGI_APPLICATION = "labeling.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["metadata.web.tags", "labeling.web.tags"],
        },
    }
]

_database = env.database_address(os.environ.get("DATABASE_URL", "postgresql://postgres@localhost/concord"))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.name,
        "USER": _database.user,
        "PASSWORD": _database.password,
        "HOST": _database.host,
        "PORT": _database.port,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": False,
        # Prepared statements of the hot path keep one plan; ORM queries are never prepared.
        # A plan made while a table was small would stay sequential, so that is never chosen where an index serves.
        "OPTIONS": {
            **_database.options,
            "options": "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "metadata.Identity"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["metadata.services.sessions.Accounts"]
SESSION_ENGINE = "metadata.services.sessions"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "labeling" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = DEBUG
_storage = os.environ.get("CONCORD_STORAGE", (DATA_DIR / "blobs").as_uri())
if urlsplit(_storage).scheme != "file":
    raise env.InvalidEnvironment("CONCORD_STORAGE", _storage, "file:///an/absolute/directory")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": urlsplit(_storage).path, "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "metadata.api.negotiation.JsonFirst",
    "DEFAULT_PARSER_CLASSES": ["metadata.api.parsers.GuardedJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "metadata.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["metadata.api.permissions.SignedInWithScope"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "metadata.api.throttles.AgentThrottle",
        "metadata.api.throttles.AnonymousThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "agent": os.environ.get("CONCORD_API_RATE", "6000/min"),
        "anonymous": "60/min",
    },
    "URL_FORMAT_OVERRIDE": None,  # ?format= is no parameter of ours
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS is no method here: the description is the schema
    "EXCEPTION_HANDLER": "metadata.api.errors.domain_error_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Concord",
    "DESCRIPTION": "Labels that agree: datasets, labeling rounds, agreement, versions.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "JobState": "metadata.models.Job.State",
        "BatchState": "metadata.models.Batch.State",
        "ProjectState": "labeling.models.Project.State",
        "RoundState": "labeling.models.Round.State",
        "DatasetRole": "metadata.models.DatasetMembership.Role",
        "ProjectRole": "labeling.models.ProjectMembership.Role",
        "TeamKind": "metadata.models.Team.Kind",
        "ReviewVerdict": "labeling.models.Review.Verdict",
        "CrowdVerdict": "labeling.services.crowd.VERDICTS",
        "CrowdRunState": "labeling.models.CrowdRun.State",
        "DeliveryState": "labeling.models.Delivery.State",
        "PauseState": "labeling.models.Pause.State",
        "PauseKind": "labeling.models.Pause.Kind",
        "PauseRuleKind": "labeling.models.PauseRule.Kind",
        "PlanMethod": "consistency.selectors.acceptance.METHODS",
        "RoundKind": "labeling.models.Round.Kind",
        "LinesFormat": "metadata.api.imports.FORMATS",
        "ExportFormat": "labeling.services.exports.FORMATS",
    },
}

CELERY_BROKER_URL = os.environ.get(
    "CELERY_BROKER_URL", "pgmq://" + (_database.user or "postgres") + "@localhost/" + _database.name
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 3_000
CELERY_TASK_SOFT_TIME_LIMIT = 2_900
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "metadata: find lost jobs": {"task": "metadata.jobs.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "metadata: tidy": {"task": "metadata.jobs.tidy", "schedule": 3600.0},
    "labeling: fold profiles": {
        "task": "labeling.jobs.fold_profiles",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "labeling: follow items": {
        "task": "labeling.jobs.follow_items",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "labeling: pause rules": {
        "task": "labeling.jobs.apply_pause_rules",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "labeling: lapse leases": {
        "task": "labeling.jobs.lapse_leases",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "drop-stale-drafts": {
        "task": "labeling.jobs.drop_stale_drafts",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
}
if CELERY_BROKER_URL.startswith("pgmq:"):
    os.environ.update(_database.queue_environment)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "conn_string": _database.queue_conninfo,
        "init_extension": False,
        "visibility_timeout": 3_600,
        "wait_time_seconds": 1,
        "poll_interval_ms": 50,
        "polling_interval": 0.1,
        "use_notify": False,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3_600, "unacked_restore_interval": 5}
elif CELERY_BROKER_URL.startswith("amqp"):
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"
else:
    raise env.InvalidEnvironment(
        "CELERY_BROKER_URL", CELERY_BROKER_URL.split(":")[0] + ":…", "pgmq://, redis:// or amqp://"
    )

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "labeling.config.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("CONCORD_LOG_LEVEL", "INFO")},
}
