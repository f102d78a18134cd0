"""Memory maps and boot information that loaders and firmware really hand over: each boot ends with the right verdict."""

from typing import Any

from boot_case import Case, boot_cases
from spoiled import spoiled, spoiled_qemu


def _fine(name: str, words: str, cpus: int = 2, **more: Any) -> Case:
    """A state that costs no CPU anything."""
    return Case(f"state-{name}", spoiled(words, cpus), "PASS", (cpus, cpus), **more)


def _low_page(name: str, words: str, address: str) -> Case:
    """The page below 1 MiB in which APs start lies below what the BIOS claims, though the map calls more free."""
    return _fine(name, f"{words} low-free", facts=(f"smp: xapic mode, trampoline at {address}, .*",))


def _uefi(name: str, words: str, memory: str) -> Case:
    """Under QEMU's UEFI, where devices may still write to memory that drivers had."""
    machine = spoiled_qemu(words, firmware="uefi")
    return Case(f"state-uefi-{name}", machine, "UNSUPPORTED no-vmx", (0, 2), facts=(f"boot: {memory}",))


_LEFT_OUT = r"boot: warning: the memory map has too many free ranges: .*"
_NO_ROOM = (r"boot: error: no memory for the list of CPUs: the largest free range has \d+ KiB", r"smp: hint: .*")

test_boot = boot_cases([
    _fine("map-of-pages-and-a-large-tail", "mmap=63 piece=1 mmap-tail", facts=(_LEFT_OUT,)),
    _fine("map-in-reverse", "mmap=100 mmap-reverse", facts=(_LEFT_OUT,)),
    Case("state-map-of-20000", spoiled("mmap=20000"), "FAIL out-of-memory", (0, 1), facts=(_LEFT_OUT, *_NO_ROOM)),
    Case("state-map-of-30000", spoiled("mmap=30000"), "FAIL out-of-memory", (0, 1), facts=(_LEFT_OUT, *_NO_ROOM)),
    _fine("no-map", "no-mmap", facts=(r"boot: warning: the loader gives no memory map: using the memory size .*",)),
    _fine("no-rsdp", "no-acpi", facts=(r"acpi: the loader passed no RSDP: using the one .*",)),
    Case(
        "state-no-low-memory", spoiled("nolow", 2), "FAIL no-low-memory", (1, 2),
        facts=(r"cpu 1: error: no free page between 64 KiB and 640 KiB .*", r"cpu 1: hint: .*"),
    ),
    _low_page("ebda", "ebda=0x9000", "0x8f000"),
    _low_page("base-memory", "base-memory=256", "0x3f000"),
    _low_page("ebda-below-base-memory", "ebda=0x7000 base-memory=512", "0x6f000"),
    _low_page("ebda-that-cannot-be", "ebda=0xA001", "0x9e000"),
    Case("state-ebda-at-64-kib", spoiled("ebda=0x1000 low-free"), "FAIL no-low-memory", (1, 2)),
    _uefi("map", "none", r"\d+ MiB of memory, of which UEFI and its drivers left [1-9]\d* MiB unused"),
    _uefi("no-map", "no-efi-map", r"\d+ MiB of memory"),
    _uefi("no-unused-memory", "efi-used", r"\d+ MiB of memory, of which UEFI and its drivers left 0 MiB unused"),
])
