"""Memory maps and boot information that loaders and firmware really hand over: each boot ends with the right verdict."""

from typing import Any

from boot_case import Case, boot_cases
from spoiled import spoiled


def _fine(name: str, words: str, cpus: int = 2, **more: Any) -> Case:
    """A state that costs no CPU anything."""
    return Case(f"state-{name}", spoiled(words, cpus), "PASS", (cpus, cpus), **more)


_LEFT_OUT = r"boot: warning: the memory map has too many free ranges: .*"
_NO_ROOM = (r"boot: error: no memory for the list of CPUs: the largest free range has \d+ KiB", r"smp: hint: .*")

test_boot = boot_cases([
    _fine("map-of-pages-and-a-large-tail", "mmap=63 piece=1 mmap-tail", facts=(_LEFT_OUT,)),
    _fine("map-in-reverse", "mmap=100 mmap-reverse", facts=(_LEFT_OUT,)),
    Case("state-map-of-20000", spoiled("mmap=20000"), "FAIL out-of-memory", (0, 1), facts=(_LEFT_OUT, *_NO_ROOM)),
    Case("state-map-of-30000", spoiled("mmap=30000"), "FAIL out-of-memory", (0, 1), facts=(_LEFT_OUT, *_NO_ROOM)),
    _fine("no-map", "no-mmap", facts=(r"boot: warning: the loader gives no memory map: using the memory size .*",)),
    _fine("no-rsdp", "no-acpi", facts=(r"acpi: warning: the loader passed no RSDP: using the one .*",)),
    Case(
        "state-no-low-memory", spoiled("nolow", 2), "FAIL no-low-memory", (1, 2),
        facts=(r"cpu 1: error: no free page between 64 KiB and 640 KiB .*", r"cpu 1: hint: .*"),
    ),
])
