"""Mails of many members are ordered together: one write, one task, each event's mail once."""

from __future__ import annotations

import pytest
from tests.money import factories

from standfirst.membership import tasks
from standfirst.membership.mail import send
from standfirst.membership.mail_queue import together
from standfirst.membership.models import SentMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def ordered(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The lists of mails that were given to the task."""
    found: list[list[int]] = []
    monkeypatch.setattr(type(tasks.deliver_mails), "enqueue", lambda _task, numbers: found.append(numbers))
    return found


def test_what_is_ordered_together_has_one_task_and_each_event_one_mail(ordered: list[list[int]]) -> None:
    member = factories.member()
    with together():
        for key in ("a", "b", "a"):
            send("paused", member=member, key=key)
        assert SentMail.objects.count() == 0
    assert ordered == [list(SentMail.objects.order_by("pk").values_list("pk", flat=True))]
    assert sorted(SentMail.objects.values_list("key", flat=True)) == ["a", "b"]
    with together():
        send("paused", member=member, key="b")
    assert (len(ordered), SentMail.objects.count()) == (1, 2)


def test_what_fails_orders_nothing(ordered: list[list[int]]) -> None:
    member = factories.member()

    @together()
    def fail() -> None:
        send("paused", member=member, key="a")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        fail()
    assert (ordered, SentMail.objects.count()) == ([], 0)


def test_each_of_them_is_sent_once_however_often_the_task_runs(mailoutbox: list[object]) -> None:
    with together():
        send("paused", member=factories.member(), key="a")
        send("paused", member=factories.member(), key="b")
    numbers = list(SentMail.objects.values_list("pk", flat=True))
    for _again in range(2):
        tasks.deliver_mails.func(numbers)
    assert (len(mailoutbox), set(SentMail.objects.values_list("state", flat=True))) == (2, {"sent"})
