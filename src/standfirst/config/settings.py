"""Django settings of one newsroom: those of `base`, and what its home folder says."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from standfirst.config import shared
from standfirst.config.addresses import LOOPBACK_HOSTS, database_settings, mail_settings
from standfirst.config.base import *  # noqa: F403 - Django reads settings from this module's namespace
from standfirst.config.base import templates
from standfirst.config.cdn import cdn_service
from standfirst.config.logs import logging_settings
from standfirst.config.options import SECRET_FILE, load
from standfirst.config.policies import allowing_pictures
from standfirst.config.release import release_name
from standfirst.config.search import search_backends
from standfirst.delivery.edge.addresses import wsgi_key

HOME = Path(os.environ["STANDFIRST_HOME"]).resolve()
OPTIONS = load(HOME)

DEBUG = False
SECRET_KEY = (HOME / SECRET_FILE).read_text(encoding="ascii").strip()
_base = urlsplit(OPTIONS.base_url)
ALLOWED_HOSTS = [_base.hostname or "localhost", *OPTIONS.allowed_hosts]
if _base.netloc.rsplit(":", 1)[0] in LOOPBACK_HOSTS:
    ALLOWED_HOSTS += sorted(LOOPBACK_HOSTS)
CSRF_TRUSTED_ORIGINS = [OPTIONS.base_url]
WAGTAILADMIN_BASE_URL = OPTIONS.base_url
TIME_ZONE = OPTIONS.time_zone
LANGUAGE_CODE = OPTIONS.language
DEFAULT_FROM_EMAIL = SERVER_EMAIL = OPTIONS.mail_from
TEMPLATES = templates(HOME / "theme" / "templates")
MEDIA_ROOT = HOME / "media"
STATIC_ROOT = HOME / "static"
PAGE_STORE = HOME / "pages.lmdb"
PAGE_STORE_BYTES = OPTIONS.page_store_mb * 1024 * 1024
COUNTS = HOME / "counts.lmdb"
READER_ADDRESS_KEY = wsgi_key(OPTIONS.reader_address_header or ("X-Forwarded-For" if OPTIONS.behind_proxy else ""))
DATA_CENTRES = HOME / "data-centres.txt"
RELATED_INDEX = HOME / "related"
RUN_FOLDER = HOME / "run"
RELEASE = release_name(HOME / "theme")
SLOW_REQUEST_MS = OPTIONS.slow_request_ms
POPULAR_SECONDS = OPTIONS.popular_seconds
LOGGING = logging_settings(OPTIONS.log_level, OPTIONS.log_format)

CACHES = {"default": shared.cache_settings(OPTIONS, HOME)}
WAGTAILSEARCH_BACKENDS = search_backends(OPTIONS.search_url)
TASKS = {"default": shared.task_settings(OPTIONS)}
STORAGES = {**STORAGES, "default": shared.media_settings(OPTIONS)}  # noqa: F405 - from base
MEDIA_SOURCES = shared.media_sources(OPTIONS)
CONTENT_SECURITY_POLICY = {"DIRECTIVES": allowing_pictures(PUBLIC_POLICY, MEDIA_SOURCES)}  # noqa: F405
PURGE_WAKE = OPTIONS.redis_url
CDN = cdn_service(OPTIONS)

DATABASES = {"default": database_settings(OPTIONS.database_url, HOME)}
globals().update(mail_settings(OPTIONS.mail_url))

# Secure cookies and HSTS belong to https; `Options` refuses a production site on the internet without it.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = OPTIONS.https
SECURE_HSTS_SECONDS = OPTIONS.hsts_seconds if OPTIONS.https else 0
SECURE_SSL_REDIRECT = OPTIONS.ssl_redirect and OPTIONS.https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if OPTIONS.https else "http"
# A second factor would lock newcomers out of the demo; its passwords are random wherever others can reach it.
STAFF_MFA_REQUIRED = OPTIONS.mode != "demo"
PAYMENT_FAKES = OPTIONS.mode == "demo"  # whether a payment account may lead to the fake of its provider
if OPTIONS.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
