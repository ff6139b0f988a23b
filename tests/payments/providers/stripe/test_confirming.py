"""Strong customer authentication at a renewal: nobody is there to confirm it, and a mail brings the payer back."""

from __future__ import annotations

import pytest
import requests
from django.test import Client
from tests.money import factories
from tests.payments.providers.benches import StripeBench, agree
from tests.payments.providers.stripe.test_histories import account_at
from tests.payments.providers.stripe.test_subscriptions import control

from standfirst.membership import fix_links
from standfirst.membership.looking_after import MemberKeeper
from standfirst.membership.models import Pledge, SentMail
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement

pytestmark = [pytest.mark.enable_socket, pytest.mark.django_db]


@pytest.fixture
def asked(stripe: StripeBench) -> Pledge:
    """A member whose bank asks about the second month."""
    pledge = factories.pledge(state=Pledge.State.PENDING)
    started = stripe.provider.start(stripe.account, agree(first_charge_at=None))
    stripe.pay(started)
    refresh(factories.agreement(account_at(stripe), reference=pledge.reference, object_id=started.object_id))
    agreement = Agreement.objects.get()
    control(stripe, "behave", subscription=agreement.mandate_id, behaviour="needs_confirmation")
    control(stripe, "advance", days=32)
    return look(pledge)


def look(pledge: Pledge) -> Pledge:
    refresh(Agreement.objects.select_related("account").get())
    return Pledge.objects.select_related("member", "agreement__account").get(pk=pledge.pk)


def mails(kind: str) -> int:
    return SentMail.objects.filter(kind=kind).count()


def page_of(pledge: Pledge, client: Client) -> str:
    """Where the one tap of the mail leads."""
    answer = client.post(f"{fix_links.PATH}{fix_links.token(pledge)}/")
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_a_mail_leads_to_where_the_bank_asks(stripe: StripeBench, asked: Pledge, client: Client) -> None:
    assert asked.state == "past_due"
    assert list(asked.agreement.payments.values_list("state", "failure")) == [
        ("failed", "authentication_required"),
        ("settled", ""),
    ]
    MemberKeeper().look()
    MemberKeeper().look()
    assert mails("payment_failed") == 1
    page = page_of(asked, client)
    assert page.startswith(f"{stripe.fake.address}/i/in_")
    assert "Your bank asks: is it you?" in requests.get(page, timeout=10).text
    charges = len(stripe.fake.world.all("charge"))
    assert requests.post(page, data={"bank": "yes"}, timeout=10).ok
    paid = look(asked)
    assert (paid.state, paid.failed_at) == ("active", None)
    assert len(stripe.fake.world.all("charge")) == charges + 1
    assert sorted(paid.agreement.payments.values_list("state", flat=True)) == ["settled", "settled"]
    assert ledger.verify() == []
    assert fix_links.read(fix_links.token(paid)) is None
    # Whoever comes to the page once more is not asked again.
    assert "Nothing was taken again" in requests.post(page, data={"bank": "yes"}, timeout=10).text
    assert len(stripe.fake.world.all("charge")) == charges + 1


def test_who_refuses_may_give_another_card(stripe: StripeBench, asked: Pledge, client: Client) -> None:
    requests.post(page_of(asked, client), data={"bank": "no"}, timeout=10)
    still = look(asked)
    assert still.state == "past_due"
    page = page_of(still, client)
    assert page.startswith(f"{stripe.fake.address}/c/pay/")
    assert requests.post(page, data={"card": "pays"}, allow_redirects=False, timeout=10).status_code == 303
    assert look(asked).state == "active"
