"""Tests the ACPI tables and the grub.cfg of the boot tests' machines."""

from pathlib import Path
from typing import Any

import pytest

from rootmode import acpi, image
from rootmode.machine import Machine, MachineError

SHIPPED = """\
set timeout=3
set default=0
menuentry "rootmode" {
\tmultiboot2 /boot/rootmode.elf
}
menuentry "rootmode, observing" {
\tmultiboot2 /boot/rootmode.elf observe
}
"""


def test_madt() -> None:
    madt = acpi.madt([acpi.local_apic(3), acpi.local_x2apic(0x1234), acpi.raw_entry(0, 0)])
    assert madt[:4] == b"APIC"
    assert int.from_bytes(madt[4:8], "little") == len(madt) == 44 + 8 + 16 + 2
    assert sum(madt) % 256 == 0
    assert madt[36:40] == bytes.fromhex("0000e0fe")
    assert madt[44:52] == bytes([0, 8, 3, 3, 1, 0, 0, 0])
    assert madt[52:56] == bytes([9, 16, 0, 0])
    assert madt[56:60] == bytes.fromhex("34120000")


def test_madt_with_faults() -> None:
    assert sum(acpi.madt([], good_sum=False)) % 256 != 0
    short = acpi.madt([acpi.local_apic(0)], length=45)
    assert int.from_bytes(short[4:8], "little") == 45


def test_grub_cfg() -> None:
    machine = Machine(cmdline="observe console=ttyS0,115200 odd;word", grub_lines=("insmod wrmsr", "wrmsr 0x3a 0x1"))
    assert image.grub_cfg(SHIPPED, machine) == """\
set timeout=0
set default=0
menuentry "rootmode" {
\tinsmod wrmsr
\twrmsr 0x3a 0x1
\tmultiboot2 /boot/rootmode.elf observe console=ttyS0,115200 'odd;word'
}
menuentry "rootmode, observing" {
\tmultiboot2 /boot/rootmode.elf observe
}
"""


@pytest.mark.parametrize("cmdline, words", [("", " prove"), (" ", ""), ("verbose", " verbose")])
def test_grub_lines_keep_the_default_command_line(cmdline: str, words: str) -> None:
    shipped = SHIPPED.replace(f"{image.KERNEL}\n", f"{image.KERNEL} prove\n", 1)
    cfg = image.grub_cfg(shipped, Machine(cmdline=cmdline, grub_lines=("insmod wrmsr",)))
    assert f"\tinsmod wrmsr\n\tmultiboot2 {image.KERNEL}{words}\n" in cfg


def test_default_cmdline(iso: Path, workdir: Path) -> None:
    assert image.default_cmdline(iso, workdir) == "prove"


def test_grub_cfg_of_another_image() -> None:
    with pytest.raises(MachineError, match="is it ours"):
        image.grub_cfg("linux /vmlinuz\n", Machine())


@pytest.mark.parametrize("other", [{"vehicle": "qemu"}, {"door": "iso"}, {"loader": "/x", "files": {"/x": b""}}])
def test_tables_without_grub_are_for_the_door_kernel_of_bochs(other: dict[str, Any]) -> None:
    machine: dict[str, Any] = {"vehicle": "bochs", "door": "kernel", "tables": (acpi.madt([]),)}
    assert Machine(**machine).tables
    with pytest.raises(MachineError, match="use GRUB's command acpi"):
        Machine(**machine | other)
