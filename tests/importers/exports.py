"""Writes small WordPress exports for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

SITE = "https://old.example"
NAMESPACES = (
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"'
)


def item(number: int, **fields: Any) -> str:
    """One `<item>`: a published post unless `fields` say otherwise."""
    kind = fields.get("kind", "post")
    values = {
        "title": f"{kind.title()} {number}",
        "link": f"{SITE}/2020/05/{kind}-{number}/",
        "creator": "nino",
        "content": f"What {kind} {number} says.",
        "excerpt": "",
        "date": "2020-05-06 12:00:00",
        "date_gmt": "2020-05-06 08:00:00",
        "slug": f"{kind}-{number}",
        "status": "inherit" if kind == "attachment" else "publish",
        "parent": 0,
        "password": "",
        "sticky": 0,
        "url": "",
        "extra": "",
    } | fields
    meta = "".join(
        f"<wp:postmeta><wp:meta_key>{escape(key)}</wp:meta_key>"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
        for key, value in fields.get("meta", {}).items()
    )
    terms = "".join(
        f'<category domain="{domain}" nicename="{slug}"><![CDATA[{name}]]></category>'
        for domain, slug, name in fields.get("terms", [])
    )
    return (
        f"<item><title>{escape(values['title'])}</title><link>{escape(values['link'])}</link>"
        f"<dc:creator>{values['creator']}</dc:creator>"
        f"<content:encoded><![CDATA[{values['content']}]]></content:encoded>"
        f"<excerpt:encoded><![CDATA[{values['excerpt']}]]></excerpt:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_date>{values['date']}</wp:post_date>"
        f"<wp:post_date_gmt>{values['date_gmt']}</wp:post_date_gmt><wp:post_name>{values['slug']}</wp:post_name>"
        f"<wp:status>{values['status']}</wp:status><wp:post_parent>{values['parent']}</wp:post_parent>"
        f"<wp:post_type>{kind}</wp:post_type><wp:post_password>{values['password']}</wp:post_password>"
        f"<wp:is_sticky>{values['sticky']}</wp:is_sticky>"
        f"<wp:attachment_url>{escape(values['url'])}</wp:attachment_url>{terms}{meta}{values['extra']}</item>\n"
    )


def category(slug: str, name: str = "", parent: str = "", number: int | str = "") -> str:
    return (
        f"<wp:category><wp:term_id>{number}</wp:term_id><wp:category_nicename>{slug}</wp:category_nicename>"
        f"<wp:category_parent>{parent}</wp:category_parent><wp:cat_name>{name or slug.title()}</wp:cat_name>"
        "</wp:category>"
    )


def author(login: str, name: str) -> str:
    return (
        f"<wp:author><wp:author_login>{login}</wp:author_login><wp:author_email>{login}@old.example</wp:author_email>"
        f"<wp:author_display_name>{name}</wp:author_display_name></wp:author>"
    )


def comment(number: int, text: str = "Well said.", **fields: str) -> str:
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>{fields.get('author', 'A reader')}"
        f"</wp:comment_author><wp:comment_author_IP>203.0.113.9</wp:comment_author_IP>"
        f"<wp:comment_date_gmt>2020-05-07 09:00:00</wp:comment_date_gmt>"
        f"<wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
        f"<wp:comment_approved>{fields.get('approved', '1')}</wp:comment_approved></wp:comment>"
    )


def wxr(*parts: str, language: str = "en-US", site: str = SITE, version: str = "1.2") -> str:
    """A whole export."""
    said = f"<wp:wxr_version>{version}</wp:wxr_version>" if version else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {NAMESPACES}>\n<channel><title>Old</title>'
        f"<link>{site}</link><language>{language}</language>{said}<wp:base_blog_url>{site}</wp:base_blog_url>\n"
        f"{author('nino', 'Nino Beridze')}\n{''.join(parts)}</channel></rss>\n"
    )


def write(folder: Path, *parts: str, name: str = "export.xml", **options: Any) -> Path:
    """Write an export into `folder`."""
    path = folder / name
    path.write_text(wxr(*parts, **options), encoding="utf-8")
    return path
