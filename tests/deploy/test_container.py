"""The container files: read, compared with the options and the files they name, and not run."""

from __future__ import annotations

import json
import re
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import yaml
from tests.deploy.checkers import DEPLOY, ROOT

from standfirst.config.cdn import cdn_service
from standfirst.config.options import ENV_PREFIX, Options, load

FOLDER = DEPLOY / "container"
CONTAINERFILE = (FOLDER / "Containerfile").read_text()
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD"}
VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, continuation lines joined and comments left out."""
    lines = [line for line in CONTAINERFILE.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return found


def test_the_containerfile_has_known_instructions_only_and_ends_as_a_command() -> None:
    found = instructions()

    assert {name for name, _rest in found} <= INSTRUCTIONS | {"ENTRYPOINT"}
    assert found[0][0] == "FROM"
    for name, rest in found:
        if name in {"CMD", "ENTRYPOINT"}:
            assert all(isinstance(word, str) for word in json.loads(rest))
    assert found[-2:] == [("ENTRYPOINT", '["standfirst"]'), ("CMD", '["serve", "--host", "0.0.0.0"]')]


def test_the_container_runs_as_somebody_without_rights() -> None:
    (user,) = [rest for name, rest in instructions() if name == "USER"]

    assert user == "standfirst"
    assert any("useradd --system" in rest and user in rest for name, rest in instructions() if name == "RUN")


def test_everything_is_installed_with_checksums_from_files_that_are_there() -> None:
    copied = [word for name, rest in instructions() if name == "COPY" and "--from" not in rest for word in rest.split()]
    made = (ROOT / "Makefile").read_text()

    assert [
        word for word in copied[:-1] if not word.startswith("./") and not (ROOT / word).exists() and word not in made
    ] == []
    assert [
        rest
        for name, rest in instructions()
        if "pip install" in rest and not re.search("--require-hashes|--no-index", rest)
    ] == []


def test_no_image_names_a_registry_and_each_names_its_version(compose: dict[str, Any]) -> None:
    images = {service["image"] for service in compose["services"].values()}
    images |= {rest.split()[0] for name, rest in instructions() if name == "FROM"}

    assert [image for image in images if "." in image.split("/")[0].split(":")[0]] == []
    assert {image for image in images if ":" not in image} == {"standfirst"}


def test_every_service_volume_network_and_file_that_is_named_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", [])) <= set(services), name
        for network in service.get("networks", []):
            assert network in compose["networks"], name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (FOLDER / source).is_file(), source
            else:
                assert source in compose["volumes"], source
    used = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert set(compose["volumes"]) <= used
    assert (FOLDER / services["node-a"]["build"]["context"] / services["node-a"]["build"]["dockerfile"]).resolve() == (
        FOLDER / "Containerfile"
    )


def test_only_the_proxy_can_be_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if service.get("ports")] == ["caddy"]


def test_nodes_have_the_same_options_and_a_home_each(compose: dict[str, Any]) -> None:
    first, second = (compose["services"][name] for name in ("node-a", "node-b"))

    assert first["environment"] == second["environment"]
    assert first["volumes"] != second["volumes"]


def test_the_options_are_options_and_fit_together(
    compose: dict[str, Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {ENV_PREFIX + name.upper() for name in Options.model_fields}
    environment = compose["services"]["node-a"]["environment"]
    assert set(environment) <= known
    values = example() | {"DATABASE_PASSWORD": "secret", "MEDIA_ACCESS_KEY": "key", "MEDIA_SECRET_KEY": "secret"}
    for name, value in environment.items():
        monkeypatch.setenv(name, VARIABLE.sub(lambda found: values.get(found[1]) or found[3] or "", str(value)))
    (tmp_path / "standfirst.toml").write_text("")
    options = load(tmp_path)

    assert cdn_service(options).urls == ("http://varnish:6081",)
    assert (options.tasks, options.media_endpoint, options.behind_proxy) == ("rq", "http://storage:9000", True)


def example() -> dict[str, str]:
    lines = (FOLDER / "example.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_variable_stands_in_the_example_and_no_secret_has_a_value_there() -> None:
    text = "\n".join(
        line for line in (FOLDER / "compose.yaml").read_text().splitlines() if not line.lstrip().startswith("#")
    )
    used = {found[1]: found[2] for found in VARIABLE.finditer(text)}

    assert set(used) == set(example())
    assert {name for name, value in example().items() if not value} == {
        "DATABASE_PASSWORD",
        "MEDIA_ACCESS_KEY",
        "MEDIA_SECRET_KEY",
    }
    assert {name for name, mark in used.items() if mark == "?"} == {
        "BASE_URL",
        "DATABASE_PASSWORD",
        "MEDIA_ACCESS_KEY",
        "MEDIA_SECRET_KEY",
    }


def test_varnish_knows_the_nodes_and_believes_the_proxy_alone(compose: dict[str, Any]) -> None:
    site = (FOLDER / "site.vcl").read_text()
    nodes = sorted(name for name in compose["services"] if name.startswith("node-"))
    assert sorted(re.findall(r'\.host = "([^"]+)"', site)) == nodes

    (subnet,) = (ip_network(one["subnet"]) for one in compose["networks"]["inside"]["ipam"]["config"])
    proxy = compose["services"]["caddy"]["networks"]["inside"]["ipv4_address"]
    assert ip_address(proxy) in subnet
    assert f'acl proxies {{\n    "{proxy}";\n}}' in site
    assert f'"{subnet.network_address}"/{subnet.prefixlen};' in site


def test_what_was_not_run_says_so() -> None:
    for file in ("Containerfile", "compose.yaml"):
        assert "# Not run by those who wrote it" in (FOLDER / file).read_text()
