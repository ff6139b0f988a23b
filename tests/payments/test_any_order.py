"""Any order, any duplication, any loss of messages ends in the same agreement, payments, ledger and pledge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.money import factories
from tests.money.lives import Life, Payer, lives, outcome
from tests.money.plain import NotReached, PlainProvider, signed
from tests.payments.test_applying import order

from standfirst.membership.models import Pledge
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import apply_snapshot, ask
from standfirst.payments.actions.process_event import process
from standfirst.payments.actions.reconcile import reconcile
from standfirst.payments.actions.start_agreement import start_agreement
from standfirst.payments.actions.take_webhook import take_webhook
from standfirst.payments.models import Agreement, Difference, ProviderAccount, WebhookEvent
from standfirst.payments.states import StateError

pytestmark = pytest.mark.django_db
SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Hearing = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["now", "late", "fails", "twice"])), max_size=20)


class Newsroom:
    """A newsroom with one agreement of a pledge. Each has names of its own at the one provider."""

    def __init__(self, provider: PlainProvider, account: ProviderAccount) -> None:
        self.provider = provider
        self.pledge = factories.pledge(state=Pledge.State.PENDING)
        agreement = factories.agreement(account, reference=self.pledge.reference)
        self.agreement = start_agreement(agreement=agreement, order=order)
        self.payer = Payer(provider, self.agreement.object_id)

    def hear(self, event: str) -> None:
        """Take a message and process it."""
        account = ProviderAccount.objects.get(pk=self.agreement.account_id)
        body, headers = signed("secret", id=f"{self.agreement.pk}-{event}", object=self.agreement.object_id)
        take_webhook(account=account, headers=headers, body=body, now=datetime.now().astimezone())
        process(WebhookEvent.objects.get(account=account, event_id=f"{self.agreement.pk}-{event}").pk)

    def compare(self) -> None:
        """Compare with the provider, as happens daily."""
        assert reconcile(Agreement.objects.select_related("account").get(pk=self.agreement.pk)) == []

    def end(self) -> dict[str, Any]:
        """Where it ended, without the names that differ from one newsroom to the other."""
        pledge = Pledge.objects.get(pk=self.pledge.pk)
        # `lapses_at` counts from when we hear of a failure, on purpose: nobody loses grace that we slept through.
        values = (pledge.state, pledge.amount, pledge.period_end, pledge.ends_at, pledge.paused_until)
        found = str({**outcome(self.agreement), "pledge": [str(value) for value in values]})
        assert pledge.agreement_id in {self.agreement.pk, None}
        return {"all": found.replace(f"{self.agreement.object_id}-", "-").replace(f"m-{self.agreement.object_id}", "m")}


@pytest.fixture
def account(plain: PlainProvider) -> ProviderAccount:
    return factories.account()


def told_all(newsroom: Newsroom, life: Life) -> None:
    """Hear of each step at once."""
    for number, step in enumerate(life):
        newsroom.payer.take(*step)
        newsroom.hear(f"step-{number}")


@SLOW
@given(life=lives(), heard=Hearing)
def test_whatever_is_heard_reconcile_ends_where_hearing_everything_does(
    plain: PlainProvider, account: ProviderAccount, life: Life, heard: list[tuple[int, str]]
) -> None:
    told, deaf = Newsroom(plain, account), Newsroom(plain, account)
    told_all(told, life)
    hears = dict(heard)
    for number, step in enumerate(life):
        deaf.payer.take(*step)
        way = hears.get(number)
        if way == "fails":
            plain.fails.append(NotReached("no answer"))
        if way in {"now", "fails", "twice"}:
            deaf.hear(f"step-{number}")
        if way == "twice":
            deaf.hear(f"step-{number}")
    for number, way in heard:
        if way == "late":
            deaf.hear(f"step-{number}")
    deaf.compare()
    told.compare()
    assert deaf.end() == told.end()
    assert ledger.verify() == []
    assert not Difference.objects.exists()


@SLOW
@given(life=lives(), order_of_answers=st.permutations(range(13)), shown=st.lists(st.integers(0, 12), max_size=13))
def test_answers_that_overtake_each_other_end_in_what_was_asked_for_last(
    plain: PlainProvider, account: ProviderAccount, life: Life, order_of_answers: list[int], shown: list[int]
) -> None:
    """Fetches are begun in the order of time, their answers are applied in any, some twice and some never."""
    told, torn = Newsroom(plain, account), Newsroom(plain, account)
    told_all(told, life)
    answers = []
    for step in life:
        torn.payer.take(*step)
        answers.append(ask(torn.agreement))
    last = len(answers) - 1
    for place in [*_within(order_of_answers, last), *_within(shown, last), last]:
        number, snapshot = answers[place]
        apply_snapshot(agreement=torn.agreement, snapshot=snapshot, number=number)
    assert torn.end() == told.end()
    assert ledger.verify() == []


def _within(places: Iterable[int], last: int) -> Iterator[int]:
    return (place for place in places if place <= last)


@SLOW
@given(life=lives())
def test_hearing_everything_again_writes_nothing(plain: PlainProvider, account: ProviderAccount, life: Life) -> None:
    newsroom = Newsroom(plain, account)
    told_all(newsroom, life)
    before = newsroom.end(), written(newsroom)
    for number in range(len(life)):
        newsroom.hear(f"step-{number}")
        newsroom.hear(f"again-{number}")
    assert (newsroom.end(), written(newsroom)) == before


def written(newsroom: Newsroom) -> tuple[int, int]:
    payments = newsroom.agreement.payments.all()
    return sum(p.transactions.count() for p in payments), newsroom.pledge.events.count()


def test_a_payment_after_the_end_is_a_contradiction_and_not_a_silent_change(
    plain: PlainProvider, account: ProviderAccount
) -> None:
    """What a generated life never does: a provider that begins again what it ended."""
    newsroom = Newsroom(plain, account)
    told_all(newsroom, [("pay", 0), ("end", 0)])
    plain.pay(newsroom.agreement.object_id)
    number, snapshot = ask(newsroom.agreement)
    with pytest.raises(StateError):
        apply_snapshot(agreement=newsroom.agreement, snapshot=snapshot, number=number)
    assert newsroom.agreement.payments.count() == 1
    assert ledger.verify() == []
