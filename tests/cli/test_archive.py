"""The archive: whole and checked, or refused without a trace."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.cli import main
from standfirst.cli.archive.database import unpack_sqlite
from standfirst.cli.archive.manifest import Manifest, is_allowed
from standfirst.cli.archive.read import check_archive, unpack
from standfirst.cli.archive.write import write_archive
from standfirst.cli.errors import Refusal
from standfirst.cli.home import find
from tests.cli.conftest import snapshot

Members = list[tuple[tarfile.TarInfo, bytes]]


@pytest.fixture
def archive(bare_home: Path, tmp_path: Path) -> Path:
    target = tmp_path / "backup.tar"
    write_archive(find(bare_home), target)
    return target


def _members(file: Path) -> Members:
    with tarfile.open(file) as opened:
        return [(member, (opened.extractfile(member) or io.BytesIO()).read()) for member in opened]


def _write(file: Path, members: Members) -> None:
    with tarfile.open(file, "w") as opened:
        for info, data in members:
            info.size = len(data)
            opened.addfile(info, io.BytesIO(data))


def test_an_archive_holds_what_a_newsroom_owns(archive: Path) -> None:
    manifest = check_archive(archive)
    assert set(manifest.files) == {
        "database.sqlite3.gz",
        "home/standfirst.toml",
        "home/secret.key",
        "home/media/original_images/პორტი.png",
        "home/theme/templates/extra.html",
    }
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.iterdir()].count("backup.tar") == 1
    assert not list(archive.parent.glob(".backup-*"))


def test_what_is_made_anew_is_left_out_of_an_archive_and_its_size(bare_home: Path, tmp_path: Path) -> None:
    before = write_archive(find(bare_home), tmp_path / "before.tar")
    for name in (
        "pages.lmdb/data.mdb",
        "counts.lmdb/2026-11-23.salt",
        "run/web-1.slot",
        "static/style.css",
        "cache/x.djcache",
        "static.stamp",
    ):
        (bare_home / name).parent.mkdir(exist_ok=True)
        (bare_home / name).write_bytes(b"made anew")

    after = write_archive(find(bare_home), tmp_path / "after.tar")

    assert set(after.files) == set(before.files)


def test_a_link_out_of_the_media_folder_is_left_out(bare_home: Path, tmp_path: Path) -> None:
    (bare_home / "media/passwords").symlink_to("/etc/passwd")
    manifest = write_archive(find(bare_home), tmp_path / "a.tar")
    assert "home/media/passwords" not in manifest.files


def test_the_database_is_copied_while_somebody_writes(bare_home: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(bare_home / "db.sqlite3", isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO story VALUES ('not yet committed')")
    manifest = write_archive(find(bare_home), tmp_path / "a.tar")
    writer.execute("COMMIT")
    writer.close()
    stored = _unpacked(tmp_path / "a.tar", manifest, tmp_path / "home")
    unpack_sqlite(stored, tmp_path / "copy.sqlite3", manifest.database_size)
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    assert copy.execute("SELECT headline FROM story").fetchall() == [("Trains to the south",)]
    copy.close()


def _unpacked(file: Path, manifest: Manifest, home: Path) -> Path:
    home.mkdir()
    return unpack(file, manifest, home)


def test_what_was_written_comes_back(archive: Path, bare_home: Path, tmp_path: Path) -> None:
    _unpacked(archive, check_archive(archive), tmp_path / "again")
    before, after = snapshot(bare_home), snapshot(tmp_path / "again")
    after.pop("restored-database")
    assert after == {name: before[name] for name in after}
    assert set(before) - set(after) == {"db.sqlite3"}
    assert (tmp_path / "again/secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("tenths", range(10))
def test_an_archive_that_is_cut_off_is_refused(archive: Path, tenths: int) -> None:
    whole = archive.read_bytes()
    # The manifest's own end is followed by nothing but padding.
    archive.write_bytes(whole[: len(whole) * tenths // 20])
    with pytest.raises(Refusal, match=r"damaged|cut off"):
        check_archive(archive)


def test_an_altered_byte_is_found(archive: Path) -> None:
    members = _members(archive)
    altered = [(info, data.replace(b"picture", b"pictury", 1)) for info, data in members]
    _write(archive, altered)
    with pytest.raises(Refusal, match="is not as it was written to the archive"):
        check_archive(archive)


def _escaping(members: Members) -> None:
    members.insert(0, (tarfile.TarInfo("home/media/../../../etc/evil"), b"x"))


def _absolute(members: Members) -> None:
    members.insert(0, (tarfile.TarInfo("/etc/evil"), b"x"))


def _linking(members: Members) -> None:
    link = tarfile.TarInfo("home/media/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc"
    members.insert(0, (link, b""))


def _device(members: Members) -> None:
    device = tarfile.TarInfo("home/media/null")
    device.type = tarfile.CHRTYPE
    members.insert(0, (device, b""))


def _twice(members: Members) -> None:
    members.insert(0, members[0])


def _after_the_manifest(members: Members) -> None:
    members.append((tarfile.TarInfo("home/media/late.png"), b"x"))


def _unlisted(members: Members) -> None:
    members.insert(0, (tarfile.TarInfo("home/media/extra.png"), b"x"))


def _missing(members: Members) -> None:
    del members[1]


def _newer(members: Members) -> None:
    _change_manifest(members, format=2, version="9.0")


def _no_manifest_at_all(members: Members) -> None:
    members[-1] = (members[-1][0], b"[]")


def _change_manifest(members: Members, **changes: object) -> None:
    info, data = members[-1]
    members[-1] = (info, json.dumps({**json.loads(data), **changes}).encode())


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (_escaping, "which no backup writes"),
        (_absolute, "which no backup writes"),
        (_linking, "which no backup writes"),
        (_device, "which no backup writes"),
        (_twice, "which no backup writes"),
        (_after_the_manifest, "which no backup writes"),
        (_unlisted, "is not as it was written"),
        (_missing, "is missing from"),
        (_newer, "newer version, 9.0"),
        (_no_manifest_at_all, "cannot be read"),
    ],
)
def test_a_tampered_archive_is_refused_and_nothing_is_made(
    tamper: Callable[[Members], None],
    said: str,
    archive: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    members = _members(archive)
    tamper(members)
    _write(archive, members)
    before = {path.name for path in tmp_path.iterdir()}
    assert main(["restore", str(archive), "--home", str(tmp_path / "new")]) == 2
    assert said in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_database_longer_than_its_manifest_says_is_refused(archive: Path, tmp_path: Path) -> None:
    manifest = check_archive(archive)
    stored = _unpacked(archive, manifest, tmp_path / "home")
    with pytest.raises(Refusal, match="not as long"):
        unpack_sqlite(stored, tmp_path / "db.sqlite3", manifest.database_size - 1)


def test_a_newsroom_that_is_there_is_not_touched(
    archive: Path, bare_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(bare_home)
    assert main(["restore", str(archive), "--home", str(bare_home)]) == 2
    assert "add --overwrite" in capsys.readouterr().err
    assert snapshot(bare_home) == before


def test_a_damaged_database_is_not_backed_up_as_if_it_were_sound(bare_home: Path, tmp_path: Path) -> None:
    database = bare_home / "db.sqlite3"
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.write_bytes(content)
    with pytest.raises(Refusal, match="database"):
        write_archive(find(bare_home), tmp_path / "a.tar")
    assert not (tmp_path / "a.tar").exists()


def test_a_backup_never_replaces_a_file(bare_home: Path, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = archive.read_bytes()
    assert main(["backup", "--home", str(bare_home), "--to", str(archive)]) == 2
    assert "exists; name another file" in capsys.readouterr().err
    assert archive.read_bytes() == before


@given(st.text(alphabet="abc./\\\x00~ é", max_size=20))
def test_an_allowed_name_always_stays_inside(name: str) -> None:
    base = Path("/base/home")
    if is_allowed(f"home/media/{name}"):
        inside = (base / "media" / name).resolve()
        assert inside.is_relative_to(base / "media")
        assert inside != base / "media"
