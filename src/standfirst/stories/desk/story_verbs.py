"""Correct, kill, spike a story and lift its embargo: the admin's views of these actions, each with its form."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role, has_role
from standfirst.accounts.signed_in import signed_in
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.lift_embargo import lift_embargo
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.actions.spike_story import spike_story
from standfirst.stories.errors import StoryError
from standfirst.stories.models import Article

ROWS = {"rows": 3}


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Correction"),
        help_text=gettext_lazy("What was wrong, and what is right. Public, dated, and never changed afterwards."),
        widget=forms.Textarea(attrs=ROWS),
    )
    serious = forms.BooleanField(
        label=gettext_lazy("Serious"),
        required=False,
        help_text=gettext_lazy("Noted on top of the story as well, not only at its foot."),
    )


class KillForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("For the newsroom's log; never public."),
        widget=forms.Textarea(attrs=ROWS),
    )
    notice = forms.CharField(
        label=gettext_lazy("Public notice"),
        required=False,
        help_text=gettext_lazy("What readers find at the story's address. Empty: a neutral sentence."),
        widget=forms.Textarea(attrs=ROWS),
    )


class EmbargoForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Why the embargo ends early and who agreed. Kept in the log."),
        widget=forms.Textarea(attrs=ROWS),
    )


class StoryVerbView(WagtailAdminTemplateMixin, FormView):
    """One action on one story: says what will happen, asks what the action needs, carries it out."""

    template_name = "stories/desk/story_verb.html"
    button: ClassVar[str | Promise] = ""
    explanation: ClassVar[str | Promise] = ""
    done: ClassVar[str | Promise] = ""
    serious: ClassVar[bool] = False
    article: Article

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.article = get_object_or_404(Article, pk=kwargs["pk"])
        if not self.allows(signed_in(request), self.article):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @classmethod
    def allows(cls, user: User, article: Article) -> bool:
        """Say whether `user` may do this to `article`; publishers may, wherever they publish."""
        return has_role(user, Role.PUBLISHER) and article.permissions_for_user(user).can_publish()

    @classmethod
    def applies(cls, article: Article) -> bool:
        """Say whether the story is in a state in which this can be done."""
        raise NotImplementedError

    def act(self, **fields: Any) -> None:
        """Carry it out; `fields` are the form's."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.act(**form.cleaned_data)
        except StoryError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, self.done % {"headline": self.article.title})
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.article.pk])

    def get_page_subtitle(self) -> str:
        return self.article.get_admin_display_title()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        story = {"url": reverse("wagtailadmin_pages:edit", args=[self.article.pk]), "label": self.get_page_subtitle()}
        return [*super().get_breadcrumbs_items(), story, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            article=self.article,
            explanation=self.explanation,
            button=self.button,
            serious=self.serious,
            back_url=reverse("wagtailadmin_pages:edit", args=[self.article.pk]),
            **kwargs,
        )


class CorrectView(StoryVerbView):
    page_title = gettext_lazy("Publish a correction")
    header_icon = "edit"
    form_class = CorrectionForm
    button = gettext_lazy("Publish the correction")
    explanation = gettext_lazy(
        "Readers see the correction at once, under the story and in the list of corrections. "
        "The text of the story itself is changed in the editor."
    )
    done = gettext_lazy("The correction of “%(headline)s” is published.")

    @classmethod
    def applies(cls, article: Article) -> bool:
        return article.live and not article.killed_at

    def act(self, **fields: Any) -> None:
        publish_correction(article=self.article, by=signed_in(self.request), **fields)


class KillView(StoryVerbView):
    page_title = gettext_lazy("Kill the story")
    header_icon = "warning"
    form_class = KillForm
    button = gettext_lazy("Kill the story")
    explanation = gettext_lazy(
        "The story leaves the site for good: its address answers that it was withdrawn, "
        "and it disappears from every list, feed and teaser."
    )
    done = gettext_lazy("“%(headline)s” was killed.")
    serious = True

    @classmethod
    def applies(cls, article: Article) -> bool:
        return bool(article.first_published_at) and not article.killed_at

    def act(self, **fields: Any) -> None:
        kill_story(article=self.article, by=signed_in(self.request), **fields)


class LiftEmbargoView(StoryVerbView):
    page_title = gettext_lazy("Lift the embargo")
    header_icon = "time"
    form_class = EmbargoForm
    button = gettext_lazy("Lift the embargo")
    explanation = gettext_lazy("The story can be published at once afterwards. Publishing stays a step of its own.")
    done = gettext_lazy("The embargo on “%(headline)s” is lifted.")

    @classmethod
    def applies(cls, article: Article) -> bool:
        until = article.get_latest_revision_as_object().embargoed_until
        return bool(until and until > timezone.now())

    def act(self, **fields: Any) -> None:
        lift_embargo(article=self.article, by=signed_in(self.request), **fields)


class SpikeView(StoryVerbView):
    page_title = gettext_lazy("Spike the draft")
    header_icon = "bin"
    form_class = forms.Form
    button = gettext_lazy("Spike the draft")
    explanation = gettext_lazy("The draft is dropped with all its versions. The log keeps that it existed.")
    done = gettext_lazy("“%(headline)s” was spiked.")
    serious = True

    @classmethod
    def allows(cls, user: User, article: Article) -> bool:
        return bool(article.permissions_for_user(user).can_delete())

    @classmethod
    def applies(cls, article: Article) -> bool:
        return not article.first_published_at

    def act(self, **fields: Any) -> None:
        self.section_id = self.article.get_parent().pk
        spike_story(article=self.article, by=signed_in(self.request))

    def get_success_url(self) -> str:
        return reverse("wagtailadmin_explore", args=[self.section_id])


VERBS: dict[str, type[StoryVerbView]] = {
    "correct": CorrectView,
    "lift-embargo": LiftEmbargoView,
    "kill": KillView,
    "spike": SpikeView,
}
