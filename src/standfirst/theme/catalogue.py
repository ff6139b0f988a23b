"""The words of the public site in every edition's language: collects them, keeps the catalogues in step, compiles them.

    python -m standfirst.theme.catalogue

brings `locale/<language>/LC_MESSAGES/django.po` up to date with the templates and writes `django.mo` beside each. It
needs no gettext program. The desk's words are not in here: they stay English until somebody translates them.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract

THEME = Path(__file__).resolve().parent
PACKAGE = THEME.parent
LANGUAGES = ("ru", "ka", "hy", "az", "fa")
PUBLIC_TEMPLATES = (
    "theme/templates/**/*.html",
    "appeals/templates/appeals/*.html",
    "membership/templates/membership/*.html",
    "payments/providers/sandbox/templates/sandbox/*.html",
)
"""The desk's templates lie in folders below those of membership."""
PUBLIC_MODULES = (
    "theme/templatetags/paper.py",
    "discovery/search/results.py",
    "discovery/search/views.py",
    "stories/front.py",
    "stories/appeals.py",
    "stories/actions/open_newsroom.py",
    "insights/membership/funding.py",
    "membership/forms.py",
    "membership/actions/begin_card_change.py",
    "membership/actions/begin_payment.py",
    "membership/actions/change_pledge.py",
    "membership/actions/close_account.py",
    "membership/actions/pause_pledge.py",
    "membership/actions/redeem_gift.py",
    "membership/actions/resume_pledge.py",
    "membership/actions/uncancel_pledge.py",
    "membership/changing.py",
    "membership/flows/agree_anew.py",
    "membership/refusals.py",
    "membership/views/account.py",
    "membership/views/gift.py",
    "membership/views/join.py",
    "membership/views/passkeys.py",
    "membership/views/pledge.py",
    "payments/providers/bank/__init__.py",
    "syndication/feeds/build.py",
)
PUBLIC_CLASSES = (
    ("stories/models/article.py", "StoryType"),
    ("stories/models/people.py", "Role"),
    ("stories/models/information.py", "Kind"),
    ("membership/models/gift.py", "State"),
    ("membership/models/pledge.py", "State"),
    ("membership/models/tier.py", "Interval"),
)
"""Choices whose names readers see, in modules whose other words only the desk shows."""
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def po_path(language: str) -> Path:
    return THEME / "locale" / language / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[tuple[str, str]]:
    """Yield `(path inside the package, Python source)` of everything that speaks to readers."""
    from django.utils.translation.template import templatize

    for path in sorted(file for pattern in PUBLIC_TEMPLATES for file in PACKAGE.glob(pattern)):
        # Django writes this for xgettext, which does not mind indentation; Babel reads it as Python.
        lines = templatize(path.read_text(encoding="utf-8")).splitlines()
        yield path.relative_to(PACKAGE).as_posix(), "\n".join(line.lstrip() for line in lines)
    for name in PUBLIC_MODULES:
        yield name, (PACKAGE / name).read_text(encoding="utf-8")
    for name, wanted in PUBLIC_CLASSES:
        yield name, _class_source((PACKAGE / name).read_text(encoding="utf-8"), wanted)


def _class_source(module: str, wanted: str) -> str:
    """Return the source of class `wanted` of `module`, nested or not."""
    found = (node for node in ast.walk(ast.parse(module)) if isinstance(node, ast.ClassDef) and node.name == wanted)
    return ast.unparse(next(found))


def template_catalogue() -> Catalog:
    """Return every public message with where it stands."""
    catalogue = Catalog(project="Standfirst", charset="utf-8")
    for name, source in sources():
        found = extract("python", io.BytesIO(source.encode()), KEYWORDS)
        for _line, message, comments, context in found:
            # Files without line numbers: a moved line must not change six catalogues.
            catalogue.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalogue


def read_po(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return pofile.read_po(file, locale=language)


def up_to_date(language: str) -> Catalog:
    """Return the catalogue of `language` as it should be now: new messages empty, vanished ones gone."""
    catalogue = read_po(language) if po_path(language).exists() else _new_catalogue(language)
    written = catalogue.creation_date
    catalogue.update(template_catalogue(), no_fuzzy_matching=True)
    catalogue.creation_date = written  # a run that changes no word changes no file
    catalogue.obsolete.clear()
    return catalogue


def _new_catalogue(language: str) -> Catalog:
    name = Locale.parse(language).english_name
    return Catalog(
        locale=language,
        project="Standfirst",
        version="1",
        msgid_bugs_address=" ",
        last_translator=" ",
        language_team=" ",
        header_comment=f"# {name}: the words of the public site.\n#",
        charset="utf-8",
        fuzzy=False,
    )


def compiled(catalogue: Catalog) -> bytes:
    """Return the bytes of the `.mo` file."""
    target = io.BytesIO()
    mofile.write_mo(target, catalogue)
    return target.getvalue()


def text(catalogue: Catalog) -> bytes:
    """Return the bytes of the `.po` file."""
    target = io.BytesIO()
    pofile.write_po(target, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=False)
    return target.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the messages that have no translation, or not in all their plural forms."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]


def main() -> None:
    for language in LANGUAGES:
        catalogue = up_to_date(language)
        po_path(language).parent.mkdir(parents=True, exist_ok=True)
        po_path(language).write_bytes(text(catalogue))
        po_path(language).with_suffix(".mo").write_bytes(compiled(catalogue))
        for message in untranslated(catalogue):
            sys.stderr.write(f"{language}: no translation of {message}\n")


if __name__ == "__main__":
    main()
