"""The form that imports a list of members in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.importers.members.reading import LARGEST_FILE, BadList, MemberList, read_members
from standfirst.membership.models import Tier
from standfirst.payments.models import ProviderAccount

MOST_PEOPLE = 5000
"""Rows that are brought in while the browser waits."""


class MemberListForm(forms.Form):
    """A list and where its members belong. `found` is the list as it was read."""

    file = forms.FileField(
        label=gettext_lazy("List of members"), help_text=gettext_lazy("CSV. In Ghost: Members, Export all members.")
    )
    account = forms.ModelChoiceField(
        ProviderAccount.objects.none(),
        label=gettext_lazy("Where their subscriptions are"),
        required=False,
        empty_label=gettext_lazy("nobody has one"),
        help_text=gettext_lazy("The payment account with which they pay already. Nobody has to type a card again."),
    )
    tier = forms.ModelChoiceField(
        Tier.objects.all(),
        label=gettext_lazy("Tier"),
        required=False,
        help_text=gettext_lazy("Of members who pay or are guests and whose row names none."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of mails"), choices=settings.LANGUAGES)
    email = forms.CharField(
        label=gettext_lazy("Column of the e-mail address"),
        required=False,
        help_text=gettext_lazy("Left empty: found by the usual names."),
    )
    name = forms.CharField(
        label=gettext_lazy("Column of the name"),
        required=False,
        help_text=gettext_lazy("Several: separated by +."),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Dry run"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Only says what would be done."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: MemberList | None = None
        accounts: Any = self.fields["account"]
        accounts.queryset = ProviderAccount.objects.exclude(provider__in=["bank", "by_hand"])

    def clean(self) -> dict[str, Any]:
        """Read the file."""
        cleaned = super().clean() or {}
        upload: UploadedFile | None = cleaned.get("file")
        if upload is None:
            return cleaned
        if (upload.size or 0) > LARGEST_FILE:
            self.add_error("file", _("The file has more than %(most)s MB.") % {"most": LARGEST_FILE // 1024 // 1024})
            return cleaned
        columns = {name: cleaned[name] for name in ("email", "name") if cleaned.get(name)}
        try:
            self.found = read_members(upload.read(), columns)
        except BadList as problem:
            self.add_error("file", str(problem))
        if self.found is not None and len(self.found.people) > MOST_PEOPLE:
            self.add_error(
                "file",
                _("The list has more than %(most)s rows. Import it on the server: standfirst import members.")
                % {"most": MOST_PEOPLE},
            )
        return cleaned
