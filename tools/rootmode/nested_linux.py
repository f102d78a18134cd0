"""Prepares the Linux of the nested vehicle: Debian's cloud kernel, and an initial file system with QEMU and KVM.

    cd tools && python3 -m rootmode.nested_linux

This prepares it from the newest packages and prints its directory. If that fails, it prints the reason
and exits with status 3. Everything is kept in build/nested: packages/ has Debian's packages, and a
directory named after a hash of all inputs has `vmlinuz` and `initrd`. A run makes a new directory if
QEMU, its libraries, the firmware or our own programs have changed. It downloads packages only if there
are none yet.
"""

import hashlib
import lzma
import os
import re
import shutil
import sys
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path

from rootmode import nested_archive, nested_packages
from rootmode.machine import MachineError
from rootmode.nested_archive import File, Link
from rootmode.nested_packages import Packages
from rootmode.programs import output
from rootmode.project import TOP

_BUILD = TOP / "build" / "nested"
_SOURCES = TOP / "tools" / "nested"

_QEMU = "qemu-system-x86_64"
_LOADER = Path("/lib64/ld-linux-x86-64.so.2")
_FIRMWARE = (
    Path("/usr/share/seabios/bios-256k.bin"), Path("/usr/share/qemu/kvmvapic.bin"),
    Path("/usr/share/qemu/linuxboot_dma.bin"), Path("/usr/share/qemu/pvh.bin"),
)
_MODULES = (
    "virt/lib/irqbypass.ko", "arch/x86/kvm/kvm.ko", "arch/x86/kvm/kvm-intel.ko",
    "arch/x86/kernel/msr.ko",
)
# The end of a signed module: signature, information about it with its size at the end, this text.
_SIGNED, _SIGNATURE_INFO = b"~Module signature appended~\n", 12
_APPLETS = "cat cut dmesg grep insmod mount poweroff rmmod sed sh stty tr".split()
_DIRECTORIES = ("dev", "proc", "sys", "tmp")


@dataclass(frozen=True)
class Linux:
    """The kernel and the initial file system that Bochs boots."""

    kernel: Path
    initrd: Path


def why_not() -> str:
    """Return what is missing on this host to prepare the Linux, or ""."""
    programs = [name for name in (_QEMU, "gcc", "lz4", "dpkg-deb", "ldd") if not shutil.which(name)]
    files = [str(path) for path in (_LOADER, *_FIRMWARE) if not path.is_file()]
    missing = programs + files
    return f"{', '.join(missing)} missing: run tools/setup" if missing else ""


def prepare(look_for_newer: bool = False) -> Linux:
    """Return the Linux, and make it first if its inputs have changed. Raises MachineError on failure.

    If newer packages cannot be downloaded, it uses those of an earlier run and prints a warning.
    """
    missing = why_not()
    if missing:
        raise MachineError(missing)
    packages = _packages(look_for_newer)
    made = _BUILD / _inputs_hash(packages)
    if not made.is_dir():
        _make(made, packages)
    return Linux(made / "vmlinuz", made / "initrd")


def _packages(look_for_newer: bool) -> Packages:
    directory = _BUILD / "packages"
    kept = nested_packages.kept(directory)
    if kept and not look_for_newer:
        return kept
    try:
        return nested_packages.download(directory)
    except MachineError as error:
        if not kept:
            raise
        print(f"warning: using {kept.kernel.name} of an earlier run: {error}", file=sys.stderr)
        return kept


def _inputs_hash(packages: Packages) -> str:
    """Return a hash of all inputs of the Linux."""
    digest = hashlib.sha256()
    for path in sorted([*_SOURCES.iterdir(), Path(__file__), Path(nested_archive.__file__)]):
        digest.update(path.read_bytes())
    for package in astuple(packages):
        digest.update(f"{package.name} {package.stat().st_size}".encode())
    for path in [_qemu(), *_libraries(_qemu()), *_FIRMWARE]:
        digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _qemu() -> Path:
    return Path(shutil.which(_QEMU) or _QEMU)


