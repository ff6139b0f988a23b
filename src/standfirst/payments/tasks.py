"""What payments leave to the background."""

from __future__ import annotations

from django_tasks import task


@task(queue_name="money")
def process_event(event_id: int) -> None:
    """Process a provider's message; what fails is found again by `look_after_money`."""
    from standfirst.payments.actions.process_event import process

    process(event_id)


@task(queue_name="money")
def refresh_agreement(agreement_id: int) -> None:
    """Compare one agreement with its provider."""
    from standfirst.payments.actions.apply_snapshot import refresh
    from standfirst.payments.models import Agreement

    refresh(Agreement.objects.select_related("account").get(pk=agreement_id))


@task(queue_name="money")
def reconcile_agreement(agreement_id: int) -> None:
    """Compare one agreement with its provider, and keep what a person has to look at."""
    from standfirst.payments.actions.reconcile import reconcile
    from standfirst.payments.models import Agreement

    reconcile(Agreement.objects.select_related("account").get(pk=agreement_id))
