"""Django settings that do not depend on the newsroom's home folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from standfirst.config.languages import LANGUAGES
from standfirst.kit.documents import CONTENT_TYPES, INLINE_TYPES
from standfirst.theme.frames import FRAME_HOSTS

PACKAGE = Path(__file__).resolve().parent.parent

INSTALLED_APPS = [
    "standfirst.insights",
    "standfirst.importers",
    "standfirst.syndication",
    "standfirst.discovery.popular",
    "standfirst.discovery.related",
    "standfirst.discovery.search",
    "standfirst.appeals",
    "standfirst.counting",
    "standfirst.access",
    "standfirst.stories",
    "standfirst.membership",
    "standfirst.payments",
    "standfirst.payments.providers.sandbox.apps.SandboxConfig",
    "standfirst.accounts",
    "standfirst.theme",
    "standfirst.delivery",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.typed_table_block",
    "wagtail_footnotes",
    "wagtail.api.v3",
    "wagtail.embeds",
    "wagtail.sites",
    "standfirst.accounts.people.apps.PeopleConfig",  # wagtail.users with the newsroom's own forms
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.locales",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "standfirst.delivery.tracing.query.QueryMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "standfirst.config.static_files.StaticFilesMiddleware",  # WhiteNoise
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "standfirst.config.policies.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "standfirst.theme.middleware.EditionLanguageMiddleware",
    "standfirst.delivery.middleware.FragmentMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "standfirst.accounts.second_factor.SecondFactorMiddleware",
    "standfirst.accounts.readers_door.ReadersDoorMiddleware",
    "standfirst.stories.desk.middleware.StoryErrorMiddleware",
    "standfirst.importers.middleware.OldAddressMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "standfirst.config.urls"
WSGI_APPLICATION = "standfirst.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["standfirst.config.formats"]
USE_THOUSAND_SEPARATOR = True
FORMS_URLFIELD_ASSUME_HTTPS = True  # what Django 6 does; an address without a scheme is https

LANGUAGE_CODE = "en"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [PACKAGE / "theme" / "locale"]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # by address, and by account wherever the attempts come from
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "request_login_code": "20/m/ip,3/m/key",
}
# Readers sign in by a code that is mailed; for staff no code is ever sent (membership.forms.SignInForm).
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_FORMS = {"request_login_code": "standfirst.membership.forms.SignInForm"}
READER_ADDRESS_KEY = ""  # of the header that says whose request it is; none is trusted
ACCOUNT_ADAPTER = "standfirst.membership.adapter.AccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "standfirst.accounts.adapter.StaffMfaAdapter"
STAFF_MFA_REQUIRED = True  # publishers and administrators; the demo switches it off
USERSESSIONS_TRACK_ACTIVITY = False  # otherwise every request of staff writes to the database

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures", "money"]}}

WAGTAILIMAGES_IMAGE_MODEL = "stories.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "standfirst.stories.pictures.form.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp", "heic"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 30 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 120_000_000
WAGTAILDOCS_DOCUMENT_FORM_BASE = "standfirst.stories.documents.DocumentForm"
WAGTAILDOCS_CONTENT_TYPES = CONTENT_TYPES
WAGTAILDOCS_EXTENSIONS = list(CONTENT_TYPES)
WAGTAILDOCS_INLINE_CONTENT_TYPES = INLINE_TYPES
WAGTAILDOCS_MAX_UPLOAD_SIZE = 200 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = False
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = True
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILREDIRECTS_AUTO_CREATE = True
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["bold", "italic", "link", "document-link", "superscript", "subscript", "footnotes"]},
    },
}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILAPI_DOCS_ENABLED = False
WAGTAILAPI_RICH_TEXT_FORMAT = "html"

STATIC_URL = "/static/"
MEDIA_URL = "/media/"

# The public site. What the desk and the embeds need beyond it: standfirst.config.policies
PUBLIC_POLICY: dict[str, Any] = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "frame-src": [SELF, *FRAME_HOSTS],  # an embed's frame, made only when the reader asks for it
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PUBLIC_POLICY}
MEDIA_SOURCES: list[str] = []  # origins that pictures come from besides the site itself
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

_TEMPLATE_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]


def templates(theme: Path | None) -> list[dict[str, Any]]:
    """Django's `TEMPLATES`, with the newsroom's own theme folder looked into first."""
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [theme] if theme else [],
            "OPTIONS": {
                "loaders": [("django.template.loaders.cached.Loader", _TEMPLATE_LOADERS)],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                    "standfirst.stories.context.paper",
                    "standfirst.payments.providers.fakes.about_test_money",
                ],
                "builtins": ["standfirst.theme.templatetags.paper"],
            },
        }
    ]


WAGTAIL_SITE_NAME = _("Newsroom")
