"""Media in a bucket of an S3-compatible storage, through django-storages and boto3 (the extra `s3`).

Nothing in the bucket needs to be public: addresses under `/media/` are answered by the site, which hands the file on.
With `public_url` readers get pictures from there; then the bucket must let anybody read what is not in a private folder
(`standfirst.kit.uploads`).
"""

from __future__ import annotations

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from standfirst.kit.ranges import Fetched
from standfirst.kit.uploads import PRIVATE_FOLDERS

CHUNK = 64 * 1024
_MISSING = {"404", "NoSuchKey", "NotFound"}


def _client_config(*, named: bool) -> Config:
    """Return how boto3 talks to the storage; `named`: the bucket's name is part of the host (Amazon), not of the path.

    Checksums that Amazon added in 2025 are sent only where they are required: other providers refuse them.
    """
    return Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "auto" if named else "path"},
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class BucketStorage(S3Storage):
    """A bucket whose addresses are the site's own, or lie under `public_url`."""

    def __init__(self, *, public_url: str = "", **options: Any) -> None:
        config = _client_config(named=not options.get("endpoint_url"))
        super().__init__(client_config=config, default_acl=None, file_overwrite=False, **options)
        self.public_url = public_url

    def url(self, name: str, *_arguments: Any, **_options: Any) -> str:
        """Return the address of `name`: for readers under `public_url`, else under `MEDIA_URL`."""
        public = bool(self.public_url) and not name.startswith(PRIVATE_FOLDERS)
        start = f"{self.public_url}/" if public else settings.MEDIA_URL
        return start + str(filepath_to_uri(name)).lstrip("/")

    def fetch(self, name: str, wanted: str = "") -> Fetched:
        """Begin to read `name`, or the one range of it that `wanted`, a Range header, asks for.

        Raises FileNotFoundError when there is no such file, ValueError when the range lies outside it, and
        ConnectionError when the storage does not answer or refuses.
        """
        asked = {"Range": wanted} if wanted else {}
        try:
            found = self.bucket.Object(self._normalize_name(name)).get(**asked)
        except ClientError as error:
            code = str(error.response["Error"].get("Code", ""))
            if code in _MISSING:
                raise FileNotFoundError(name) from error
            if code in {"InvalidRange", "416"}:
                raise ValueError(wanted) from error
            raise ConnectionError(f"the storage refuses {name} ({code}); check its keys and rights") from error
        except BotoCoreError as error:
            raise ConnectionError(f"the storage does not answer ({error})") from error
        return Fetched(
            chunks=found["Body"].iter_chunks(CHUNK),
            length=found["ContentLength"],
            content_range=found.get("ContentRange", ""),
            modified=found["LastModified"].timestamp(),
        )