def _libraries(program: Path) -> list[Path]:
    """Return the shared libraries that the program loads."""
    listing = output(["ldd", program]).decode("utf-8", "replace")
    return [Path(path) for path in re.findall(r"=> (/\S+)", listing)]


def _make(made: Path, packages: Packages) -> None:
    """Make the directory with `vmlinuz` and `initrd`, completely or not at all, and delete older ones."""
    modules = "|".join(_MODULES)
    wanted = rf"\./boot/vmlinuz-.*|\.(/usr)?/lib/modules/[^/]+/kernel/({modules})(\.xz)?"
    kernel = nested_packages.files(packages.kernel, wanted)
    busybox = list(nested_packages.files(packages.busybox, r"\.(/usr)?/bin/busybox").values())
    images = [path for path in kernel if "vmlinuz" in path]
    if len(images) != 1 or len(kernel) != 1 + len(_MODULES) or len(busybox) != 1:
        found = ", ".join([*kernel, *["busybox"] * len(busybox)])
        raise MachineError(f"{packages.kernel.name}, {packages.busybox.name}: just {found} in them")
    with tempfile.TemporaryDirectory(dir=_BUILD) as scratch:
        new = Path(scratch) / "new"
        new.mkdir()
        (new / "vmlinuz").write_bytes(kernel.pop(images[0]))
        archive = Path(scratch) / "archive"
        files = _file_system(kernel, busybox[0], Path(scratch))
        archive.write_bytes(nested_archive.pack(files, _DIRECTORIES))
        output(["lz4", "-l", "-9", "-q", archive, new / "initrd"])  # -l: the legacy format, the only one that Linux reads
        shutil.rmtree(made, ignore_errors=True)
        os.replace(new, made)
    for other in _BUILD.glob("[0-9a-f]" * 16):
        if other != made:
            shutil.rmtree(other, ignore_errors=True)


def _module(path: str, contents: bytes) -> tuple[str, bytes]:
    """Return a kernel module's path in the initial file system, and its contents, which newer packages compress."""
    name = Path(path).name.removesuffix(".xz")
    return f"modules/{name}", _unsigned(lzma.decompress(contents) if path.endswith(".xz") else contents)


def _unsigned(module: bytes) -> bytes:
    """Return the module without its signature, for which Linux would compute two digests: a third of its instructions."""
    if not module.endswith(_SIGNED):
        return module
    end = len(module) - len(_SIGNED)
    return module[:end - _SIGNATURE_INFO - int.from_bytes(module[end - 4:end], "big")]


def _file_system(
    modules: dict[str, bytes], busybox: bytes, scratch: Path
) -> dict[str, File | Link]:
    """Return the files of the initial file system that are the same for all runs."""
    supervise = scratch / "supervise"
    output(["gcc", "-O2", "-Wall", "-Wextra", "-o", supervise, _SOURCES / "supervise.c"])
    programs = {
        "init": (_SOURCES / "init").read_bytes(), "bin/busybox": busybox,
        "bin/supervise": supervise.read_bytes(), f"bin/{_QEMU}": _qemu().read_bytes(),
        str(_LOADER).removeprefix("/"): _LOADER.read_bytes(),
    }
    plain = dict(_module(path, contents) for path, contents in modules.items())
    plain |= {f"lib/{path.name}": path.read_bytes() for path in _libraries(_qemu())}
    plain |= {f"firmware/{path.name}": path.read_bytes() for path in _FIRMWARE}
    return (
        {f"bin/{name}": Link("busybox") for name in _APPLETS}
        | {path: File(contents) for path, contents in plain.items()}
        | {path: File(contents, is_program=True) for path, contents in programs.items()}
    )


def main() -> int:
    """Prepare the Linux; see the module's docstring."""
    try:
        print(prepare(look_for_newer=True).kernel.parent)
    except MachineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
