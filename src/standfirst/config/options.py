"""The newsroom's own configuration: `standfirst.toml` in the home folder, environment variables over it.

OptionsError
    one or more options cannot be used; each line names the key, the value and the remedy
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from standfirst.config.addresses import (
    LOOPBACK_HOSTS,
    checked_base_url,
    checked_database_url,
    checked_mail_url,
    checked_redis_url,
    checked_storage_url,
)
from standfirst.config.cdn import cdn_service
from standfirst.config.languages import LANGUAGES
from standfirst.config.search import checked_search_url
from standfirst.delivery.purging.cdn.service import Name

CONFIG_FILE = "standfirst.toml"
SECRET_FILE = "secret.key"  # noqa: S105 - the name of the file, not the secret
ENV_PREFIX = "STANDFIRST_"
# Options whose values no message may show.
SECRETS = {"database_url", "mail_url", "redis_url", "search_url", "media_access_key", "media_secret_key", "cdn_token"}
MEDIA_OPTIONS = ("media_endpoint", "media_region", "media_access_key", "media_secret_key", "media_url")
_NOT_OPTIONS = {"STANDFIRST_HOME", "STANDFIRST_DEBUG"}


class OptionsError(Exception):
    """Options that cannot be used. The message has one sentence a line: key, value, remedy."""


class Options(BaseSettings):
    """Everything an operator may set, typed. Unknown keys and bad values are refused."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid")

    mode: Literal["production", "demo"] = Field(
        "production", description="`demo` relaxes the security of a site on loopback; never put it on the internet."
    )
    base_url: str = Field(
        "http://127.0.0.1:8000",
        description="The public address of the site, without a path. Production needs https, except on loopback.",
    )
    allowed_hosts: list[str] = Field(default_factory=list, description="Further host names the site answers to.")
    language: str = Field("en", description="Language of the default edition: en, ru, ka, hy, az or fa.")
    time_zone: str = Field("UTC", description="IANA name of the newsroom's time zone, for example Asia/Tbilisi.")
    host: str = Field("127.0.0.1", description="Address that `standfirst serve` listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that `standfirst serve` listens on.")
    workers: int = Field(1, ge=1, le=64, description="Web worker processes of `standfirst serve`; one a CPU core.")
    page_store_mb: int = Field(
        1024,
        ge=64,
        le=1_048_576,
        description="The most that rendered pages may take on the disk, in MB; those unused for longest go first.",
    )
    behind_proxy: bool = Field(
        False,
        description="Trust `X-Forwarded-Proto` and `X-Forwarded-For`. Only with a proxy in front that sets both.",
    )
    reader_address_header: str = Field(
        "",
        pattern=r"^([A-Za-z][A-Za-z0-9-]{0,60})?$",
        description="The header in which a CDN names the reader's address, `CF-Connecting-IP` for example; "
        "limits and caps go by it. Only when nobody reaches this server past the CDN. Empty: `X-Forwarded-For` behind "
        "a proxy, else the connection's own.",
    )
    ssl_redirect: bool = Field(False, description="Redirect http to https here; a proxy in front usually does it.")
    hsts_seconds: int = Field(
        31_536_000, ge=0, description="How long browsers insist on https, in seconds; 0 switches it off."
    )
    database_url: str = Field(
        "", description="Empty for SQLite in the home folder, or postgresql://user:password@host:5432/name."
    )
    mail_url: str = Field(
        "console:",
        description="smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465, or console: for none.",
    )
    mail_from: str = Field("newsroom@localhost", description="Sender of the newsroom's mail.")
    redis_url: str = Field(
        "", description="A Valkey or Redis server, redis://:password@host:6379/0, when several nodes shall share one."
    )
    search_url: str = Field(
        "",
        description="Empty to search in the database, or an OpenSearch or Elasticsearch server, "
        "opensearch3+https://user:password@host:9200.",
    )
    tasks: Literal["database", "rq"] = Field(
        "database", description="Where background tasks queue: the database, or RQ on the server of redis_url."
    )
    media_bucket: str = Field(
        "", description="Bucket of an S3-compatible storage for pictures and documents; empty for the home folder."
    )
    media_endpoint: str = Field(
        "", description="Address of the S3-compatible storage, https://s3.example; empty for Amazon's."
    )
    media_region: str = Field("", description="Region of the bucket, when its provider asks for one.")
    media_access_key: str = Field(
        "", description="Access key of the bucket; empty to take it from the machine (AWS_ACCESS_KEY_ID, a role)."
    )
    media_secret_key: str = Field("", description="Secret of the access key.")
    media_url: str = Field(
        "",
        description="Public address of the bucket's pictures, for example a CDN's; empty: the site hands them out.",
    )
    cdn: Name = Field(
        "none",
        description="The CDN in front that is told what changed: none, http, varnish, cloudflare, cloudfront, azure or "
        "fastly.",
    )
    cdn_urls: list[str] = Field(
        default_factory=list,
        description='For http and varnish: the caches as this machine reaches them, ["http://127.0.0.1:6081"].',
    )
    cdn_id: str = Field(
        "", description="Cloudflare's zone, Fastly's service, CloudFront's distribution, Azure's resource ID."
    )
    cdn_token: str = Field("", description="API token of Cloudflare or Fastly that may purge.")
    cdn_by_address: bool = Field(False, description="Tell Cloudflare or Varnish addresses instead of keys.")
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of the Prometheus metrics; 0 for none. Never open it to the internet."
    )
    metrics_host: str = Field("127.0.0.1", description="Address that the metrics are served at.")
    popular_seconds: int = Field(180, ge=30, le=3600, description="Seconds between two looks at what is read most.")
    slow_request_ms: int = Field(
        1000, ge=0, description="A request that takes longer, in milliseconds, is logged with its time; 0 for none."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")
    log_format: Literal["text", "json"] = Field("text", description="Form of a log line on standard error.")

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, value: str) -> str:
        return checked_base_url(value)

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: str) -> str:
        return checked_database_url(value)

    @field_validator("mail_url")
    @classmethod
    def _check_mail_url(cls, value: str) -> str:
        return checked_mail_url(value)

    @field_validator("search_url")
    @classmethod
    def _check_search_url(cls, value: str) -> str:
        return checked_search_url(value)

    @field_validator("redis_url")
    @classmethod
    def _check_redis_url(cls, value: str) -> str:
        return checked_redis_url(value)

    @field_validator("media_endpoint", "media_url")
    @classmethod
    def _check_media_address(cls, value: str) -> str:
        return checked_storage_url(value)

    @field_validator("language")
    @classmethod
    def _check_language(cls, value: str) -> str:
        codes = [code for code, _name in LANGUAGES]
        if value not in codes:
            raise ValueError(f"use one of {', '.join(codes)}")
        return value

    @field_validator("time_zone")
    @classmethod
    def _check_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("use an IANA name, for example Asia/Tbilisi or Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _https_in_production(self) -> Options:
        host = self.base_url.split("://", 1)[1].rsplit(":", 1)[0]
        if self.mode == "production" and self.base_url.startswith("http://") and host not in LOOPBACK_HOSTS:
            raise ValueError(
                f'base_url is "{self.base_url}", but a production site on the internet needs https: '
                f'write base_url = "https://{host}" and put Caddy or nginx in front'
            )
        return self

    @model_validator(mode="after")
    def _complete(self) -> Options:
        if self.tasks == "rq" and not self.redis_url:
            raise ValueError('tasks = "rq" needs a server: set redis_url, or write tasks = "database"')
        stray = [name for name in MEDIA_OPTIONS if getattr(self, name)]
        if stray and not self.media_bucket:
            raise ValueError(f"{stray[0]} is set but media_bucket is not: set it, or remove {stray[0]}")
        if bool(self.media_access_key) != bool(self.media_secret_key):
            raise ValueError("media_access_key and media_secret_key belong together: set both or neither")
        return self

    @model_validator(mode="after")
    def _check_cdn(self) -> Options:
        cdn_service(self)
        return self

    @property
    def https(self) -> bool:
        """Whether readers reach the site over https."""
        return self.base_url.startswith("https://")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment over what `load` read from the file (given as initial values)."""
        return (env_settings, init_settings)


def read_file(home: Path) -> dict[str, Any]:
    """Return the keys and values of `home`'s configuration file.

    Raises OptionsError when the file is missing, unreadable or no TOML.
    """
    file = home / CONFIG_FILE
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise OptionsError(f"{file} is missing; restore it, or make a newsroom with `standfirst init`.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise OptionsError(f"{file} cannot be read ({error}); check its permissions and encoding (UTF-8).") from error
    except tomllib.TOMLDecodeError as error:
        raise OptionsError(f"{file} is not valid TOML: {error}; correct that line.") from error


def load(home: Path, environ: Mapping[str, str] | None = None) -> Options:
    """Read the options of the newsroom in `home`, with `STANDFIRST_*` variables over them.

    Raises OptionsError with one line for each key that is unknown or has a bad value.
    """
    values = read_file(home)
    _refuse_unknown_variables(os.environ if environ is None else environ)
    try:
        return Options(**values)
    except ValidationError as error:
        raise OptionsError("\n".join(_sentence(home, dict(one)) for one in error.errors())) from error
    except Exception as error:
        cause = error.__cause__ or error
        raise OptionsError(
            f"An environment variable {ENV_PREFIX}… cannot be read ({error}: {cause}); write lists as JSON."
        ) from error


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    """Raise OptionsError when a `STANDFIRST_` variable is no option: most likely a spelling mistake."""
    known = {ENV_PREFIX + name.upper() for name in Options.model_fields} | _NOT_OPTIONS
    unknown = sorted(name for name in environ if name.startswith(ENV_PREFIX) and name not in known)
    if unknown:
        raise OptionsError(
            f"The environment variable {unknown[0]} is no option of Standfirst; unset it or correct its name "
            f"(options: {', '.join(sorted(known - _NOT_OPTIONS))})."
        )


def _sentence(home: Path, error: dict[str, Any]) -> str:
    """Put one of pydantic's errors into a sentence of key, value and remedy."""
    key = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    variable = ENV_PREFIX + key.upper()
    place = f"The environment variable {variable}" if variable in os.environ else f"{home / CONFIG_FILE}: {key}"
    if error["type"] == "extra_forbidden":
        return f"{place} is not an option; remove it or correct its name ({_nearest(key)})."
    if not key:
        return f"{home / CONFIG_FILE}: {message}."
    shown = "its value" if key in SECRETS else repr(cast(object, error["input"]))
    return f"{place} cannot be {shown}: {message[:1].lower()}{message[1:]}."


def _nearest(key: str) -> str:
    """Name the option that was probably meant, else all of them."""
    from difflib import get_close_matches

    names = list(Options.model_fields)
    close = get_close_matches(key, names, n=1)
    return f"did you mean {close[0]}?" if close else f"options: {', '.join(names)}"
