"""Making pages in the admin: only the kinds that the user's roles make are offered, and only they are accepted."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin.views.pages.create import AddSubpageView as WagtailAddSubpageView
from wagtail.models import Page

from standfirst.accounts.models import User
from standfirst.accounts.signed_in import signed_in
from standfirst.stories.desk.permissions import StaffPermissions


class AddSubpageView(WagtailAddSubpageView):
    """Wagtail's choice of page types without those that the user may not make."""

    page_types: list[tuple[str, str, str, str]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kinds = {
            (model._meta.app_label, model._meta.model_name)
            for model in self.parent_page.creatable_subpage_models()
            if may_create(signed_in(request), self.parent_page, model)
        }
        self.page_types = [entry for entry in self.page_types if (entry[1], entry[2]) in kinds]
        if len(self.page_types) == 1:
            _name, app_label, model_name, _description = self.page_types[0]
            return redirect("wagtailadmin_pages:add", app_label, model_name, self.parent_page.pk)
        return super().get(request, *args, **kwargs)


@hooks.register("before_create_page")
def refuse_other_kinds(request: HttpRequest, parent_page: Page, page_class: type[Page]) -> None:
    """Refuse a kind of page that the user's roles do not make, whoever typed the address."""
    if not may_create(signed_in(request), parent_page, page_class):
        raise PermissionDenied


def may_create(user: User, parent: Page, kind: type[Page]) -> bool:
    """Say whether `user` may make a page of `kind` below `parent`."""
    rights = parent.permissions_for_user(user)
    if isinstance(rights, StaffPermissions):
        return rights.may_create(kind)
    return user.is_superuser  # the root of the tree, which is no page of ours
