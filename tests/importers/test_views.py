"""Imports in the admin: administrators only, upload, progress, report, comments."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.importers.models import ImportRun
from standfirst.importers.tasks import run_uploaded
from standfirst.importers.wordpress.lock import import_folder, only_import
from standfirst.stories.models import Article, Edition
from tests import factories
from tests.importers.conftest import Importer
from tests.importers.exports import comment, item, wxr

INDEX = "/desk/imports/"


@pytest.fixture
def admin_client(client: Client, db: None) -> Client:
    client.force_login(factories.administrator())
    return client


def upload(client: Client, text: str, **fields: Any) -> Any:
    file = SimpleUploadedFile("export.xml", text.encode(), "application/xml")
    return client.post(INDEX, {"file": file, "pictures": "none", **fields})


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
@pytest.mark.parametrize("name", ["index", "run", "report", "comments_csv", "comments_json"])
def test_nobody_but_administrators_gets_in(import_items: Importer, client: Client, role: Role, name: str) -> None:
    run = import_items(item(1))
    person: User = factories.staff(role)
    client.force_login(person)
    address = reverse(f"importers:{name}", args=[run.pk] if name in ("run", "report") else [])
    response = client.get(address)
    assert response.status_code in (302, 403)
    assert b"export.xml" not in response.content
    assert client.post(INDEX).status_code in (302, 403)


def test_an_upload_waits_for_the_worker_and_comes_in(admin_client: Client, edition: Edition) -> None:
    response = upload(admin_client, wxr(item(1), item(2, status="trash")))
    run = ImportRun.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{INDEX}{run.pk}/")
    assert (run.state, run.file_name, run.started_by.is_superuser) == ("waiting", "export.xml", True)
    waiting = admin_client.get(run.get_absolute_url())
    assert waiting["Refresh"] == "2"
    assert not Article.objects.exists()
    run_uploaded.call(run.pk)
    run.refresh_from_db()
    assert run.state == "finished"
    page = admin_client.get(run.get_absolute_url())
    assert not page.has_header("Refresh")
    assert "The sums match" in page.content.decode()
    assert "was in the trash" in page.content.decode()
    refused = admin_client.get(run.get_absolute_url(), {"outcome": "refused"}).content.decode()
    assert "Post 2" in refused
    assert "Post 1" not in refused
    assert not list(import_folder().glob("upload-*"))
    assert Article.objects.get().latest_revision.user == run.started_by
    report = json.loads(b"".join(admin_client.get(f"{run.get_absolute_url()}report.json").streaming_content))
    assert [entry["outcome"] for entry in report["items"] if entry["kind"] == "item/post"] == ["in", "refused"]
    run_uploaded.call(run.pk)
    assert Article.objects.count() == 1


def test_what_is_no_export_or_no_mapping_is_said_at_the_form(admin_client: Client, edition: Edition) -> None:
    page = upload(admin_client, "<html></html>")
    assert page.status_code == 422
    assert "is no WordPress export" in page.content.decode()
    wrong = SimpleUploadedFile("mapping.toml", b"sektions = 1")
    page = upload(admin_client, wxr(), mapping=wrong)
    assert "sektions" in page.content.decode()
    assert not ImportRun.objects.exists()
    assert not list(import_folder().glob("upload-*"))


def test_an_upload_is_refused_where_another_node_might_import_it(
    admin_client: Client, edition: Edition, settings: Settings
) -> None:
    bucket = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": bucket}
    response = upload(admin_client, wxr(item(1)))
    assert response.status_code == 422
    assert "standfirst import wordpress" in response.content.decode()
    assert not ImportRun.objects.exists()
    assert not list(import_folder().glob("upload-*"))


def test_a_dry_run_leaves_a_report_and_nothing_else(admin_client: Client, edition: Edition) -> None:
    upload(admin_client, wxr(item(1)), dry_run="on", edition=edition.pk)
    run = ImportRun.objects.get()
    run_uploaded.call(run.pk)
    assert not Article.objects.exists()
    report = json.loads(b"".join(admin_client.get(f"{run.get_absolute_url()}report.json").streaming_content))
    assert report["dry_run"] is True
    assert report["items"]


def test_an_interrupted_import_can_be_ordered_again(admin_client: Client, edition: Edition) -> None:
    upload(admin_client, wxr(item(1)))
    run = ImportRun.objects.get()
    ImportRun.objects.update(state="working")
    assert "Go on" in admin_client.get(run.get_absolute_url()).content.decode()
    assert admin_client.post(f"{run.get_absolute_url()}go-on/").status_code == 302
    assert admin_client.get(f"{run.get_absolute_url()}go-on/").status_code == 405
    run_uploaded.call(run.pk)
    assert Article.objects.count() == 1


def test_two_imports_at_once_are_refused_in_words(admin_client: Client, edition: Edition) -> None:
    upload(admin_client, wxr(item(1)))
    run = ImportRun.objects.get()
    with only_import():
        run_uploaded.call(run.pk)
    run.refresh_from_db()
    assert "Another import is at work" in run.message
    assert not Article.objects.exists()


def test_comments_can_be_taken_away(admin_client: Client, import_items: Importer) -> None:
    import_items(item(1, extra=comment(1, "=HYPERLINK()", author="Ana")))
    table = b"".join(admin_client.get(f"{INDEX}comments.csv").streaming_content).decode()
    head, row = csv.reader(io.StringIO(table))
    assert dict(zip(head, row, strict=True))["text"] == "'=HYPERLINK()"
    lines = b"".join(admin_client.get(f"{INDEX}comments.jsonl").streaming_content).decode().splitlines()
    assert [(entry["author"], entry["text"]) for entry in map(json.loads, lines)] == [("Ana", "=HYPERLINK()")]
    assert "Download as CSV" in admin_client.get(INDEX).content.decode()


def test_the_menu_has_imports_for_administrators_only(client: Client, edition: Edition) -> None:
    client.force_login(factories.administrator())
    assert INDEX in client.get("/desk/").content.decode()
    client.force_login(factories.staff(Role.REPORTER))
    assert INDEX not in client.get("/desk/").content.decode()
