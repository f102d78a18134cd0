"""Tests the fuzz corpus: an archive depends only on its inputs."""

import hashlib
import lzma
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

FUZZ = Path(__file__).parents[1] / "fuzz"
ARCHIVES = sorted((FUZZ / "corpus").iterdir())
INPUTS = {"b": b"second", "a": b"first", "c": bytes(5000)}


def _pack(folder: Path, archive: Path) -> bytes:
    subprocess.run([FUZZ / "pack", folder, archive], check=True)
    return archive.read_bytes()


def _folder(path: Path, inputs: dict[str, bytes], mode: int = 0o644, time: int = 1) -> Path:
    path.mkdir()
    for name, content in inputs.items():
        (path / name).write_bytes(content)
        (path / name).chmod(mode)
        os.utime(path / name, (time, time))
    return path


def _unpacked(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        files = {member.name: tar.extractfile(member) for member in tar}
        return {name: file.read() for name, file in files.items() if file}


def test_same_inputs_give_the_same_archive(tmp_path: Path) -> None:
    one = _folder(tmp_path / "one", INPUTS)
    other = _folder(tmp_path / "other", dict(sorted(INPUTS.items(), reverse=True)), mode=0o700, time=2**31)
    assert _pack(one, tmp_path / "one.tar.xz") == _pack(other, tmp_path / "other.tar.xz")
    assert _unpacked(tmp_path / "one.tar.xz") == INPUTS


def test_archive_of_the_same_inputs_is_left_alone(tmp_path: Path) -> None:
    """This holds even if another version of xz compressed the archive."""
    folder, archive = _folder(tmp_path / "inputs", INPUTS), tmp_path / "inputs.tar.xz"
    compressed_otherwise = lzma.compress(lzma.decompress(_pack(folder, archive)), preset=0)
    archive.write_bytes(compressed_otherwise)
    assert _pack(folder, archive) == compressed_otherwise
    (folder / "d").write_bytes(b"new")
    assert _pack(folder, archive) != compressed_otherwise
    assert _unpacked(archive) == INPUTS | {"d": b"new"}


def test_every_target_has_an_archive() -> None:
    targets = {path.stem for path in FUZZ.glob("fuzz_*.c")}
    assert {path.name.removesuffix(".tar.xz") for path in ARCHIVES} == targets


@pytest.mark.parametrize("archive", ARCHIVES, ids=[path.name for path in ARCHIVES])
def test_inputs_are_named_by_their_checksums(archive: Path) -> None:
    """Inputs have the names that libFuzzer's merge gives them. Another name means a seed, which make-seeds must write."""
    inputs = _unpacked(archive)
    assert inputs
    assert inputs == {hashlib.sha1(content).hexdigest(): content for content in inputs.values()}
