"""What mails to members say: the built-in words, or the newsroom's own, kind by kind and language by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from standfirst.accounts.adapter import newsroom_name
from standfirst.accounts.signed_in import signed_in
from standfirst.membership.desk.access import managers_only
from standfirst.membership.mail_text import Written, built_in, plain, preview
from standfirst.membership.mail_words import MEANINGS, NEEDED, allowed, examples
from standfirst.membership.models import MailKind, MailText

CHANGES_SHOWN = 20


class MailTextForm(forms.ModelForm):
    """Subject and text. What nothing is filled in for, and what is of no use, is refused by the model."""

    class Meta:
        model = MailText
        fields = ("subject", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 16})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.instance.language
        for field in self.fields.values():
            field.widget.attrs |= {"lang": language, "dir": _direction(language)}


def _direction(language: str) -> str:
    return "rtl" if language in settings.LANGUAGES_BIDI else "ltr"


@dataclass(frozen=True)
class Word:
    """A word in braces, for whoever writes a text."""

    name: str
    meaning: str
    example: str
    is_needed: bool


@managers_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Each kind of mail in each language: whose words it has."""
    own = set(MailText.objects.values_list("kind", "language"))
    languages = list(settings.LANGUAGES)
    rows = [
        (label, [(kind, code, name, (kind, code) in own) for code, name in languages])
        for kind, label in MailKind.choices
    ]
    context = {"rows": rows, "languages": languages, "page_title": _("Texts of mails"), "header_icon": "mail"}
    return TemplateResponse(request, "membership/desk/mail_texts.html", context)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Change what a mail says, look at it first, or go back to the built-in words."""
    found = _found(kind, language)
    data = request.POST if request.method == "POST" else None
    if data is not None and "restore" in data:
        _restore(request, found)
        return redirect("membership_desk:mail_text", kind, language)
    form = MailTextForm(data, instance=found)
    is_valid = data is not None and form.is_valid()
    if is_valid and "preview" not in request.POST:
        _save(request, form)
        return redirect("membership_desk:mail_text", kind, language)
    status = 422 if form.errors else 200
    return TemplateResponse(request, "membership/desk/mail_text.html", _context(form, found), status=status)


def _found(kind: str, language: str) -> MailText:
    """The newsroom's own text, else one that begins with the built-in words and is not kept yet."""
    if kind not in MailKind.values or language not in dict(settings.LANGUAGES):
        raise Http404
    own = MailText.objects.filter(kind=kind, language=language).first()
    return own or MailText(kind=kind, language=language, **built_in(language)[kind])


def _context(form: MailTextForm, found: MailText) -> dict[str, Any]:
    return {
        "form": form,
        "is_own": found.pk is not None,
        "words": _words(found.kind, found.language),
        "shown": _shown(form, found),
        "changes": _changes(found),
        "direction": _direction(found.language),
        "language": found.language,
        "page_title": str(found.get_kind_display()),
        "page_subtitle": dict(settings.LANGUAGES)[found.language],
        "header_icon": "mail",
    }


def _shown(form: MailTextForm, found: MailText) -> Written | None:
    """The mail with this text; None while something is wrong with it."""
    if form.errors:
        return None
    given = form.cleaned_data if form.is_bound else {"subject": found.subject, "text": found.text}
    return preview(found.kind, given["subject"], given["text"], found.language, newsroom=newsroom_name())


def _words(kind: str, language: str) -> list[Word]:
    needed = NEEDED.get(kind, frozenset())
    values = {**examples(kind), "newsroom": newsroom_name()}
    return [
        Word(name, str(MEANINGS[name]), plain(values[name], language), name in needed) for name in sorted(allowed(kind))
    ]


def _changes(found: MailText) -> QuerySet[ModelLogEntry]:
    """Who changed this text, the last change first; also when it went back to the built-in words since."""
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(MailText),
        data__kind=found.kind,
        data__language=found.language,
    )
    return entries.select_related("user").order_by("-timestamp", "-pk")[:CHANGES_SHOWN]


@transaction.atomic
def _save(request: HttpRequest, form: MailTextForm) -> None:
    action = "wagtail.edit" if form.instance.pk else "wagtail.create"
    _log(request, form.save(), action)
    messages.success(request, _("Saved. Mails say this from now on."))


@transaction.atomic
def _restore(request: HttpRequest, found: MailText) -> None:
    if found.pk is not None:
        _log(request, found, "wagtail.delete")
        found.delete()
    messages.success(request, _("This mail has the built-in words again."))


def _log(request: HttpRequest, text: MailText, action: str) -> None:
    data = {"kind": text.kind, "language": text.language}
    log(instance=text, action=action, user=signed_in(request), title=str(text), data=data)
