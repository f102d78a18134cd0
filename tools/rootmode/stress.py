"""Chooses the machines of the stress test, and judges their boots. Pure."""

import random
from collections.abc import Iterator

from rootmode import log
from rootmode.machine import Machine, Outcome

EXPECTED = {"qemu": ("UNSUPPORTED", "no-vmx"), "bochs": ("PASS",)}

_TIMEOUT_S = 180
_BOCHS_EACH = 12  # every twelfth boot is in Bochs, which takes ten times as long as QEMU
_UEFI_EACH = 17
_QEMU_CPUS = (1, 2, 2, 3, 4, 5, 8, 15, 16, 17, 32, 64)
_BOCHS_CPUS = (1, 2, 3, 4)


def machines(boots: int, seed: int) -> Iterator[Machine]:
    """Return the machines to boot, in order. The same seed gives the same machines."""
    chance = random.Random(seed)
    for number in range(boots):
        if number % _BOCHS_EACH == 0:
            yield Machine(
                cpus=chance.choice(_BOCHS_CPUS), cmdline="exit=debug", timeout_s=_TIMEOUT_S,
                vehicle_args=("cpu: ips=10000000",),
            )
        else:
            yield Machine(
                vehicle="qemu", firmware="uefi" if number % _UEFI_EACH == _UEFI_EACH - 1 else "bios",
                cpus=chance.choice(_QEMU_CPUS), cmdline="exit=debug", timeout_s=_TIMEOUT_S,
            )


def fault(machine: Machine, outcome: Outcome) -> str:
    """Return what is wrong with a boot, or ""."""
    parsed = log.parse(outcome.serial)
    expected = EXPECTED[machine.vehicle]
    if outcome.ended != "verdict" or not parsed.verdict:
        return f"no verdict ({outcome.ended}{''.join(', ' + event for event in outcome.events)})"
    if parsed.problems:
        return f"the log's form: {', '.join(parsed.problems)}"
    seen = (parsed.verdict, *parsed.reasons)
    if seen != expected or parsed.of_cpus != machine.cpus:
        return f"{' '.join(seen)} with {parsed.of_cpus} CPUs, expected {' '.join(expected)} with {machine.cpus}"
    return ""
