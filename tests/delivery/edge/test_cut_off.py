from __future__ import annotations

import pytest
from tests.delivery.edge.conftest import HTML, FakeDjango, Reader

from standfirst.delivery.edge.application import Edge


def test_a_node_that_hears_nothing_calls_nothing_fresh(
    edge: Edge, django: FakeDjango, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(edge)
    fresh = reader.get("/en/a/")
    for module in ("application", "pulse"):
        monkeypatch.setattr(f"standfirst.delivery.edge.{module}.heard", lambda state: 42.0)
    edge.pulse.beat()
    stale = reader.get("/en/a/")
    assert (stale.status, stale.body) == (200, fresh.body)
    assert (stale.headers["warning"], stale.headers["age"]) == ('110 - "Response is Stale"', "42")
    monkeypatch.setattr("standfirst.delivery.edge.pulse.heard", lambda state: None)
    edge.pulse.beat()
    assert reader.get("/en/a/").headers == fresh.headers
    assert len(django.requests) == 1


def test_a_redirect_takes_its_campaign_along_while_the_node_is_cut_off(
    edge: Edge, django: FakeDjango, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(edge)
    django.handler = lambda environ: (301, HTML | {"Location": "/en/b/"}, b"")
    assert reader.get("/en/a/", "utm_source=letter").headers["location"] == "/en/b/?utm_source=letter"
    for module in ("application", "pulse"):
        monkeypatch.setattr(f"standfirst.delivery.edge.{module}.heard", lambda state: 42.0)
    edge.pulse.beat()
    stale = reader.get("/en/a/", "utm_source=letter")
    assert "warning" in stale.headers
    assert stale.headers["location"] == "/en/b/?utm_source=letter"
