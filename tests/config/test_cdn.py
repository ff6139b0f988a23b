"""The options of the CDN: what they become, and what is refused with key, value and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from standfirst.config import cdn
from standfirst.config.options import OptionsError, load
from standfirst.delivery.purging.cdn.service import Service

AZURE = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Cdn/profiles/P/afdEndpoints/E"


@pytest.fixture(autouse=True)
def _everything_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdn, "_is_installed", lambda _module: True)


def service(folder: Path, text: str) -> Service:
    (folder / "standfirst.toml").write_text(f'base_url = "https://news.example"\n{text}', encoding="utf-8")
    return cdn.cdn_service(load(folder))


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(OptionsError) as caught:
        service(folder, text)
    return str(caught.value)


def test_there_is_no_cdn_by_default(tmp_path: Path) -> None:
    found = service(tmp_path, "")

    assert (found.name, found.purged) == ("none", False)


def test_a_varnish_needs_addresses(tmp_path: Path) -> None:
    found = service(tmp_path, 'cdn = "varnish"\ncdn_urls = ["http://127.0.0.1:6081/", "http://10.0.0.2:6081"]')

    assert found.urls == ("http://127.0.0.1:6081", "http://10.0.0.2:6081")
    assert 'cdn is "varnish", but cdn_urls is empty' in refusal(tmp_path, 'cdn = "varnish"')


@pytest.mark.parametrize("url", ["127.0.0.1:6081", "ftp://cache", "http://cache/purge", "http://cache/?x"])
def test_an_address_of_a_cache_is_scheme_host_and_port(tmp_path: Path, url: str) -> None:
    assert f'cdn_urls has "{url}": write scheme, host and port' in refusal(
        tmp_path, f'cdn = "http"\ncdn_urls = ["{url}"]'
    )


def test_the_secret_may_come_from_the_environment_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = "0123456789abcdef0123456789abcdef"
    monkeypatch.setenv("STANDFIRST_CDN_TOKEN", "hush hush")
    assert "hush" not in refusal(tmp_path, f'cdn = "cloudflare"\ncdn_id = "{zone}"')

    monkeypatch.setenv("STANDFIRST_CDN_TOKEN", "hush")
    found = service(tmp_path, f'cdn = "cloudflare"\ncdn_id = "{zone}"')
    assert (found.identity, found.token, found.by_address) == (zone, "hush", False)
    assert "hush" not in refusal(tmp_path, "")  # unread


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('cdn = "akamai"', "'none', 'http', 'varnish', 'cloudflare', 'cloudfront', 'azure' or 'fastly'"),
        ('cdn = "cloudflare"\ncdn_token = "t"', 'cdn is "cloudflare", but cdn_id is "": write the zone\'s id'),
        ('cdn = "cloudflare"\ncdn_id = "x"\ncdn_token = "t"', 'cdn_id is "x"'),
        ('cdn = "fastly"\ncdn_id = "SERVICE123"', "cdn_token is empty or has blanks: give it an API token"),
        ('cdn = "cloudfront"\ncdn_id = "arn:aws"', 'cdn_id is "arn:aws": write the distribution\'s id'),
        ('cdn = "azure"\ncdn_id = "frontdoor"', "the endpoint's resource ID, /subscriptions/"),
        ('cdn_urls = ["http://cache"]', "cdn_urls is ['http://cache'], but cdn is \"none\": leave cdn_urls out"),
        ('cdn_id = "x"', "cdn_id is 'x', but cdn is \"none\": leave cdn_id out, or make cdn cloudflare, fastly"),
        ('cdn_token = "t"', 'but cdn is "none": leave cdn_token out, or make cdn cloudflare or fastly'),
        (
            'cdn = "fastly"\ncdn_id = "SERVICE123"\ncdn_token = "t"\ncdn_by_address = true',
            'cdn_by_address is true, but cdn is "fastly"',
        ),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in refusal(tmp_path, text)


def test_missing_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdn, "_is_installed", lambda module: module != "boto3")

    assert "pip install boto3" in refusal(tmp_path, 'cdn = "cloudfront"\ncdn_id = "E2EXAMPLE12345"')


def test_by_address_means_every_name_under_both_schemes_where_that_counts(tmp_path: Path) -> None:
    names = 'allowed_hosts = ["www.news.example", ".wild.example"]\n'
    plain = service(tmp_path, f'{names}cdn = "http"\ncdn_urls = ["http://127.0.0.1:6081"]')
    azure = service(tmp_path, f'{names}cdn = "azure"\ncdn_id = "{AZURE}"')

    assert plain.hosts == (
        "https://news.example",
        "http://news.example",
        "https://www.news.example",
        "http://www.news.example",
    )
    assert azure.hosts == ("https://news.example",)
