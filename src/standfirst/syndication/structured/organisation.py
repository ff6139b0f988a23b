"""The newsroom itself: `NewsMediaOrganization`, with the pages that tell readers how it works."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from standfirst.stories.models import InformationPage
from standfirst.syndication.addresses import SiteAddress
from standfirst.syndication.structured.graph import Node, known

ICON_SIZE = 512
# Which property of schema.org each kind of page answers.
POLICIES = {
    InformationPage.Kind.ETHICS: ("publishingPrinciples", "ethicsPolicy"),
    InformationPage.Kind.MASTHEAD: ("masthead",),
    InformationPage.Kind.FUNDING: ("ownershipFundingInfo",),
}


def organisation_id(site: SiteAddress) -> str:
    return f"{site.root}/#newsroom"


def organisation(paper: Any, site: SiteAddress) -> Node:
    """Return the newsroom as a node; `paper` is what every template gets."""
    settings = paper.settings
    return known(
        {
            "@type": "NewsMediaOrganization",
            "@id": organisation_id(site),
            "name": paper.name,
            "legalName": settings.legal_name,
            "url": f"{site.root}/",
            "logo": logo(paper, site),
            "foundingDate": str(settings.founded) if settings.founded else None,
            "sameAs": [link.url for link in paper.social_links],
            "email": paper.contact_email,
            "address": paper.postal_address,
            "correctionsPolicy": site.absolute(paper.corrections_url),
            **_policies(paper.official_pages, site),
        }
    )


def logo(paper: Any, site: SiteAddress) -> Node:
    if paper.nameplate_url:
        return {"@type": "ImageObject", "url": site.absolute(paper.nameplate_url)}
    return {
        "@type": "ImageObject",
        "url": site.absolute(f"/icon-{ICON_SIZE}.png"),
        "width": ICON_SIZE,
        "height": ICON_SIZE,
    }


def _policies(pages: Iterable[InformationPage], site: SiteAddress) -> dict[str, str]:
    found: dict[str, str] = {}
    for page in pages:
        for name in POLICIES.get(InformationPage.Kind(page.kind), ()):
            found.setdefault(name, site.of_path(page.url_path))
    return found
