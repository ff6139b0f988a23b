"""Desks: the teams that make sections."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel


class SectionsField(forms.ModelMultipleChoiceField):
    """Sections by edition: the same name may stand in each of them."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.edition_page.title}: {obj.title}" if obj.edition_page else str(obj.title)


class DeskForm(WagtailAdminModelForm):
    """Asks for sections unless the desk covers everything, and for editors and reporters as members."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = self.fields["sections"]
        self.fields["sections"] = SectionsField(
            queryset=sections.queryset.order_by("path"),
            label=sections.label,
            help_text=sections.help_text,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        members = self.fields["members"]
        members.widget = forms.CheckboxSelectMultiple(choices=members.choices)
        members.queryset = members.queryset.filter(is_staff=True, is_active=True).order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("covers_everything") and not cleaned.get("sections"):
            raise ValidationError({"sections": _("Choose the desk's sections, or let it cover everything.")})
        return cleaned


class Desk(models.Model):
    """A team and its sections. Editors work on the stories of their desks' sections and on no others.

    The rights themselves are Wagtail's: `group` is a group that holds the desk's editors and has rights on the desk's
    sections. `stories.desk.access` keeps it in step; nobody edits it by hand.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    covers_everything = models.BooleanField(
        _("covers everything"), default=False, help_text=_("All sections of all editions, also those opened later.")
    )
    sections = models.ManyToManyField(
        "stories.Section",
        verbose_name=_("sections"),
        blank=True,
        related_name="desks",
        help_text=_("With everything below them. Choose a section in each edition that the desk makes."),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("members"), blank=True, related_name="desks"
    )
    group = models.OneToOneField(Group, editable=False, on_delete=models.PROTECT, related_name="desk")

    base_form_class = DeskForm
    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldPanel("covers_everything"),
        FieldPanel("sections"),
        FieldPanel("members"),
    ]

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.group_id is None:
            self.group = Group.objects.create(name=self.group_name)
        elif self.group.name != self.group_name:
            self.group.name = self.group_name
            self.group.save(update_fields=["name"])
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        group = self.group
        done = super().delete(*args, **kwargs)
        group.delete()
        return done

    @property
    def group_name(self) -> str:
        return f"Desk: {self.name}"
