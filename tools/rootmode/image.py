"""Makes variants of the shipped ISO: the same kernel and boot images, another grub.cfg, more files.

A variant is the shipped image followed by a second session. Of the shipped bytes only the volume
descriptor changes, so tests use the kernel, boot images and partition tables that are shipped.
"""

import re
import shlex
import shutil
from pathlib import Path

from rootmode.machine import Machine, MachineError
from rootmode.programs import output

GRUB_CFG = "/boot/grub/grub.cfg"
KERNEL = "/boot/rootmode.elf"
NAME = "boot.iso"  # in the run's own directory

_TIMEOUT = re.compile(r"^(\s*set timeout=).*$", re.MULTILINE)
_MULTIBOOT2 = re.compile(rf"^(\s*)multiboot2\s+{re.escape(KERNEL)}\b(.*)$", re.MULTILINE)


def for_machine(machine: Machine, iso: Path, workdir: Path) -> Path:
    """Put the image that the machine boots, shipped or variant, in workdir, and return its name.

    Raises MachineError if there is no image, or it is not ours.
    """
    if not iso.is_file():
        raise MachineError(f"no image at {iso}: build it with 'make iso'")
    boot = workdir / NAME
    boot.unlink(missing_ok=True)
    if machine.is_stock:
        boot.symlink_to(iso.resolve())
        return Path(NAME)
    shutil.copyfile(iso, boot)
    cfg = grub_cfg(_extract(iso, GRUB_CFG, workdir / "shipped-grub.cfg"), machine)
    maps = []
    for path, contents in {GRUB_CFG: cfg.encode(), **machine.files}.items():
        staged = workdir / "image" / path.lstrip("/")
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(contents)
        maps += ["-map", str(staged), path]
    _xorriso(["-dev", str(boot), "-boot_image", "any", "keep", *maps])
    return Path(NAME)


def kernel_beside(iso: Path) -> Path:
    """Return the kernel beside the image, of which that is made. Raises MachineError if there is none."""
    kernel = iso.with_name("rootmode.elf")
    if not kernel.is_file():
        raise MachineError(f"no kernel at {kernel}: build it with 'make'")
    return kernel.resolve()


def grub_cfg(shipped: str, machine: Machine) -> str:
    """Return the shipped grub.cfg without its timeout, with the first entry changed for the machine."""
    default = shlex.split(_default_entry(shipped)[2])
    kernel = [KERNEL, *(machine.cmdline.split() if machine.cmdline else default)]
    loads = [_command("multiboot2", kernel)]
    if machine.loader:
        loads = [_command("multiboot2", machine.loader.split()), _command("module2", kernel)]

    def entry(line: re.Match[str]) -> str:
        return "\n".join(line[1] + command for command in [*machine.grub_lines, *loads])

    return _MULTIBOOT2.sub(entry, _TIMEOUT.sub(r"\g<1>0", shipped), count=1)


def _command(name: str, words: list[str]) -> str:
    return " ".join([name, *map(shlex.quote, words)])


def default_cmdline(iso: Path, workdir: Path) -> str:
    """Return the command line in the image's first menu entry, which is the default."""
    entry = _default_entry(_extract(iso, GRUB_CFG, workdir / "shipped-grub.cfg"))
    return " ".join(shlex.split(entry[2]))


def _default_entry(shipped: str) -> re.Match[str]:
    """Return the default entry's line that loads the kernel. Raises MachineError if there is none."""
    entry = _MULTIBOOT2.search(shipped)
    if not entry:
        raise MachineError(f"the image's grub.cfg has no line 'multiboot2 {KERNEL}': is it ours?")
    return entry


def _extract(iso: Path, path: str, to: Path) -> str:
    to.unlink(missing_ok=True)
    _xorriso(["-osirrox", "on", "-indev", str(iso), "-extract", path, str(to)])
    return to.read_text("utf-8")


def _xorriso(arguments: list[str]) -> None:
    output(["xorriso", "-no_rc", "-report_about", "WARNING", *arguments])
