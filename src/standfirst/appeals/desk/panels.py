"""How the form of an appeal is laid out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.images.widgets import AdminImageChooser

from standfirst.appeals.desk.forms import AppealForm, VariantForm
from standfirst.appeals.desk.variants import VariantFormSet
from standfirst.appeals.models.variant import MOST_VARIANTS


class VariantsPanel(InlinePanel):
    """Wagtail's, with a form of our own for each variant; with that, Wagtail leaves its widgets out."""

    def get_form_options(self) -> dict[str, Any]:
        """Return Wagtail's options, with our form for the formset."""
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name] |= {
            "form": VariantForm,
            "formset": VariantFormSet,
            "widgets": {"picture": AdminImageChooser},
        }
        return options


WORDS: list[Any] = [
    FieldRowPanel([FieldPanel("campaign"), FieldPanel("edition")]),
    FieldRowPanel([FieldPanel("place"), FieldPanel("position")]),
    VariantsPanel(
        "variants",
        heading=_("Words"),
        label=_("variant"),
        min_num=1,
        max_num=MOST_VARIANTS,
        panels=[
            FieldRowPanel([FieldPanel("number"), FieldPanel("preset")]),
            FieldPanel("headline"),
            FieldPanel("text"),
            FieldPanel("button"),
            FieldRowPanel([FieldPanel("amounts"), FieldPanel("currency"), FieldPanel("interval")]),
            FieldPanel("picture"),
            FieldPanel("shows_goal"),
        ],
    ),
]
READERS: list[Any] = [
    FieldPanel("readers"),
    MultiFieldPanel([FieldPanel("sections"), FieldPanel("threads"), FieldPanel("topics")], heading=_("Pages")),
    FieldPanel("countries"),
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("stories_from"), FieldPanel("stories_to")]), FieldPanel("visit")],
        heading=_("Stories read this month, and visits"),
        help_text=_("Counted on the reader's own device, and never sent."),
    ),
    FieldPanel("devices"),
    MultiFieldPanel([FieldRowPanel([FieldPanel("cap_views"), FieldPanel("cap_days")])], heading=_("How often")),
    FieldPanel("asks_in_quiet"),
]
APPEAL = TabbedInterface(
    [ObjectList(WORDS, heading=_("Words")), ObjectList(READERS, heading=_("Who sees it"))], base_form_class=AppealForm
)
