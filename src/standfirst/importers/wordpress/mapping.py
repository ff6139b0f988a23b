"""The mapping file: how an old site's categories, tags, people and types become ours."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from standfirst.importers.wordpress.errors import BadMapping


class Addresses(BaseModel):
    """The words WordPress put before categories, tags and people in addresses (Settings, Permalinks)."""

    model_config = ConfigDict(extra="forbid")

    category_base: str = "category"
    tag_base: str = "tag"
    author_base: str = "author"


class Mapping(BaseModel):
    """What the mapping file may say; everything has a default."""

    model_config = ConfigDict(extra="forbid")

    edition: str = ""
    time_zone: str = ""
    default_section: str = ""
    sections: dict[str, str] = Field(default_factory=dict)
    """Category slug to section, `parent/child` below the edition; the order is the order of preference."""
    categories_as_topics: list[str] = Field(default_factory=list)
    topics: dict[str, str | Literal[False]] = Field(default_factory=dict)
    """Tag slug to topic slug; `false` leaves the tag out."""
    authors: dict[str, str] = Field(default_factory=dict)
    """Sign-in name in WordPress to the name readers see."""
    types: dict[str, Literal["post", "page"]] = Field(default_factory=dict)
    """Custom post types that come in as stories or pages."""
    addresses: Addresses = Field(default_factory=Addresses)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name:
            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError("no such time zone; give an IANA name such as Asia/Tbilisi") from error
        return name

    @field_validator("sections")
    @classmethod
    def _paths(cls, sections: dict[str, str]) -> dict[str, str]:
        for slug, path in sections.items():
            if not path.strip("/"):
                raise ValueError(f"{slug}: give a section such as politics, or politics/elections")
        return {slug: path.strip("/") for slug, path in sections.items()}

    @property
    def zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.time_zone) if self.time_zone else None


def read_mapping(text: str, name: str = "the mapping") -> Mapping:
    """Read a mapping from TOML.

    Raises:
        BadMapping: naming the key, the value and what is allowed.
    """
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"{name} is no TOML: {error}.") from error
    try:
        return Mapping(**data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadMapping(f"{name}: {key} = {first['input']!r}: {first['msg']}.") from error
    except TypeError as error:
        raise BadMapping(f"{name}: {error}.") from error


def load_mapping(path: Path) -> str:
    """The text of the mapping file at `path`.

    Raises:
        BadMapping: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadMapping(f"{path}: {error}.") from error
