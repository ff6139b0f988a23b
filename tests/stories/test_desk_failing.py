"""What staff are told when the database does not answer."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from standfirst.stories.desk.failing import handle_failure


def answer_to(path: str, error: Exception) -> HttpResponse:
    try:
        raise error
    except type(error):
        return handle_failure(RequestFactory().get(path))


@pytest.mark.parametrize("error", [OperationalError("database is locked"), InterfaceError("connection is closed")])
def test_the_desk_says_that_nothing_was_saved(error: Exception) -> None:
    response = answer_to("/desk/pages/3/edit/", error)

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert response["Cache-Control"] == "no-store"
    assert "was not saved" in response.content.decode()
    assert str(error) not in response.content.decode()


@pytest.mark.parametrize(
    ("path", "error"), [("/en/", OperationalError("database is locked")), ("/desk/", ValueError("a bug"))]
)
def test_everything_else_stays_an_error_of_ours(path: str, error: Exception) -> None:
    response = answer_to(path, error)

    assert response.status_code == 500
    assert "Something broke" in response.content.decode()
