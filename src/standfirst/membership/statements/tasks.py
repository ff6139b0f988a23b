"""What the import of statements leaves to the background."""

from __future__ import annotations

from django_tasks import task


@task(queue_name="money")
def look_through_account(account_id: int) -> None:
    """Decide about the new lines of a bank account; a second order finds nothing left to do."""
    from standfirst.membership.mail_queue import together
    from standfirst.membership.statements.payers import names_of
    from standfirst.payments.models import ProviderAccount
    from standfirst.payments.providers.bank.importing import look_through

    look_through(account=ProviderAccount.objects.get(pk=account_id), names_of=names_of, around=together)
