from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(WagtailUsersAppConfig):
    """Wagtail's users app, with forms for identities that have one name, an e-mail address and roles."""

    user_viewset = "standfirst.accounts.people.viewset.StaffViewSet"
