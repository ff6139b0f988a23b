from __future__ import annotations

from django.apps import AppConfig


class MembershipConfig(AppConfig):
    name = "standfirst.membership"
    label = "membership"
    verbose_name = "Membership"

    def ready(self) -> None:
        from standfirst.membership.hearing import hear_of_gift, hear_of_pledge
        from standfirst.payments.news import listen

        listen("pledge", hear_of_pledge)
        listen("gift", hear_of_gift)

        from standfirst.delivery.tracing.declare import leave_out

        # What a page shows of money (a count of members) may be a minute old; no payment makes a page anew.
        leave_out(*(model._meta.db_table for model in self.get_models()))
