"""Files of the old site: what is what it says comes in, everything else is refused and listed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from django.test import Client
from PIL import Image
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model

from standfirst.importers.models import ImportRun
from standfirst.importers.wordpress import media
from standfirst.importers.wordpress.filetypes import judge
from standfirst.importers.wordpress.media import Folder, MediaRefused
from standfirst.importers.wordpress.survey import Attachment
from standfirst.kit.http import FetchFailed, FetchRefused
from standfirst.stories.models import Picture
from tests.importers.conftest import Importer
from tests.importers.exports import SITE, item
from tests.importers.test_import import story

UPLOADS = f"{SITE}/wp-content/uploads"


def jpeg(size: tuple[int, int] = (64, 48), colour: str = "teal") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "JPEG")
    return data.getvalue()


def attachment(number: int, name: str, **fields: Any) -> str:
    meta = {"_wp_attached_file": f"2020/05/{name}"} | fields.pop("meta", {})
    values = {"content": "", "parent": 1, "url": f"{UPLOADS}/2020/05/{name}", "meta": meta} | fields
    return item(number, kind="attachment", **values)


@pytest.fixture
def uploads(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "uploads"
    (folder / "2020" / "05").mkdir(parents=True)
    return folder  # type: ignore[return-value]


def put(folder: Path, name: str, data: bytes) -> None:
    (folder / "2020" / "05" / name).write_bytes(data)


def reasons(run: ImportRun) -> dict[str, str]:
    refused = run.items.filter(outcome="refused", kind="attachment")
    return {one.old_id: one.remarks[0][1] for one in refused}


def test_pictures_come_with_their_words_and_stand_in_their_stories(
    import_items: Importer, uploads: Path, client: Client
) -> None:
    put(uploads, "bridge.jpg", jpeg())
    put(uploads, "law.pdf", b"%PDF-1.7\n%" + b"x" * 100)
    parts = [
        attachment(
            5, "bridge.jpg", excerpt="The bridge", content="Photo: Nino Beridze",
            meta={"_wp_attachment_image_alt": "A stone bridge"}, link=f"{SITE}/2020/05/post-1/bridge/",
        ),
        attachment(6, "law.pdf", title="The law"),
        item(1, content=f'<img class="wp-image-5" src="{UPLOADS}/2020/05/bridge-300x200.jpg">\n\n'
                        f'<a href="{UPLOADS}/2020/05/law.pdf">Read it</a>', meta={"_thumbnail_id": "5"}),
    ]  # fmt: skip
    run = import_items(*parts, media="folder", media_folder=str(uploads))
    picture, document = Picture.objects.get(), get_document_model().objects.get()
    assert (picture.caption, picture.credit, picture.description) == ("The bridge", "Nino Beridze", "A stone bridge")
    assert document.title == "The law"
    found = story(1)
    assert found.lead_picture == picture
    assert found.body[0].value["picture"] == picture
    assert found.body[1].value.source == f'<p><a linktype="document" id="{document.pk}">Read it</a></p>'
    assert run.report["kinds"]["item/attachment"] == {"expected": 2, "in": 2, "remark": 0, "refused": 0}
    for old in ("/2020/05/post-1/bridge/", "/?attachment_id=5"):
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, found.url)
    for old in ("/wp-content/uploads/2020/05/bridge.jpg", "/wp-content/uploads/2020/05/bridge-300x200.jpg"):
        assert client.get(old)["Location"] == picture.nearest_url()
    again = import_items(*parts, media="folder", media_folder=str(uploads))
    assert Picture.objects.count() == 1
    assert {one.action for one in again.items.filter(element="item")} == {"unchanged"}


def test_media_left_out_come_with_a_later_import(import_items: Importer, uploads: Path) -> None:
    put(uploads, "bridge.jpg", jpeg())
    parts = [attachment(5, "bridge.jpg"), item(1, content='<img class="wp-image-5" src="/x.jpg">')]
    first = import_items(*parts)
    assert [block.block_type for block in story(1).body] == ["unconverted"]
    assert [one.remarks[0][0] for one in first.items.filter(kind="attachment")] == ["media_left_out"]
    second = import_items(*parts, media="folder", media_folder=str(uploads))
    assert [block.block_type for block in story(1).body] == ["picture"]
    assert second.items.get(kind="post").action == "updated"
    assert {remark[0] for remark in second.items.get(kind="attachment").remarks} == {"no_alt", "no_credit"}


def test_words_of_a_picture_follow_the_export_until_staff_change_them(import_items: Importer, uploads: Path) -> None:
    put(uploads, "bridge.jpg", jpeg())
    options = {"media": "folder", "media_folder": str(uploads)}
    import_items(attachment(5, "bridge.jpg", excerpt="One"), **options)
    run = import_items(attachment(5, "bridge.jpg", excerpt="Two"), **options)
    assert (Picture.objects.get().caption, run.items.get(kind="attachment").action) == ("Two", "updated")
    Picture.objects.update(caption="Ours")
    run = import_items(attachment(5, "bridge.jpg", excerpt="Three"), **options)
    assert (Picture.objects.get().caption, run.items.get(kind="attachment").action) == ("Ours", "kept")


def test_pictures_that_only_a_text_names_come_too(import_items: Importer, uploads: Path) -> None:
    put(uploads, "River.jpg", jpeg())
    run = import_items(
        item(1, content=f'<img src="{UPLOADS}/2020/05/River-1024x768.jpg">'),
        media="folder", media_folder=str(uploads),
    )  # fmt: skip
    assert [block.block_type for block in story(1).body] == ["picture"]
    assert run.report["sums_match"]


def test_what_is_not_what_it_says_is_refused_and_listed(import_items: Importer, uploads: Path) -> None:
    bomb = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x00\x00\x00\x01\x00\x00\x08\x02\x00\x00\x00" + b"\0" * 40
    wrong = {
        "page.jpg": b"<html><script>steal()</script></html>",
        "program.png": b"MZ" + b"\0" * 200,
        "drawing.svg": b"<svg onload='steal()'><script>1</script></svg>",
        "hidden.png": b"<?xml version='1.0'?><svg xmlns='x'/>",
        "paper.pdf": b"<html>",
        "tool.exe": b"MZ" + b"\0" * 200,
        "cut.jpg": jpeg()[:300],
        "bomb.png": bomb,
        "empty.jpg": b"",
        "code.txt": b"<?php system($_GET['x']); ?>",
        "real.php": b"<?php",
    }
    for name, data in wrong.items():
        put(uploads, name, data)
    parts = [attachment(number, name) for number, name in enumerate(wrong, 10)]
    run = import_items(*parts, attachment(99, "missing.jpg"), media="folder", media_folder=str(uploads))
    assert Picture.objects.count() == get_document_model().objects.count() == 0
    found = reasons(run)
    assert set(found) == {str(number) for number in [*range(10, 10 + len(wrong)), 99]}
    assert all(found.values())
    assert "missing.jpg is not in the media folder" in found["99"]
    assert run.report["sums_match"]
    assert not list((uploads.parent / "media").glob("**/*.*"))


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.jpg", jpeg()[:64], "picture"),
        ("a.JPEG?x=1", jpeg()[:64], "picture"),
        ("a.pdf", b"%PDF-1.4", "document"),
        ("a.mp3", b"ID3\x04" + b"\0" * 20, "document"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 30, "document"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document"),
        ("a.csv", b"a;b\n1;2\n", "document"),
        ("a.pdf", b"plain", ""),
        ("a.mp3", b"%PDF-1.4", ""),
        ("a.zip", b"Rar!", ""),
        ("a.csv", b"a\0b", ""),
        ("a", b"plain", ""),
    ],
)
def test_the_first_bytes_decide(name: str, head: bytes, kind: str) -> None:
    found, reason = judge(name, head)
    assert found == kind
    assert bool(reason) != bool(kind)


@pytest.mark.parametrize("path", ["../../secret.jpg", "/etc/passwd", "2020/05/link.jpg"])
def test_nothing_outside_the_media_folder_is_read(tmp_path: Path, uploads: Path, path: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(jpeg())
    (uploads / "2020" / "05" / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(MediaRefused):
        Folder(uploads).open(Attachment("1", 0, f"{UPLOADS}/{path}", path=path))


class _Web:
    """Stands for the network: answers, refuses or fails by address."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, url: str, **limits: Any) -> Any:
        self.asked.append(url)
        assert limits["max_bytes"] > 0
        assert limits["timeout"] > 0
        if "10.0.0.1" in url:
            raise FetchRefused("10.0.0.1 is inside a private network")
        if "gone" in url:
            raise FetchFailed("old.example answered 404 Not Found")
        return _Answer(io.BytesIO(jpeg()))


