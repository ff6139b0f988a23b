from __future__ import annotations

from django.apps import AppConfig


class MembershipConfig(AppConfig):
    name = "standfirst.membership"
    label = "membership"
    verbose_name = "Membership"

    def ready(self) -> None:
        from standfirst.membership import fragments  # noqa: F401
        from standfirst.membership.hearing import hear_of_gift, hear_of_pledge
        from standfirst.payments.news import listen

        listen("pledge", hear_of_pledge)
        listen("gift", hear_of_gift)

        from standfirst.delivery.tracing.declare import leave_out

        # What a page shows of money may be a minute old; no payment makes a page anew. The goal that appeals show is a
        # row of its own, which changes every few minutes at most: that one makes them anew.
        tables = {model._meta.db_table for model in self.get_models()}
        leave_out(*tables - {self.get_model("ShownGoal")._meta.db_table})
