"""Chooses the machines of the stress test, and judges their boots. Pure."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rootmode import log
from rootmode.machine import Machine, Outcome

EXPECTED = {"qemu": ("UNSUPPORTED", "no-vmx"), "bochs": ("PASS",)}

_TIMEOUT_S = 300
_BOCHS_EACH = 12  # every twelfth boot is in Bochs, which takes ten times as long as QEMU
# What is repeated comes more often.
_QEMU_WAYS = (*[("bios", "iso")] * 6, *[("bios", "kernel")] * 8, *[("uefi", "iso")] * 2, ("uefi32", "iso"))
_QEMU_CPUS = (1, 2, 2, 3, 4, 5, 8, 15, 16, 17, 32, 64)
_UEFI32_CPUS = (1, 2)  # with more, that firmware's SMM code takes minutes on a busy host, before GRUB
_QEMU_BOARDS = ("q35", "q35", "pc")
_BOCHS_FIRMWARE = ("bios", "bios", "bios", "seabios")
_BOCHS_CPUS = (1, 2, 3, 4)
_BOCHS_MODELS = ("", "", "core2_penryn_t9600", "corei7_sandy_bridge_2600k", "corei7_icelake_u")
_OPTIONS = ("", "", "prove", "cycles=2", "verbose", "prove bench")
_EXITS = ("exit=debug", "exit=debug", "exit=poweroff", "exit=halt")


@dataclass(frozen=True)
class Boot:
    """One boot of the test: what is wrong with it, or "", and its time in seconds."""

    machine: Machine
    problem: str
    wall_s: float


def machines(boots: int, seed: int) -> Iterator[Machine]:
    """Return the machines to boot, in order. The same seed gives the same machines."""
    chance = random.Random(seed)
    for number in range(boots):
        cmdline = f"{chance.choice(_OPTIONS)} {chance.choice(_EXITS)}".strip()
        if number % _BOCHS_EACH == 0:
            yield Machine(
                firmware=chance.choice(_BOCHS_FIRMWARE), cpus=chance.choice(_BOCHS_CPUS),
                model=chance.choice(_BOCHS_MODELS), cmdline=cmdline, timeout_s=_TIMEOUT_S,
                vehicle_args=("cpu: ips=10000000",),
            )
        else:
            yield _qemu(chance, cmdline)


def _qemu(chance: random.Random, cmdline: str) -> Machine:
    firmware, door = chance.choice(_QEMU_WAYS)
    is_uefi32 = firmware == "uefi32"  # needs SMM, which q35 has
    return Machine(
        vehicle="qemu", firmware=firmware, door=door, cpus=chance.choice(_UEFI32_CPUS if is_uefi32 else _QEMU_CPUS),
        cmdline=cmdline, timeout_s=_TIMEOUT_S,
        vehicle_args=("-machine", "q35" if is_uefi32 else chance.choice(_QEMU_BOARDS)),
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


def shares(total: int, parts: int) -> list[range]:
    """Divide the numbers below total into parts of the same length, or one less."""
    bounds = [total * part // parts for part in range(parts + 1)]
    return [range(first, after) for first, after in zip(bounds, bounds[1:])]


def table(boots: Iterable[Boot]) -> str:
    """Return a table in Markdown: a row for each kind of machine, with its boots, failures and longest time."""
    done = list(boots)
    kinds = Counter(_kind(boot.machine) for boot in done)
    rows = ["| emulator | firmware | started by | boots | failed | longest |", "| --- | --- | --- | --- | --- | --- |"]
    for kind in sorted(kinds):
        of_kind = [boot for boot in done if _kind(boot.machine) == kind]
        failed = sum(bool(boot.problem) for boot in of_kind)
        longest = max(boot.wall_s for boot in of_kind)
        rows.append(f"| {' | '.join(kind)} | {kinds[kind]} | {failed} | {longest:.0f} s |")
    return "\n".join(rows)


def _kind(machine: Machine) -> tuple[str, str, str]:
    return machine.vehicle, machine.firmware, "GRUB" if machine.door == "iso" else "-kernel"
