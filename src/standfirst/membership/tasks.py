"""What membership leaves to the background."""

from __future__ import annotations

from django_tasks import task


@task(queue_name="money")
def deliver_mail(mail_id: int) -> None:
    """Send one mail; what fails is tried again by the look that sending orders."""
    from standfirst.membership.mail import deliver

    deliver(mail_id)


@task(queue_name="money")
def deliver_mails(mail_ids: list[int]) -> None:
    """Send mails that were ordered together; begun again after a crash, it sends those that were not sent."""
    from standfirst.membership.mail import deliver

    for mail_id in mail_ids:
        deliver(mail_id)


@task(queue_name="money")
def forget_stranger(user_id: int) -> None:
    """Delete an identity that was made for somebody who asked for a code and never came."""
    from standfirst.membership.signing_in import forget_stranger

    forget_stranger(user_id)


@task(queue_name="money")
def collect_at_once(pledge_id: int) -> None:
    """Collect what is late of a pledge whose payer has given a card for it; begun again, it collects nothing twice."""
    from standfirst.membership.actions.renew_pledge import renew_pledge
    from standfirst.membership.models import Pledge

    pledge = Pledge.objects.filter(pk=pledge_id, state=Pledge.State.PAST_DUE).first()
    if pledge is not None:
        renew_pledge(pledge=pledge, at_once=True)
