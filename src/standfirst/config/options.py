"""The newsroom's own configuration: `standfirst.toml` in the home folder, environment variables over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

CONFIG_FILE = "standfirst.toml"
SECRET_FILE = "secret.key"


class Options(BaseSettings):
    """Everything an operator may set, typed. Unknown keys and bad values are refused."""

    model_config = SettingsConfigDict(env_prefix="STANDFIRST_", extra="forbid")

    mode: Literal["production", "demo"] = "production"
    base_url: str = Field("http://127.0.0.1:8000", description="The public address of the site, without a path.")
    allowed_hosts: list[str] = Field(default_factory=list, description="Further host names the site answers to.")
    language: str = Field("en", description="Language of the default edition (ISO 639-1).")
    time_zone: str = Field("UTC", description="IANA name of the newsroom's time zone.")
    database_url: str = Field("", description="Empty for SQLite in the home folder, or postgresql://user@host/name.")
    mail_url: str = Field("", description="smtp://user:password@host:587, smtps://… or console: for none.")
    mail_from: str = Field("newsroom@localhost", description="Sender of the newsroom's mail.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = cls._home / CONFIG_FILE if cls._home else None
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, toml)) if toml else sources

    _home: Path | None = None


def load(home: Path, **overrides: Any) -> Options:
    """Read the options of the newsroom in `home`."""

    class HomeOptions(Options):
        _home = home

    return HomeOptions(**overrides)
