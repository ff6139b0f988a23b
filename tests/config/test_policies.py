"""The desk gets the policy it needs; the public site stays strict."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from standfirst.config.policies import DESK_POLICY, PolicyMiddleware


@pytest.mark.parametrize(
    ("path", "relaxed"),
    [
        ("/desk/", True),
        ("/desk/pages/1/edit/", True),
        ("/desk/pages/1/edit/preview/", False),
        ("/desk/pages/1/view_draft/", False),
        ("/en/desk/", False),
    ],
)
def test_only_the_desk_is_relaxed(path: str, relaxed: bool) -> None:
    response = PolicyMiddleware(lambda _request: HttpResponse())(RequestFactory().get(path))
    assert (getattr(response, "_csp_replace", None) == DESK_POLICY) is relaxed
    assert "camera=()" in response.headers["Permissions-Policy"]


@pytest.mark.django_db
def test_the_policies_reach_the_browser(client: object) -> None:
    public = client.get("/nowhere/")  # type: ignore[attr-defined]
    desk = client.get("/desk/login/")  # type: ignore[attr-defined]
    assert "script-src 'self';" in public.headers["Content-Security-Policy"] + ";"
    assert "'unsafe-inline'" in desk.headers["Content-Security-Policy"]
    assert "object-src 'none'" in desk.headers["Content-Security-Policy"]
