"""The form that starts an import in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from standfirst.importers.models import ImportRun
from standfirst.importers.wordpress.errors import BadMapping
from standfirst.importers.wordpress.mapping import read_mapping
from standfirst.stories.models import Edition

LARGEST_MAPPING = 1024 * 1024


class ImportForm(forms.Form):
    """An export file and how to import it."""

    file = forms.FileField(label=_("Export file"), help_text=_("In WordPress: Tools, Export, All content (.xml)."))
    edition = forms.ModelChoiceField(
        queryset=Edition.objects.none(),
        required=False,
        label=_("Edition"),
        empty_label=_("that of the export's language"),
    )
    pictures = forms.ChoiceField(
        label=_("Pictures and files"),
        choices=[choice for choice in ImportRun.Media.choices if choice[0] != ImportRun.Media.FOLDER],
        initial=ImportRun.Media.DOWNLOAD,
    )
    mapping = forms.FileField(
        label=_("Mapping file"), required=False, help_text=_("How categories, tags and people become ours (.toml).")
    )
    dry_run = forms.BooleanField(
        label=_("Dry run"), required=False, help_text=_("Says what would be done; writes and fetches nothing.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions: Any = self.fields["edition"]
        editions.queryset = Edition.objects.live().order_by("path")

    def clean_file(self) -> Any:
        """Refuse where the upload would be in the folder of one node and the import may run on another."""
        if not isinstance(default_storage, FileSystemStorage):
            raise forms.ValidationError(
                _(
                    "This newsroom keeps its media in a bucket, so that it may run on several machines. Start the "
                    "import on one of them: standfirst import wordpress."
                )
            )
        return self.cleaned_data["file"]

    def clean_mapping(self) -> str:
        """The text of the mapping file, checked."""
        upload: UploadedFile | None = self.cleaned_data.get("mapping")
        if upload is None:
            return ""
        if (upload.size or 0) > LARGEST_MAPPING:
            raise forms.ValidationError(_("A mapping file has at most 1 MB."))
        try:
            text = upload.read().decode("utf-8")
            read_mapping(text, upload.name or "")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The mapping file is not in UTF-8.")) from error
        except BadMapping as error:
            raise forms.ValidationError(str(error)) from error
        return text
