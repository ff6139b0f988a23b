"""What several nodes share follows from the options."""

from __future__ import annotations

from pathlib import Path

import pytest

from standfirst.config import shared
from standfirst.config.options import Options, OptionsError, load
from standfirst.config.policies import DESK_POLICY, allowing_pictures

BUCKET = {
    "media_bucket": "paper",
    "media_endpoint": "https://s3.example/",
    "media_access_key": "key",
    "media_secret_key": "secret",
    "media_url": "https://media.news.example/paper",
}


def test_media_are_in_the_home_folder_unless_there_is_a_bucket() -> None:
    assert shared.media_settings(Options()) == {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    assert shared.media_sources(Options()) == []
    settings = shared.media_settings(Options(**BUCKET))
    assert settings["BACKEND"] == "standfirst.kit.bucket.BucketStorage"
    assert settings["OPTIONS"]["endpoint_url"] == "https://s3.example"
    assert settings["OPTIONS"]["region_name"] is None


def test_pictures_are_allowed_from_the_public_address_and_nothing_else() -> None:
    sources = shared.media_sources(Options(**BUCKET))
    assert sources == ["https://media.news.example"]
    policy = allowing_pictures(DESK_POLICY, sources)
    assert {name for name, value in policy.items() if "https://media.news.example" in value} == {"img-src"}
    assert "https://media.news.example" not in DESK_POLICY["img-src"]


def test_the_cache_is_a_file_beside_sqlite_and_a_table_in_postgresql(tmp_path: Path) -> None:
    assert shared.cache_settings(Options(), tmp_path)["LOCATION"] == tmp_path / "cache"
    options = Options(database_url="postgresql://db/paper", redis_url="redis://cache")
    assert shared.cache_settings(options, tmp_path)["BACKEND"] == "standfirst.delivery.cached.SharedCache"


def test_tasks_go_to_the_database_unless_rq_is_asked_for() -> None:
    assert shared.task_settings(Options())["BACKEND"] == "django_tasks_db.DatabaseBackend"
    assert shared.task_settings(Options(redis_url="redis://cache"))["BACKEND"] == "django_tasks_db.DatabaseBackend"
    settings = shared.task_settings(Options(redis_url="redis://cache", tasks="rq"))
    assert settings["BACKEND"] == "standfirst.kit.tasks.RQBackend"
    assert settings["OPTIONS"] == {"redis_url": "redis://cache"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('tasks = "rq"', ["set redis_url", 'tasks = "database"']),
        ('redis_url = "http://cache"', ["redis_url", "redis://:password@host:6379/0"]),
        ('media_url = "https://media.example"', ["media_url is set but media_bucket is not"]),
        ('media_bucket = "a"\nmedia_access_key = "k"', ["media_access_key and media_secret_key belong together"]),
        ('media_bucket = "a"\nmedia_endpoint = "s3.example"', ["media_endpoint", "write the whole address"]),
    ],
)
def test_half_a_configuration_is_refused(tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "standfirst.toml").write_text(text, encoding="utf-8")
    with pytest.raises(OptionsError) as caught:
        load(tmp_path, {})
    assert [word for word in words if word not in str(caught.value)] == []


def test_a_refusal_shows_no_secret(tmp_path: Path) -> None:
    (tmp_path / "standfirst.toml").write_text('redis_url = "redys://:hunter2@cache"', encoding="utf-8")
    with pytest.raises(OptionsError) as caught:
        load(tmp_path, {})
    assert "hunter2" not in str(caught.value)
