"""Tells the edge which addresses are searches: each question has one stored answer, and a price for its network."""

from __future__ import annotations

from django.conf import settings

from standfirst.delivery.edge.questions import register_question
from standfirst.discovery.search.asking import beginning, in_one_form

CODES = "|".join(code for code, _name in settings.LANGUAGES)


def connect() -> None:
    """Register with the edge; called once when the app is ready."""
    register_question(rf"/(?:{CODES})/search/", in_one_form, at_once=40, a_second=2.0)
    register_question(rf"/(?:{CODES})/search/suggest/", beginning, at_once=80, a_second=10.0)
