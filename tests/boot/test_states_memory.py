"""Boots with memory maps and boot information that real loaders and firmware pass."""

from boot_case import Case, boot_cases
from spoiled import fine, spoiled, spoiled_qemu


def _low_page(name: str, words: str, address: str) -> Case:
    """Return a boot that starts the APs in a page below the memory that the BIOS uses, though the map calls it free."""
    return fine(name, f"{words} low-free", facts=(f"smp: xapic mode, trampoline at {address}, .*",))


def _uefi(name: str, words: str, memory: str) -> Case:
    """Return a boot in QEMU with UEFI, where devices may still write to memory that drivers used."""
    machine = spoiled_qemu(words, firmware="uefi")
    return Case(f"state-uefi-{name}", machine, "UNSUPPORTED no-vmx", (0, 2), facts=(f"boot: {memory}",))


_LEFT_OUT = r"boot: warning: the memory map has too many free ranges: .*"
_NO_ROOM = (
    r"boot: error: no memory for the list of CPUs: only the BSP is reported",
    r"boot: error: no free range of \d+ KiB: the largest one left has [48] KiB, of 1\d\d MiB of memory in all",
    r"smp: hint: if the machine has little memory, .* if it has much, the memory map is in pieces: .*",
)

test_boot = boot_cases([
    fine("map-of-pages-and-a-large-tail", "mmap=63 piece=1 mmap-tail", facts=(_LEFT_OUT,)),
    fine("map-in-reverse", "mmap=100 mmap-reverse", facts=(_LEFT_OUT,)),
    Case("state-map-of-20000", spoiled("mmap=20000"), "FAIL out-of-memory", (0, 1), facts=(_LEFT_OUT, *_NO_ROOM)),
    Case("state-map-of-30000", spoiled("mmap=30000"), "FAIL out-of-memory", (0, 1), facts=(_LEFT_OUT, *_NO_ROOM)),
    Case(
        "state-map-of-20000-and-64-kib", spoiled("mmap=20000 acpi-free", 4), "FAIL out-of-memory", (1, 4),
        facts=(_NO_ROOM[1], *_NO_ROOM[2:], r"cpu 0: .*VMXON succeeded"),
    ),
    fine("no-map", "no-mmap", facts=(r"boot: warning: the loader gives no memory map: using the memory size .*",)),
    fine("no-rsdp", "no-acpi", facts=(r"acpi: the loader passed no RSDP: using the one .*",)),
    Case(
        "state-no-low-memory", spoiled("nolow", 2), "FAIL no-low-memory", (1, 2),
        facts=(r"cpu 1: error: no free page between 64 KiB and 640 KiB .*", r"cpu 1: hint: .*"),
    ),
    _low_page("ebda", "ebda=0x9000", "0x8f000"),
    _low_page("base-memory", "base-memory=256", "0x3f000"),
    _low_page("ebda-below-base-memory", "ebda=0x7000 base-memory=512", "0x6f000"),
    _low_page("ebda-that-cannot-be", "ebda=0xA001", "0x9e000"),
    Case("state-ebda-at-64-kib", spoiled("ebda=0x1000 low-free"), "FAIL no-low-memory", (1, 2)),
    _uefi("map", "none", r"\d+ MiB of memory, [1-9]\d* MiB of it not used by UEFI and its drivers"),
    _uefi("no-map", "no-efi-map", r"\d+ MiB of memory"),
    _uefi("no-unused-memory", "efi-used", r"\d+ MiB of memory, 0 MiB of it not used by UEFI and its drivers"),
])
