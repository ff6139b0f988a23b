"""The form of every page, with blocks that not everybody may add."""

from __future__ import annotations

from collections import Counter
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import StreamBlockValidationError
from wagtail.blocks.base import BlockWidget
from wagtail.fields import StreamField

from standfirst.accounts.roles import has_role
from standfirst.stories import access
from standfirst.stories.blocks.body import BodyBlocks
from standfirst.stories.page_form import SitePageForm

KEPT_ONLY = "unconverted"
"""What an import left over: kept or deleted, never added by hand."""
ADMINISTRATORS_ONLY = "html"


class BodyWidget(BlockWidget):
    """Shows the blocks that may be added, but reads all of them.

    Wagtail drops a block it does not know without a word; what was sent, by the API or by a browser, is to be refused
    with a reason instead.
    """

    def __init__(self, block: BodyBlocks, shown: BodyBlocks) -> None:
        super().__init__(shown)
        self.read = block

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return self.read.value_from_datadict(data, files, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return bool(self.read.value_omitted_from_data(data, files, name))


class StaffPageForm(SitePageForm):
    """The form of a page, with the newsroom's rules about what may be added to a text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._body_fields():
            block = self.fields[name].block
            self.fields[name].widget = BodyWidget(block, limited(block, self._most(getattr(self.instance, name))))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in self._body_fields():
            if cleaned.get(name) is not None:
                errors = self._foreign_blocks(getattr(self.instance, name), cleaned[name])
                if errors:
                    self.add_error(name, refused(errors))
        return cleaned

    def _body_fields(self) -> list[str]:
        fields = self.instance._meta.get_fields()
        bodies = [field.name for field in fields if isinstance(field, StreamField) and _holds_text(field)]
        return [name for name in bodies if name in self.fields]

    def _limited_kinds(self) -> set[str]:
        return {KEPT_ONLY} if has_role(self.for_user) else {KEPT_ONLY, ADMINISTRATORS_ONLY}

    def _most(self, value: Any) -> dict[str, int]:
        """How many blocks of a limited kind there may be: as many as there are."""
        there = Counter(child.block_type for child in value or [])
        return {kind: there[kind] for kind in self._limited_kinds()}

    def _foreign_blocks(self, before: Any, after: Any) -> dict[int, ValidationError]:
        """Errors by position for blocks of a limited kind that are new or changed."""
        known = {(child.block_type, _content(child)) for child in before or []}
        return {
            position: refusal(child.block_type)
            for position, child in enumerate(after)
            if child.block_type in self._limited_kinds() and (child.block_type, _content(child)) not in known
        }


class StoryForm(StaffPageForm):
    """The form of a story, which begins with the newsroom's own choice of who may read it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.access = self.initial["access"] = _default_access()
        if field := self.fields.get("access"):
            self.fields["access"] = forms.ChoiceField(
                label=field.label,
                help_text=field.help_text,
                choices=_with_present(access.choices(), self.instance.access),
            )


def _default_access() -> str:
    from standfirst.stories.models import NewsroomSettings

    settings = NewsroomSettings.objects.filter(site__is_default_site=True).only("default_access").first()
    return settings.default_access if settings else access.Access.OPEN


def _with_present(found: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    """Add what the story has now: saving it must not open a story whose tier is gone."""
    if value in dict(found):
        return found
    return [*found, (value, _("nobody: there is no “%s” any more") % value.removeprefix("tier:"))]


def limited(block: BodyBlocks, most: dict[str, int]) -> BodyBlocks:
    """Return a copy of `block` that allows no more blocks of these kinds than `most` says.

    A kind of which there is none disappears from the menu. One that is there must stay in the copy to be shown: the
    editor then refuses more of it, and so does the form.
    """
    narrowed = copy(block)
    narrowed.child_blocks = {name: child for name, child in block.child_blocks.items() if most.get(name) != 0}
    narrowed.meta = copy(block.meta)
    counts = dict(getattr(block.meta, "block_counts", {}))
    narrowed.meta.block_counts = counts | {kind: {"max_num": number} for kind, number in most.items() if number}
    return narrowed


def refused(errors: dict[int, ValidationError]) -> StreamBlockValidationError:
    """Return the errors by position as one, whose own message is theirs: the API shows nothing but that."""
    error = StreamBlockValidationError(block_errors=errors)
    error.message = " ".join(dict.fromkeys(message for one in errors.values() for message in one.messages))
    return error


def refusal(kind: str) -> ValidationError:
    if kind == ADMINISTRATORS_ONLY:
        return ValidationError(_("Only administrators add or change HTML. Delete the block, or ask one of them."))
    return ValidationError(_("What an import left over can be kept or deleted, not added or changed."))


def _holds_text(field: StreamField) -> bool:
    return isinstance(field.stream_block, BodyBlocks)


def _content(child: Any) -> str:
    """The block's value as text; browsers send line ends of their own."""
    return str(child.block.get_prep_value(child.value)).replace("\\r\\n", "\\n").replace("\r\n", "\n").strip()
