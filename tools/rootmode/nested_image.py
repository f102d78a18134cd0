"""Makes the image that an inner machine boots: the shipped kernel, byte for byte, on a minimal image.

Each port access of GRUB's disk driver exits to QEMU there and costs thousands of instructions, and
Linux must read the image from Bochs' disk first. The shipped image would take several times as long.
For BIOS the image is a CD with the few GRUB modules needed. For UEFI it is GRUB as one EFI program that
contains everything, which QEMU passes to the firmware (-kernel).
"""

import io
import shlex
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rootmode.image import GRUB_CFG, KERNEL, default_cmdline, kernel_beside
from rootmode.machine import Machine, MachineError
from rootmode.programs import output

_BIOS_GRUB = Path("/usr/lib/grub/i386-pc")
_UEFI_GRUB = Path("/usr/lib/grub/x86_64-efi")
_MODULES = ("acpi", "multiboot2", "normal", "rdmsr", "wrmsr")
_BIOS_MODULES = (*_MODULES, "biosdisk", "configfile", "iso9660")
_UEFI_MODULES = (*_MODULES, "memdisk", "tar")


def why_not() -> str:
    """Return what is missing on this host to make these images, or ""."""
    missing = [str(path) for path in (_BIOS_GRUB, _UEFI_GRUB) if not path.is_dir()]
    return f"{', '.join(missing)} missing: run tools/setup" if missing else ""


def kernel(iso: Path, workdir: Path) -> bytes:
    """Return the kernel on the shipped image. Raises MachineError if there is no image, or no kernel on it."""
    if not iso.is_file():
        raise MachineError(f"no image at {iso}: build it with 'make iso'")
    to = workdir / "kernel"
    to.unlink(missing_ok=True)
    output(["xorriso", "-no_rc", "-osirrox", "on", "-indev", iso, "-extract", KERNEL, to])
    return to.read_bytes()


def for_machine(machine: Machine, iso: Path, workdir: Path) -> Path:
    """Make what this machine boots in workdir: the kernel, or an image for its firmware."""
    if machine.door == "kernel":
        stripped = workdir / "kernel"
        output(["strip", "--strip-debug", "-o", stripped, kernel_beside(iso)])
        return stripped
    return _make(replace(machine, cmdline=machine.cmdline or default_cmdline(iso, workdir)), kernel(iso, workdir), workdir)


def _make(machine: Machine, kernel_bytes: bytes, workdir: Path) -> Path:
    """Make the image for this machine's firmware in workdir."""
    load = " ".join(["multiboot2", KERNEL, *map(shlex.quote, machine.cmdline.split())])
    cfg = "\n".join([*machine.grub_lines, load, "boot", ""])
    files = {KERNEL: kernel_bytes, **machine.files}
    if machine.firmware == "uefi":
        return _efi_program(cfg, files, workdir)
    return bios_cd(_BIOS_MODULES, {GRUB_CFG: cfg.encode(), **files}, workdir)


def bios_cd(modules: Sequence[str], files: Mapping[str, bytes | Path], workdir: Path) -> Path:
    """Make a CD for BIOS: GRUB with these modules, and files by path, given as contents or as paths on this host."""
    cd, grafts = workdir / "cd.iso", []
    for number, (path, contents) in enumerate(files.items()):
        if isinstance(contents, Path):
            source = contents
        else:
            source = workdir / f"cd-file-{number}"
            source.write_bytes(contents)
        grafts.append(f"{path}={source}")
    output([
        "grub-mkrescue", "-d", _BIOS_GRUB, f"--install-modules={' '.join(modules)}", "--fonts=",
        "--themes=", "--locales=", "-o", cd, *grafts,
    ])
    return cd


def _efi_program(cfg: str, files: Mapping[str, bytes], workdir: Path) -> Path:
    """Make GRUB with a memory disk that has the files. GRUB starts with cfg."""
    disk, start, program = workdir / "disk.tar", workdir / "start.cfg", workdir / "grub.efi"
    with tarfile.open(disk, "w") as tar:
        for path, contents in files.items():
            member = tarfile.TarInfo(path.removeprefix("/"))
            member.size = len(contents)
            tar.addfile(member, io.BytesIO(contents))
    start.write_text("set root=memdisk\n" + cfg, "utf-8")
    output([
        "grub-mkimage", "-d", _UEFI_GRUB, "-O", "x86_64-efi", "-p", "(memdisk)/boot/grub",
        "-c", start, "-m", disk, "-o", program, *_UEFI_MODULES,
    ])
    return program
