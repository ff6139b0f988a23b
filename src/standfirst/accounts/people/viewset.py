"""Wagtail's user pages, for staff."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.users.views.users import CreateView, IndexView, UserColumn, UserViewSet

from standfirst.accounts.actions.invite_staff import invite_staff
from standfirst.accounts.models import User
from standfirst.accounts.people.forms import StaffCreationForm, StaffEditForm
from standfirst.accounts.roles import ROLE_BY_GROUP


def roles_shown(user: User) -> str:
    """Return the labels of the user's roles; reads the prefetched groups."""
    return ", ".join(str(ROLE_BY_GROUP[group.name].label) for group in user.groups.all() if group.name in ROLE_BY_GROUP)


class StaffIndexView(IndexView):
    """Staff with their roles and whether they sign in with a second factor. Readers are not listed here."""

    page_title = _("Staff")
    add_item_label = _("Invite somebody")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            self._get_title_column_class(UserColumn)(
                "name",
                accessor="get_full_name",
                label=_("Name"),
                sort_key="name",
                get_url=self.get_edit_url,
                width="25%",
            ),
            Column("email", label=_("E-mail"), sort_key="email", width="22%"),
            Column("roles", accessor=roles_shown, label=_("Roles"), width="18%"),
            BooleanColumn("has_second_factor", label=_("Second factor"), width="10%"),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active", width="10%"),
            DateColumn("last_login", label=_("Last sign-in"), sort_key="last_login", width="15%"),
        ]

    @cached_property
    def search_fields(self) -> set[str]:
        return {"name", "email"}

    def get_base_queryset(self) -> Any:
        staff = User.objects.filter(Q(is_staff=True) | Q(is_active=False) | Q(groups__name__in=ROLE_BY_GROUP))
        return staff.distinct().with_second_factor().select_related("wagtail_userprofile").prefetch_related("groups")

    def order_queryset(self, queryset: Any) -> Any:
        if self.ordering in {"name", "-name"}:
            return queryset.order_by(self.ordering, "email")
        return super(IndexView, self).order_queryset(queryset)


class StaffCreateView(CreateView):
    """Invites: the person gets a link to set a password of their own."""

    page_title = _("Invite somebody")
    success_message = _("%(object)s is invited and gets a link by mail to set a password.")

    def save_instance(self) -> User:
        self.form.instance.set_unusable_password()
        user: User = super().save_instance()
        invite_staff(user=user, by=self.request.user)
        return user


class StaffViewSet(UserViewSet):
    menu_label = _("Staff")
    index_view_class = StaffIndexView
    add_view_class = StaffCreateView
    ordering = "name"
    # Wagtail's own templates for people name the fields of its own forms.
    create_template_name = "wagtailadmin/generic/create.html"
    edit_template_name = "wagtailadmin/generic/edit.html"

    def get_form_class(self, for_update: bool = False) -> type:
        return StaffEditForm if for_update else StaffCreationForm
