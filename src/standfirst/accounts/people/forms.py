"""Forms for staff: one name, an e-mail address, roles. Nobody types a password for somebody else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.users.forms import UserCreationForm, UserEditForm

from standfirst.accounts.actions import assign_roles
from standfirst.accounts.models import User
from standfirst.accounts.roles import ROLE_BY_GROUP, ROLES, Role


class RolesField(forms.MultipleChoiceField):
    """Which of the newsroom's roles somebody has."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(role.value, role.label) for role in ROLES], **kwargs)


class StaffFormMixin(forms.Form):
    """What making and changing staff have in common."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    roles = RolesField(
        label=gettext_lazy("Roles"),
        help_text=gettext_lazy("What each may do is described in the handbook, “Staff and roles”."),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        taken = User.objects.filter(email=email).exclude(pk=self.instance.pk)  # type: ignore[attr-defined]
        if taken.exists():
            raise forms.ValidationError(_("Somebody else has this address."))
        return email

    def _save_m2m(self) -> None:
        assign_roles(user=self.instance, roles=self.chosen_roles)  # type: ignore[attr-defined]

    @property
    def chosen_roles(self) -> list[Role]:
        return [Role(value) for value in self.cleaned_data["roles"]]


class StaffCreationForm(StaffFormMixin, UserCreationForm):
    """Invites somebody; see `standfirst.accounts.actions.invite_staff`."""

    first_name = last_name = is_superuser = None

    class Meta:
        model = User
        fields = ("email", "name")


class StaffEditForm(StaffFormMixin, UserEditForm):
    """Changes somebody's name, address and roles, or closes their account."""

    first_name = last_name = is_superuser = None

    class Meta:
        model = User
        fields = ("email", "name", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.editing_self = kwargs.pop("editing_self", False)
        super().__init__(*args, **kwargs)
        names = self.instance.groups.values_list("name", flat=True)
        self.fields["roles"].initial = [ROLE_BY_GROUP[name].value for name in names if name in ROLE_BY_GROUP]
        self.fields["roles"].required = False
        if self.editing_self:
            del self.fields["is_active"]

    def clean_roles(self) -> list[str]:
        roles: list[str] = self.cleaned_data["roles"]
        if self.editing_self and self.instance.is_superuser and Role.ADMINISTRATOR.value not in roles:
            raise forms.ValidationError(
                _("You would lose the right to undo this. Let another administrator take the role from you.")
            )
        return roles
