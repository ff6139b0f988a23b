"""Documents are taken by content, played by range, and never run in a reader's browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests import factories as make
from wagtail.documents import get_document_model
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0123456789"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"0123456789"


def document(name: str, content: bytes) -> Document:
    return get_document_model().objects.create(title="A file", file=ContentFile(content, name=name))


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def desk(client: Client, settings: Any) -> Client:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(make.administrator())
    return client


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("page.html", b"<script>alert(1)</script>", "not allowed"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not allowed"),
        ("report.pdf", b"<script>alert(1)</script>", "is not what its extension “.pdf” says"),
        ("film.mp4", PDF, "is not what its extension “.mp4” says"),
    ],
)
def test_what_could_run_or_lies_is_refused(desk: Client, name: str, content: bytes, message: str) -> None:
    file = SimpleUploadedFile(name, content)
    data = {"title": "A file", "file": file, "collection": Collection.get_first_root_node().pk}
    response = desk.post(reverse("wagtaildocs:add"), data)
    assert message in str(response.context["form"].errors["file"])
    assert not get_document_model().objects.exists()


def test_honest_document_is_taken(desk: Client) -> None:
    file = SimpleUploadedFile("report.pdf", PDF)
    desk.post(
        reverse("wagtaildocs:add"),
        {"title": "A file", "file": file, "collection": Collection.get_first_root_node().pk},
    )
    assert get_document_model().objects.get().file_size == len(PDF)


@pytest.mark.parametrize(
    ("name", "content", "kind", "inline"),
    [
        ("report.pdf", PDF, "application/pdf", True),
        ("film.mp4", MP4, "video/mp4", True),
        ("words.vtt", b"WEBVTT\n", "text/vtt", True),
        ("table.csv", b"a,b\n", "text/csv", False),
        ("notes.txt", b"<script>", "text/plain", False),
        ("old.html", b"<script>alert(1)</script>", "text/html", False),
    ],
)
def test_how_a_document_is_served(client: Client, name: str, content: bytes, kind: str, inline: bool) -> None:
    response = client.get(document(name, content).url)
    assert body(response) == content
    assert response["Content-Type"].split(";")[0] == kind
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response.get("Content-Disposition", "inline").startswith("inline" if inline else "attachment")


def test_part_of_a_film(client: Client) -> None:
    response = client.get(document("film.mp4", MP4).url, headers={"Range": "bytes=4-7"})
    assert (response.status_code, body(response)) == (206, b"ftyp")
    assert response["Content-Range"] == f"bytes 4-7/{len(MP4)}"
    assert response["Content-Type"] == "video/mp4"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_part_of_a_private_film_stays_private(client: Client) -> None:
    film = document("film.mp4", MP4)
    CollectionViewRestriction.objects.create(collection=film.collection, restriction_type="login")
    response = client.get(film.url, headers={"Range": "bytes=4-7"})
    assert response.status_code == 302
    assert b"ftyp" not in response.content


def test_lost_file_is_not_found_for_a_range_either(client: Client) -> None:
    film = document("film.mp4", MP4)
    film.file.storage.delete(film.file.name)
    assert client.get(film.url, headers={"Range": "bytes=4-7"}).status_code == 404