class _Answer:
    def __init__(self, file: IO[bytes]) -> None:
        self.file = file


def test_downloads_that_are_refused_or_fail_are_listed(
    import_items: Importer, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = _Web()
    monkeypatch.setattr(media, "fetch", web.fetch)
    run = import_items(
        attachment(1, "good.jpg"),
        attachment(2, "gone.jpg"),
        attachment(3, "x.jpg", url="http://10.0.0.1/x.jpg"),
        media="download",
    )
    assert Picture.objects.count() == 1
    assert reasons(run) == {
        "2": "old.example answered 404 Not Found",
        "3": "10.0.0.1 is inside a private network",
    }
    web.asked.clear()
    import_items(attachment(1, "good.jpg"), media="download", dry_run=True)
    assert web.asked == []
    assert Picture.objects.count() == 1


def test_attachment_pages_without_a_story_lead_to_the_file(
    import_items: Importer, uploads: Path, client: Client
) -> None:
    put(uploads, "bridge.jpg", jpeg())
    import_items(attachment(5, "bridge.jpg", parent=0), media="folder", media_folder=str(uploads))
    assert Redirect.objects.filter(redirect_page__isnull=False, old_path__contains="attachment").count() == 0
    assert client.get("/?attachment_id=5")["Location"] == Picture.objects.get().nearest_url()
