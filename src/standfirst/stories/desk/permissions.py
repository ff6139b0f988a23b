"""What each role may do to which kind of page.

Wagtail's groups say where in the tree somebody may add, change or publish; this says to what. Every check of a page's
rights, in the admin, its bulk actions and its API, asks `Page.permissions_for_user`, hence `StaffPermissions`.
"""

from __future__ import annotations

from functools import cached_property

from django.apps import apps
from wagtail.models import Page, PagePermissionTester

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role, has_role, roles_of

TEXTS = ("Article", "Thread", "Topic", "Contributor")
FRAME = ("Section", "InformationPage")
LISTS = ("ContributorIndex", "ThreadIndex", "TopicIndex")

CREATES = {
    Role.REPORTER: ("Article",),
    Role.EDITOR: TEXTS,
    Role.PUBLISHER: (*TEXTS, *FRAME),
}
CHANGES = {
    Role.REPORTER: ("Article",),
    Role.EDITOR: TEXTS,
    Role.PUBLISHER: (*TEXTS, *FRAME, *LISTS, "Edition"),
}


def _models(table: dict[Role, tuple[str, ...]], user: User) -> tuple[type[Page], ...]:
    names = {name for role in roles_of(user) for name in table.get(role, ())}
    return tuple(apps.get_model("stories", name) for name in sorted(names))


class StaffPermissions(PagePermissionTester):
    """Wagtail's own answers, narrowed to the kinds of page that the user's roles work on."""

    @cached_property
    def may_change_kind(self) -> bool:
        """Whether a role of the user changes pages of this kind; administrators change all."""
        return has_role(self.user) or issubclass(self.page.specific_class or Page, _models(CHANGES, self.user))

    def may_create(self, model: type[Page]) -> bool:
        """Say whether the user may make a `model` below this page."""
        return bool(self.can_add_subpage()) and self._creates(model)

    def _creates(self, model: type[Page]) -> bool:
        return has_role(self.user) or issubclass(model, _models(CREATES, self.user))

    def can_add_subpage(self) -> bool:
        kinds = self.page.specific_class.creatable_subpage_models() if self.page.specific_class else []
        return super().can_add_subpage() and any(self._creates(kind) for kind in kinds)

    def can_publish_subpage(self) -> bool:
        return super().can_publish_subpage() and self.can_add_subpage()

    def can_edit(self) -> bool:
        return self.may_change_kind and super().can_edit()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """As Wagtail's, but nobody deletes what readers have seen: a published story is killed."""
        return self.may_change_kind and not self._was_public and super().can_delete(ignore_bulk)

    @property
    def _was_public(self) -> bool:
        return bool(self.page.first_published_at) and issubclass(
            self.page.specific_class or Page, apps.get_model("stories", "Article")
        )

    def can_move(self) -> bool:
        """Moving is no deleting here: a published story may move, and leaves a redirect."""
        if self._was_public:
            return self.user.is_active and (self.user.is_superuser or "publish" in self.permissions)
        return super().can_move()

    def can_unpublish(self) -> bool:
        return self.may_change_kind and super().can_unpublish()

    def can_publish(self) -> bool:
        return self.may_change_kind and super().can_publish()

    def can_lock(self) -> bool:
        return self.may_change_kind and super().can_lock()

    def can_unlock(self) -> bool:
        return self.may_change_kind and super().can_unlock()

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:
        return super().can_copy_to(destination, recursive) and self._creates(self.page.specific_class)
