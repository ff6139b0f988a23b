"""Media in a bucket, over the real protocol: stored, handed out, kept private, and readable in parts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest
from django.core.files.base import ContentFile
from django.http import Http404
from django.test import Client, RequestFactory
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from standfirst.config.media import serve_media
from standfirst.kit.bucket import BucketStorage

pytestmark = [pytest.mark.enable_socket, pytest.mark.whole]

PUBLIC = "https://media.news.example/paper"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server that speaks S3's protocol."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def options(endpoint: str) -> dict[str, str]:
    keys = {"endpoint_url": endpoint, "region_name": "us-east-1"}
    name = f"paper-{uuid4().hex}"
    client = boto3.client("s3", aws_access_key_id="key", aws_secret_access_key="secret", **keys)
    client.create_bucket(Bucket=name)
    return {**keys, "bucket_name": name, "access_key": "key", "secret_key": "secret"}


@pytest.fixture
def bucket(options: dict[str, str], settings: Settings) -> BucketStorage:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "standfirst.kit.bucket.BucketStorage", "OPTIONS": options},
    }
    return BucketStorage(**options)


def stored(bucket: BucketStorage, name: str, data: bytes = b"0123456789") -> str:
    return str(bucket.save(name, ContentFile(data)))


def get(path: str, **headers: str):  # type: ignore[no-untyped-def]
    return serve_media(RequestFactory().get("/", headers=headers), path)


def body(response) -> bytes:  # type: ignore[no-untyped-def]
    data = b"".join(response)
    response.close()
    return data


def test_a_file_is_stored_read_and_never_overwritten(bucket: BucketStorage) -> None:
    first, second = stored(bucket, "images/a.webp", b"one"), stored(bucket, "images/a.webp", b"two")
    assert first == "images/a.webp"
    assert second != first
    with bucket.open(first) as file:
        assert file.read() == b"one"
    assert bucket.exists(second)
    bucket.delete(second)
    assert not bucket.exists(second)


def test_the_site_hands_out_what_readers_may_see(bucket: BucketStorage) -> None:
    name = stored(bucket, "images/a.webp")
    assert bucket.url(name) == "/media/images/a.webp"
    response = get(name)
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=604800"
    assert body(response) == b"0123456789"


@pytest.mark.parametrize("name", ["original_images/a.jpg", "documents/a.pdf"])
def test_originals_and_documents_are_handed_out_by_nobody(bucket: BucketStorage, name: str) -> None:
    stored(bucket, name)
    bucket.public_url = PUBLIC
    assert bucket.url(name) == f"/media/{name}"
    with pytest.raises(Http404):
        get(name)


@pytest.mark.parametrize("path", ["images/none.webp", "images/../original_images/a.jpg", "./original_images/a.jpg"])
def test_what_is_not_there_is_404(bucket: BucketStorage, path: str) -> None:
    stored(bucket, "original_images/a.jpg")
    with pytest.raises(Http404):
        get(path)


@pytest.mark.parametrize(
    ("wanted", "status", "part", "said"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
    ],
)
def test_a_range_is_read_from_the_bucket(
    bucket: BucketStorage, wanted: str, status: int, part: bytes, said: str | None
) -> None:
    response = get(stored(bucket, "film.mp4"), Range=wanted)
    assert (response.status_code, response.headers.get("Content-Range")) == (status, said)
    assert body(response) == part


def test_a_range_beyond_the_end_is_416(bucket: BucketStorage) -> None:
    assert get(stored(bucket, "film.mp4"), Range="bytes=90-99").status_code == 416


def test_what_the_reader_has_is_not_sent_again(bucket: BucketStorage) -> None:
    name = stored(bucket, "images/a.webp")
    response = get(name)
    changed = response["Last-Modified"]
    response.close()
    again = get(name, **{"If-Modified-Since": changed})
    assert (again.status_code, again.content) == (304, b"")


def test_a_public_address_takes_readers_there(options: dict[str, str], settings: Settings) -> None:
    storage = BucketStorage(**options, public_url=PUBLIC)
    name = stored(storage, "images/a b.webp")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "standfirst.kit.bucket.BucketStorage",
            "OPTIONS": {**options, "public_url": PUBLIC},
        },
    }
    response = get(name)
    assert (response.status_code, response["Location"]) == (302, storage.url(name))
    assert storage.url("images/ä.webp") == f"{PUBLIC}/images/%C3%A4.webp"


def test_a_storage_that_does_not_answer_is_503_and_logged(
    bucket: BucketStorage, options: dict[str, str], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "standfirst.kit.bucket.BucketStorage",
            "OPTIONS": {**options, "endpoint_url": "http://127.0.0.1:9"},
        },
    }
    response = get("images/a.webp")
    assert (response.status_code, response["Cache-Control"]) == (503, "no-store")
    assert "images/a.webp could not be sent: the storage does not answer" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.django_db
def test_a_picture_gets_its_sizes_in_the_bucket_and_its_original_stays_private(bucket: BucketStorage) -> None:
    from PIL import Image

    from standfirst.stories.models import Picture
    from standfirst.stories.tasks import make_renditions_of

    drawn = io.BytesIO()
    Image.new("RGB", (1600, 900), "navy").save(drawn, "JPEG")
    file = ContentFile(drawn.getvalue(), name="harbour.jpg")
    picture = Picture.objects.create(title="Harbour", description="A harbour at night", file=file)
    make_renditions_of.call(picture.pk)
    picture.refresh_from_db()
    assert picture.file.name.startswith("original_images/")
    files = [entry["file"] for entry in picture.ready]
    assert len(files) > 4
    assert all(bucket.exists(name) for name in files)
    response = Client().get(picture.nearest_url())
    assert response.status_code == 200
    assert body(response)[:2] in (b"\xff\xd8", b"\x89P")
