"""The account page of the admin: one name, no picture, and the way to password, second factor and sessions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.account import (
    AccountView,
    AvatarSettingsPanel,
    BaseSettingsPanel,
    ChangePasswordPanel,
    NameEmailSettingsPanel,
)

from standfirst.accounts.models import User


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class NamePanel(BaseSettingsPanel):
    name = "name"
    title = _("Name")
    order = 100
    form_class = NameForm


class StaffAccountView(AccountView):
    """Wagtail's account page without its picture, which no page here shows, and without its password form."""

    def get_panels(self) -> list[BaseSettingsPanel]:
        left_out = (NameEmailSettingsPanel, AvatarSettingsPanel, ChangePasswordPanel)
        panels = [panel for panel in super().get_panels() if not isinstance(panel, left_out)]
        profile = self.request.user.wagtail_userprofile
        return [NamePanel(self.request, self.request.user, profile), *panels]


SIGN_IN_PAGES = [
    ("account_change_password", _("Password"), _("Set another password.")),
    ("mfa_index", _("Second factor"), _("Passkeys, an app with codes, recovery codes.")),
    ("usersessions_list", _("Sessions"), _("Where you are signed in, and the end of it.")),
]


def _offer(name: str, label: Any, help_text: Any) -> None:
    @hooks.register("register_account_menu_item")
    def item(request: HttpRequest) -> dict[str, Any]:
        return {"url": reverse(name), "label": label, "help_text": help_text}


for page in SIGN_IN_PAGES:
    _offer(*page)
