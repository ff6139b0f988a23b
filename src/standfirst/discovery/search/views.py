"""Pages of the search: results, suggestions while typing, and what tells browsers that there is a search."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from standfirst.delivery import trace
from standfirst.discovery.search import finding
from standfirst.discovery.search.asking import NAMES, Question, beginning
from standfirst.discovery.search.results import (
    Choices,
    Turning,
    depend_on_searches,
    did_you_mean,
    elsewhere,
    found_for,
    results,
)
from standfirst.stories.context import paper_of
from standfirst.stories.models import Edition
from standfirst.stories.views import in_edition

SUGGESTIONS = 8
KINDS = {
    "story": gettext_lazy("Story"),
    "section": gettext_lazy("Section"),
    "contributor": gettext_lazy("Contributor"),
    "topic": gettext_lazy("Topic"),
    "thread": gettext_lazy("Thread"),
    "word": "",  # a search for this word
}
SHORT_NAME = 16
"""Characters that OpenSearch allows for a name."""


@in_edition
def search(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The form, and below it what was found or what may help instead."""
    # All of them are read each time: the store learns from it which parameters make another page.
    given = {name: request.GET.get(name) or "" for name in NAMES}
    question = Question.read(edition.slug, given)
    paper = paper_of(request)
    choices = Choices(question, paper, edition)
    context: dict[str, Any] = {
        "edition": edition,
        "query": question.text,
        "question": question,
        "choices": choices,
        "suggest_url": f"{paper.search_url}suggest/",
    }
    if question.text:
        context |= _answer(question, edition, choices)
    return render(request, "search/page.html", context)


def _answer(question: Question, edition: Edition, choices: Choices) -> dict[str, Any]:
    """What the template shows of an answer; without results the ways on."""
    found = found_for(question, edition)
    shown = results(found)
    words, address = did_you_mean(question, found)
    answer = {
        "results": shown,
        "total": found.total,
        "is_at_least": found.is_at_least,
        "searched_for": found.searched_for,
        "did_you_mean": words,
        "did_you_mean_url": address,
        "narrowings": list(choices.narrowings()),
        "by_relevance_url": question.address(order="relevance"),
        "by_date_url": question.address(order="date"),
        "turning": Turning.of(question, found.total),
        "widened_url": question.widened().address() if question.is_narrowed else "",
    }
    if not found.total or found.searched_for:
        answer["elsewhere"] = elsewhere(question, choices.paper)
    return answer


@in_edition
def suggest(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Suggestions for what was typed so far, in the form that browsers know, too.

    Source of the format: OpenSearch suggestions 1.1: query, completions, descriptions, addresses.
    """
    typed = beginning(request.path, {"q": request.GET.get("q") or ""}).get("q", "")
    depend_on_searches(edition)
    with trace.untraced():
        found = finding.suggest(edition.pk, typed, SUGGESTIONS) if typed else []
    search_url = paper_of(request).search_url
    body = [
        typed,
        [suggestion.text for suggestion in found],
        [str(KINDS[suggestion.kind]) for suggestion in found],
        [suggestion.url or f"{search_url}{Question(text=suggestion.text).address()}" for suggestion in found],
    ]
    return JsonResponse(
        body, safe=False, content_type="application/x-suggestions+json", json_dumps_params={"ensure_ascii": False}
    )


@in_edition
def description(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Tell browsers how the edition is searched (OpenSearch 1.1)."""
    paper = paper_of(request)
    front = request.build_absolute_uri(edition.url)
    context = {
        "short_name": paper.name[:SHORT_NAME].strip(),
        "name": paper.name,
        "language": edition.language_code,
        "search_url": f"{front}search/",
        "icon_url": request.build_absolute_uri("/apple-touch-icon.png"),
    }
    kind = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "search/opensearch.xml", context, content_type=kind)
