"""Pages that are no story: fronts, sections, threads, topics, contributors, information."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from standfirst.stories.models import Article, Contributor, InformationPage
from standfirst.syndication.addresses import SiteAddress
from standfirst.syndication.structured.graph import Node, known
from standfirst.syndication.structured.organisation import organisation_id
from standfirst.syndication.text import plain_text


def list_node(page: Any, url: str, language: str, stories: Iterable[Article], site: SiteAddress) -> Node:
    """Return a `CollectionPage` with the stories it shows."""
    entries = [
        {"@type": "ListItem", "position": position, "url": site.of_path(story.url_path), "name": story.title}
        for position, story in enumerate(stories, start=1)
    ]
    return known(
        {
            "@type": "CollectionPage",
            "@id": url,
            "url": url,
            "name": page.title,
            "description": getattr(page, "standfirst", ""),
            "inLanguage": language,
            "publisher": {"@id": organisation_id(site)},
            "mainEntity": {"@type": "ItemList", "itemListElement": entries} if entries else None,
        }
    )


def profile_node(person: Contributor, url: str, language: str, picture_url: str, site: SiteAddress) -> Node:
    """Return a contributor's page as `ProfilePage`."""
    return {
        "@type": "ProfilePage",
        "@id": url,
        "url": url,
        "inLanguage": language,
        "mainEntity": known(
            {
                "@type": "Person",
                "@id": f"{url}#person",
                "name": person.title,
                "jobTitle": person.job,
                "description": plain_text(person.biography),
                "image": picture_url,
                "email": person.public_email,
                "url": url,
                "sameAs": [link.url for link in person.links.all()],
                "worksFor": {"@id": organisation_id(site)},
            }
        ),
    }


def website_node(name: str, url: str, language: str, site: SiteAddress) -> Node:
    """Return an edition's front page as a site of its own: the newsroom's name, and how its stories are searched.

    `url` is the front page's. Source of the action: https://schema.org/SearchAction.
    """
    return {
        "@type": "WebSite",
        "@id": f"{url}#site",
        "url": url,
        "name": name,
        "inLanguage": language,
        "publisher": {"@id": organisation_id(site)},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{url}search/?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def information_node(page: InformationPage, url: str, language: str, site: SiteAddress) -> Node:
    """Return a page about the newsroom: contact, about, or any other."""
    kind = {InformationPage.Kind.CONTACT: "ContactPage", InformationPage.Kind.MASTHEAD: "AboutPage"}
    return known(
        {
            "@type": kind.get(InformationPage.Kind(page.kind), "WebPage"),
            "@id": url,
            "url": url,
            "name": page.title,
            "description": page.standfirst,
            "inLanguage": language,
            "publisher": {"@id": organisation_id(site)},
        }
    )
