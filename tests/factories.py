"""Makes what tests need: small, real objects, through the same doors the software uses."""

from __future__ import annotations

import io
from datetime import datetime
from itertools import count
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image
from wagtail.models import Locale, Page

from standfirst.accounts.actions import add_staff
from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.stories.actions.open_newsroom import open_edition, open_newsroom
from standfirst.stories.models import (
    Article,
    Byline,
    Contributor,
    ContributorIndex,
    Edition,
    Newsroom,
    Picture,
    Section,
    Thread,
    ThreadIndex,
    Topic,
    TopicIndex,
)

_numbers = count(1)


def newsroom(name: str = "Ridgeline") -> Newsroom:
    return open_newsroom(name=name, base_url="http://testserver")


def edition(language: str = "en", *, of: Newsroom | None = None) -> Edition:
    return open_edition(newsroom=of or Newsroom.objects.first() or newsroom(), language=language)


def locale(language: str) -> Locale:
    return Locale.objects.get(language_code=language)


def section(parent: Page, title: str = "Azerbaijan", **fields: Any) -> Section:
    return _child(parent, Section(title=title, locale=parent.locale, **fields))


def contributor(of: Edition, name: str = "Nino Example", **fields: Any) -> Contributor:
    return _child(ContributorIndex.objects.child_of(of).get(), Contributor(title=name, locale=of.locale, **fields))


def thread(of: Edition, title: str = "A border", **fields: Any) -> Thread:
    return _child(ThreadIndex.objects.child_of(of).get(), Thread(title=title, locale=of.locale, **fields))


def topic(of: Edition, title: str = "Railways", **fields: Any) -> Topic:
    return _child(TopicIndex.objects.child_of(of).get(), Topic(title=title, locale=of.locale, **fields))


def draft(parent: Section, headline: str = "", *, by: User | None = None, **fields: Any) -> Article:
    """An unpublished story with one revision."""
    headline = headline or f"Story number {next(_numbers)}"
    article = Article(
        title=headline,
        standfirst=fields.pop("standfirst", f"What {headline} is about."),
        live=False,
        locale=parent.locale,
        owner=by,
        **fields,
    )
    parent.add_child(instance=article)
    article.save_revision(user=by)
    return article


def story(
    parent: Section,
    headline: str = "",
    *,
    published_at: datetime | None = None,
    bylines: list[Contributor] | None = None,
    **fields: Any,
) -> Article:
    """A published story; `published_at` back-dates it."""
    topics = fields.pop("topics", [])
    article = draft(parent, headline, first_published_at=published_at, **fields)
    article.bylines = [Byline(contributor=person, sort_order=at) for at, person in enumerate(bylines or [])]
    article.topics = topics
    article.save_revision().publish()
    article.refresh_from_db()
    return article


def picture(title: str = "A picture", size: tuple[int, int] = (640, 427), **fields: Any) -> Picture:
    """A saved picture with words, made of one colour."""
    data = io.BytesIO()
    Image.new("RGB", size, (120, 60 + next(_numbers) % 100, 70)).save(data, "JPEG")
    data.seek(0)
    words = {"caption": f"What {title} shows", "credit": "Ridgeline", "description": f"{title} in words", **fields}
    return Picture.objects.create(title=title, file=ImageFile(data, name="picture.jpg"), **words)


def user(email: str = "", **fields: Any) -> User:
    email = email or f"person{next(_numbers)}@ridgeline.example"
    return User.objects.create_user(email, "correct horse battery", **fields)


def staff(role: Role, email: str = "") -> User:
    """Somebody of the newsroom with one role."""
    email = email or f"{role}{next(_numbers)}@ridgeline.example"
    return add_staff(email=email, name=str(role.label), role=role, password="correct horse battery")


def administrator() -> User:
    return user(is_superuser=True, is_staff=True)


def _child(parent: Page, page: Any) -> Any:
    parent.add_child(instance=page)
    return page
