"""Caddy, nginx and Varnish understand their configurations, and nginx does what its file promises."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from tests.delivery.cdn.listening import Listening, listening
from tests.deploy.checkers import DEPLOY, free_port, needs, program, run, until_it_listens

CADDYFILE = DEPLOY / "caddy" / "Caddyfile"
SITE = DEPLOY / "nginx" / "standfirst.conf"
LETS_ENCRYPT = "/etc/letsencrypt/live/news.example"


@needs("caddy", "caddy")
def test_caddy_understands_its_file(tmp_path: Path) -> None:
    status, said = run("caddy", "validate", "--adapter", "caddyfile", "--config", str(CADDYFILE))
    assert (status, said.splitlines()[-1]) == (0, "Valid configuration")

    broken = tmp_path / "Caddyfile"
    broken.write_text(CADDYFILE.read_text().replace("reverse_proxy", "revers_proxy"))
    assert run("caddy", "validate", "--adapter", "caddyfile", "--config", str(broken))[0] != 0


@needs("varnishd", "varnish varnish-modules")
@pytest.mark.parametrize("keys", ["keys.vcl", "keys-by-ban.vcl"])
@pytest.mark.parametrize("place", ["varnish", "container"])
def test_varnish_understands_its_files(tmp_path: Path, keys: str, place: str) -> None:
    if keys == "keys.vcl" and not any(Path("/usr/lib").glob("**/varnish/vmods/libvmod_xkey.so")):
        pytest.skip("vmod_xkey is not installed (Debian: apt install varnish-modules)")
    for file in (DEPLOY / "varnish").glob("*.vcl"):
        shutil.copy(file, tmp_path)
    # Names of other machines are looked up when it compiles.
    site = (DEPLOY / place / "site.vcl").read_text().replace('"node-a"', '"127.0.0.1"').replace('"node-b"', '"::1"')
    (tmp_path / "site.vcl").write_text(site)
    main = tmp_path / "standfirst.vcl"
    main.write_text(main.read_text().replace("./keys.vcl", f"./{keys}"))

    status, said = run("varnishd", "-j", "none", "-C", "-f", str(main))
    assert status == 0, said[-2000:]
    main.write_text(main.read_text().replace("return (hash);", "return (hush);"))
    assert run("varnishd", "-j", "none", "-C", "-f", str(main))[0] != 0


@dataclass
class Nginx:
    """A running nginx with our site at `port`, the home folder it may read, and what reached Standfirst."""

    port: int
    home: Path
    standfirst: Listening

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask over https."""
        context = ssl._create_unverified_context()  # noqa: S323 - the certificate is the test's own
        connection = HTTPSConnection("127.0.0.1", self.port, timeout=10, context=context)
        sent = {"Host": "news.example"} | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, headers=sent)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers.items()), answer.read()
        finally:
            connection.close()


def write_wrapper(folder: Path, port: int, behind: int, home: Path) -> Path:
    """Write a whole configuration around our site, with ports and folders of the test."""
    certificate = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=news.example",
    ]
    subprocess.run(
        [*certificate, "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True,
        capture_output=True,
    )
    text = SITE.read_text()
    for old, new in {
        LETS_ENCRYPT: str(folder),
        "/srv/newsroom": str(home),
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "listen 80;": f"listen 127.0.0.2:{port};",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    text = "\n".join(line for line in text.splitlines() if "[::]" not in line)
    (folder / "site.conf").write_text(text)
    wrapper = folder / "nginx.conf"
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    wrapper.write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{places}include /etc/nginx/mime.types;\ninclude {folder}/site.conf;\n}}\n"
    )
    return wrapper


@needs("nginx", "nginx-light")
@needs("openssl", "openssl")
def test_nginx_understands_its_file(tmp_path: Path) -> None:
    wrapper = write_wrapper(tmp_path, free_port(), 8000, tmp_path)
    status, said = run("nginx", "-t", "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(wrapper))
    assert status == 0, said
    assert "[warn]" not in said

    (tmp_path / "site.conf").write_text((tmp_path / "site.conf").read_text().replace("proxy_pass", "proxy_past"))
    assert run("nginx", "-t", "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(wrapper))[0] != 0


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    home, port = tmp_path / "newsroom", free_port()
    for file in ("static/site.css", "media/images/a.jpg", "media/original_images/a.jpg", "media/documents/a.pdf"):
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_text(file)
    (home / "secret.key").write_text("hush")
    with listening() as standfirst:
        wrapper = write_wrapper(tmp_path, port, int(standfirst.url.rpartition(":")[2]), home)
        process = subprocess.Popen(
            [program("nginx"), "-p", tmp_path, "-e", tmp_path / "error.log", "-c", wrapper, "-g", "user root;"]
        )
        try:
            until_it_listens(port, process)
            yield Nginx(port, home, standfirst)
        finally:
            process.terminate()
            process.wait(20)


@needs("nginx", "nginx-light")
@needs("openssl", "openssl")
def test_nginx_sends_style_sheets_and_pictures_itself_with_their_headers(nginx: Nginx) -> None:
    status, headers, body = nginx.ask("/static/site.css")
    assert (status, body, headers["Content-Type"]) == (200, b"static/site.css", "text/css")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"

    status, headers, body = nginx.ask("/media/images/a.jpg")
    assert (status, body, headers["Content-Type"]) == (200, b"media/images/a.jpg", "image/jpeg")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert nginx.standfirst.asked == []


@needs("nginx", "nginx-light")
@needs("openssl", "openssl")
@pytest.mark.parametrize(
    "path",
    [
        "/media/documents/a.pdf",
        "/media/original_images/a.jpg",
        "/static/gone.css",
        "/media/images/../../secret.key",
        "/static/..%2fsecret.key",
        "/secret.key",
        "/en/",
    ],
)
def test_everything_else_is_asked_of_standfirst(nginx: Nginx, path: str) -> None:
    nginx.standfirst.answers = [(404, {}, b"asked")]
    status, _headers, body = nginx.ask(path)

    assert (status, body) in {(404, b"asked")} or (status == 400 and b"hush" not in body)


@needs("nginx", "nginx-light")
@needs("openssl", "openssl")
def test_nothing_that_a_reader_claims_about_the_way_gets_through(nginx: Nginx) -> None:
    nginx.ask(
        "/en/",
        X_Forwarded_For="6.6.6.6",
        X_Forwarded_Proto="http",
        X_Forwarded_Host="evil.example",
        X_Real_IP="6.6.6.6",
        Forwarded="for=6.6.6.6",
    )
    (asked,) = nginx.standfirst.asked

    assert asked.headers["X-Forwarded-For"] == "127.0.0.1"
    assert asked.headers["X-Forwarded-Proto"] == "https"
    assert asked.headers["Host"] == "news.example"
    assert not {"X-Forwarded-Host", "X-Real-IP", "Forwarded"} & set(asked.headers)
