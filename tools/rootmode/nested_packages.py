"""Downloads and unpacks Debian's packages for the nested vehicle's Linux. It installs none of them.

The packages are kept, so only the first run and a search for newer packages need the network.
"""

import io
import os
import re
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rootmode.machine import MachineError
from rootmode.programs import output

_KERNEL = "linux-image-cloud-amd64"  # an empty package that depends on the newest cloud kernel
_BUSYBOX = "busybox-static"
_DOWNLOAD_S = 300


@dataclass(frozen=True)
class Packages:
    """The files of the packages."""

    kernel: Path
    busybox: Path


def kept(directory: Path) -> Packages | None:
    """Return the packages last downloaded to the directory, or None if one is missing."""
    kernels = _latest_first(directory.glob("linux-image-*.deb"))
    busyboxes = _latest_first(directory.glob(f"{_BUSYBOX}_*.deb"))
    return Packages(kernels[0], busyboxes[0]) if kernels and busyboxes else None


def download(directory: Path) -> Packages:
    """Return the newest packages in apt's lists, and download those that are missing.

    Raises MachineError if apt has no lists or cannot download.
    """
    directory.mkdir(parents=True, exist_ok=True)
    depends = re.search(r"^Depends: (linux-image-\S+)", _apt_record(_KERNEL), re.MULTILINE)
    if not depends:
        raise MachineError(f"apt's {_KERNEL} names no kernel")
    return Packages(_newest(depends[1], directory), _newest(_BUSYBOX, directory))


def with_libraries(name: str, prefix: str, directory: Path) -> list[Path]:
    """Return the package, and those with this prefix that it depends on. Download the newest of each that is not kept."""
    directory.mkdir(parents=True, exist_ok=True)
    options = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
    listing = output(["apt-cache", "depends", "--recurse", *options, name]).decode("utf-8", "replace")
    names = [name, *re.findall(rf"^{prefix}\S*$", listing, re.MULTILINE)]
    kept_ones = {each: _latest_first(directory.glob(f"{each}_*.deb")) for each in names}
    return [found[0] if found else _newest(each, directory) for each, found in kept_ones.items()]


def files(package: Path, pattern: str) -> dict[str, bytes]:
    """Return the contents of the package's files whose whole path, such as "./bin/sh", matches the pattern."""
    packed = output(["dpkg-deb", "--fsys-tarfile", package])
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        members = [member for member in tar if member.isfile() and re.fullmatch(pattern, member.name)]
        opened = {member.name: tar.extractfile(member) for member in members}
        return {name: file.read() for name, file in opened.items() if file}


def _latest_first(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)


def _newest(name: str, directory: Path) -> Path:
    """Download the package's newest version. Update the file's time, because kept() returns the newest file."""
    version = re.search(r"^Version: (\S+)$", _apt_record(name), re.MULTILINE)
    if not version:
        raise MachineError(f"apt's lists give {name} no version")
    file = directory / f"{name}_{version[1].replace(':', '%3a')}_amd64.deb"  # as apt-get names it
    if not file.is_file():
        _fetch(f"{name}={version[1]}", file)
    os.utime(file)
    return file


def _apt_record(name: str) -> str:
    """Return the entry of the package's newest version in apt's lists. Raises MachineError if there is none."""
    try:
        return output(["apt-cache", "show", "--no-all-versions", name]).decode("utf-8", "replace")
    except MachineError as error:
        raise MachineError(f"apt knows no {name}: run 'apt-get update' as root ({error})") from None


def _fetch(package: str, to: Path) -> None:
    with tempfile.TemporaryDirectory(dir=to.parent) as scratch:
        # For root, apt downloads as another user, who may have no access to this directory.
        command = ["apt-get", "-q", "-o", "APT::Sandbox::User=", "download", package]
        output(command, _DOWNLOAD_S, Path(scratch))
        downloaded = list(Path(scratch).glob("*.deb"))
        if len(downloaded) != 1:
            raise MachineError(f"'apt-get download {package}' gave {len(downloaded)} files")
        os.replace(downloaded[0], to)
