"""States that firmware may leave a machine in, made by the spoiling loader: each boot ends with the right verdict."""

from typing import Any

from boot_case import Case, boot_cases
from spoiled import spoiled


def _fine(name: str, words: str, cpus: int = 2, **more: Any) -> Case:
    """A state that costs no CPU anything."""
    return Case(f"state-{name}", spoiled(words, cpus), "PASS", (cpus, cpus), **more)


test_boot = boot_cases([
    _fine("none", "none", absent=(r".*(warning|error): .*",)),
    _fine("vmxe", "cr4=0x2000"),
    _fine("direction", "df"),
    _fine("x2apic", "x2apic"),
    _fine("apic-disabled-by-software", "svr-off"),
    _fine("priority", "tpr=0xFF"),
    _fine("pic", "pic"),
    _fine("timer", "lapic-timer"),
    _fine("aps-started", "ap-started", 4),
])
