"""Loads the newsroom's own templates before a reader asks for them: `standfirst doctor` shows what is wrong there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error
from django.template import TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates


def check_own_templates(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each template in the newsroom's own folder that cannot be loaded."""
    return [error for engine in engines.all() if isinstance(engine, DjangoTemplates) for error in _errors(engine)]


def _errors(engine: DjangoTemplates) -> Iterator[CheckMessage]:
    for folder in map(Path, engine.template_dirs[: len(engine.dirs)]):
        for file in sorted(folder.rglob("*.html")):
            try:
                engine.get_template(file.relative_to(folder).as_posix())
            except TemplateSyntaxError as error:
                yield Error(f"{file}: {error}", hint="Correct the template, or remove it to use ours.", id="theme.E001")
            except UnicodeDecodeError as error:
                yield Error(f"{file}: {error}", hint="Save the template as UTF-8.", id="theme.E001")
