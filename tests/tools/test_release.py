"""Tests that `make release` builds the same bits from a clone and from the source archive.

The folder, time, locale and umask differ. The times are later than any commit, because dpkg-deb replaces only
times that are newer than the commit.
"""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rootmode.project import TOP, outside_make

NEEDED = ("dh", "dpkg-buildpackage", "fakeroot", "faketime", "grub-mkrescue", "nasm")


def _release(tree: Path, time: str, **environment: str) -> Path:
    clean = {key: value for key, value in outside_make().items() if not key.startswith("SOURCE_DATE")}
    done = subprocess.run(
        ["faketime", time, "make", "release"], cwd=tree, env=clean | environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False,
        umask=int(environment.get("UMASK", "022"), 8),
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return tree / "build/release"


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _unpack(archive: Path, to: Path) -> Path:
    to.mkdir(parents=True)
    subprocess.run(["tar", "-xf", archive, "-C", to], check=True)
    (tree,) = to.iterdir()
    return tree


def test_release_is_the_same_bits(tmp_path: Path) -> None:
    for program in NEEDED:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed: run tools/setup")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", TOP, clone], check=True)
    first = _files(_release(clone, "2035-01-02 03:04:05"))
    name = f"rootmode-{subprocess.check_output([clone / 'tools/version', 'name'], text=True).strip()}"
    kinds = [".debug", ".efi", ".elf", ".iso", ".tar.xz", "-netboot.tar.xz"]
    assert {f"{name}{kind}" for kind in kinds} | {"NOTICES", "SHA256SUMS"} == {file for file in first if file[-4:] != ".deb"}
    assert [re.sub("_.*", "", file) for file in first if file.endswith(".deb")] == ["rootmode-iso", "rootmode"]
    listed = {file: digest for digest, file in (line.split("  ") for line in first["SHA256SUMS"].decode().splitlines())}
    assert listed == {file: hashlib.sha256(data).hexdigest() for file, data in first.items() if file != "SHA256SUMS"}
    tree = _unpack(clone / "build/release" / f"{name}.tar.xz", tmp_path / "another" / "longer" / "path")
    second = _files(_release(tree, "2037-11-12 13:14:15", TZ="Asia/Tokyo", LC_ALL="C.UTF-8", UMASK="077"))
    assert [file for file in first.keys() | second.keys() if first.get(file) != second.get(file)] == []


def test_release_refuses_what_is_not_committed(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", TOP, clone], check=True)
    with open(clone / "README.md", "a", encoding="utf-8") as readme:
        readme.write("\n")
    done = subprocess.run([clone / "tools/release", tmp_path / "out"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "commit or stash it first" in done.stderr
