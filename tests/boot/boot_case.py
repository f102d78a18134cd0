"""Describes boots as data (Case): the machine, and what its log must contain. boot_cases() makes tests of them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import small_uefi

from rootmode import image, log, vehicles
from rootmode import qemu as qemu_vehicle
from rootmode.machine import Machine, Outcome, default_door

TIMEOUT_S = 120.0  # several times the time of the longest case on two cores

# Bochs' CPU speed in instructions per second. During a wait by the clock in the firmware, GRUB or the
# kernel, a slower CPU executes fewer instructions, so the test takes less time.
SLOW_IPS = 5_000_000

# Wall time in seconds, to order the cases: for a machine, and for each of its CPUs.
_BOCHS_COST = {"bios": (1.5, 0.2), "seabios": (2.0, 1.5), "uefi": (9.0, 4.0)}
_OTHER_COST = {"bios": (0.5, 0.03), "seabios": (0.5, 0.03), "uefi": (3.0, 0.05), "uefi32": (3.0, 0.05)}

_KERNEL_COST = (0.4, 0.05)

_NEED_GRUB = {"door", "grub_lines", "files", "loader"}  # or say which door

# Sentences whose CPUs are those with one fact in common, not with all.
_GROUPED_OTHERWISE = ("caps: ", "unlike cpu 0: ", "warning: ")


@dataclass(frozen=True)
class Case:
    """A boot, and what its log must contain. Every log must also be valid, with a correct CRC.

    result   the RESULT line without "RESULT: ".
    count    N and M of "N of M CPUs in VMX root operation".
    facts    regexes: each must match a whole "scope: sentence". A line that CPUs share counts for each of them, too:
             "cpus 0-1: APIC ID 4,6 x" is also "cpu 0: APIC ID 4 x" and "cpu 1: APIC ID 6 x".
    report   each must be a part of a line of the REPORT block.
    absent   regexes: none may match a "scope: sentence".
    events   what happens to the machine, as the vehicle reports it.
    halts    the machine cannot end as its command line asks, so it halts.
    long     make test leaves this boot out; make test-long boots it.
    """

    name: str
    machine: Machine
    result: str
    count: tuple[int, int]
    facts: tuple[str, ...] = ()
    report: tuple[Mapping[str, str], ...] = ()
    absent: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    halts: bool = False
    long: bool = False

    @property
    def marks(self) -> list[pytest.MarkDecorator]:
        """The marks of its test."""
        return [pytest.mark.long] if self.long else []

    @property
    def cost(self) -> float:
        """The approximate wall time in seconds."""
        costs = _BOCHS_COST if self.machine.vehicle == "bochs" else _OTHER_COST
        base, per_cpu = costs[self.machine.firmware] if self.machine.door == "iso" else _KERNEL_COST
        return base + per_cpu * self.machine.cpus


def bochs(cpus: int, firmware: str = "bios", cmdline: str = "exit=debug", ips: int = SLOW_IPS, **more: Any) -> Machine:
    """Return a machine for Bochs. It boots without GRUB, which is faster, where GRUB is not needed."""
    if firmware == "bios" and not more.keys() & _NEED_GRUB:
        more["door"] = "kernel"
    if firmware == "uefi":
        more.setdefault("rom", small_uefi.rom(firmware, "bochs"))
    return Machine(
        cpus=cpus, firmware=firmware, cmdline=cmdline, vehicle_args=(f"cpu: ips={ips}",), timeout_s=TIMEOUT_S, **more
    )


def qemu(cpus: int, firmware: str = "bios", cmdline: str = "exit=debug", **more: Any) -> Machine:
    """Return a machine for QEMU with TCG, which has no VMX. It boots by -kernel, which is faster, unless GRUB is needed."""
    if not more.keys() & _NEED_GRUB:
        more["door"] = default_door("qemu", firmware)
    if firmware in qemu_vehicle.ROMS:
        more.setdefault("rom", small_uefi.rom(firmware))
    return Machine(vehicle="qemu", cpus=cpus, firmware=firmware, cmdline=cmdline, timeout_s=TIMEOUT_S, **more)


def skip_unless_possible(machine: Machine) -> None:
    """Skip the test if the machine's vehicle or CPU model is missing on this host."""
    reason = vehicles.why_not_machine(machine)
    if reason:
        pytest.skip(reason)


def boot_cases(cases: Iterable[Case]) -> Callable[[Case, Path, Path], None]:
    """Return the test function for a table of cases. A module assigns it to test_boot."""

    @pytest.mark.parametrize("case", [pytest.param(case, id=case.name, marks=case.marks) for case in cases])
    def test_boot(case: Case, iso: Path, workdir: Path) -> None:
        skip_unless_possible(case.machine)
        outcome = vehicles.run(case.machine, iso, workdir, lambda line: None)
        faults = judge(case, outcome)
        assert not faults, _message(case, outcome, faults)
        (workdir / image.NAME).unlink(missing_ok=True)

    return test_boot


def judge(case: Case, outcome: Outcome) -> list[str]:
    """Return a sentence for each difference between the case and the outcome."""
    parsed = log.parse(outcome.serial)
    result = " ".join([parsed.verdict, *parsed.reasons])
    said = [sentence for line in parsed.lines for sentence in _sentences(line)]
    faults = [f"the log's form: {problem}" for problem in parsed.problems]
    faults += _differs("how the run ended", outcome.ended, "verdict")
    faults += _differs("RESULT", result, case.result)
    faults += _differs("CPUs in VMX", (parsed.in_vmx, parsed.of_cpus), case.count)
    faults += _differs("events", outcome.events, case.events)
    faults += [f"not said: {fact}" for fact in case.facts if not _is_said(fact, said)]
    faults += [f"said, but must not be: {fact}" for fact in case.absent if _is_said(fact, said)]
    faults += [f"not reported: {part}" for part in case.report if not _is_reported(part, parsed)]
    return faults + _all_left(parsed) + _cpus_told(parsed, said) + _exit_status(case, outcome, parsed)


def errors_said(outcome: Outcome) -> list[str]:
    """Return the errors in the log, to print them with the faults found."""
    said = [f"{line.scope}: {line.sentence}" for line in log.parse(outcome.serial).lines]
    return [f"the log has: {sentence}" for sentence in said if ": error: " in sentence]


def _sentences(line: log.Line) -> list[str]:
    """Return the line as "scope: sentence" and, if CPUs share it, also with the scope and APIC ID of each of them."""
    cpus = log.members(line.scope)
    listed = re.search(r"APIC ID (\d+(?:[,-]\d+)*)", line.sentence)
    apic_ids = log.members(f"cpus {listed[1]}") if listed else []
    said = [f"{line.scope}: {line.sentence}"]
    for number, cpu in enumerate(cpus if len(cpus) > 1 else ()):
        own = line.sentence
        if listed and len(apic_ids) == len(cpus):
            own = own.replace(listed[0], f"APIC ID {apic_ids[number]}", 1)
        said.append(f"cpu {cpu}: {own}")
    return said


def _differs(what: str, seen: object, expected: object) -> list[str]:
    return [] if seen == expected else [f"{what}: expected {expected!r}, saw {seen!r}"]


def _is_said(fact: str, said: list[str]) -> bool:
    return any(re.fullmatch(fact, sentence) for sentence in said)


def _is_reported(part: Mapping[str, str], parsed: log.Log) -> bool:
    return any(part.items() <= pairs.items() for pairs in parsed.report)


def _all_left(parsed: log.Log) -> list[str]:
    """Check that every CPU that entered VMX operation has left it, whatever the verdict."""
    machine: Mapping[str, str] = next((pairs for pairs in parsed.report if pairs.get("kind") == "machine"), {})
    return _differs("CPUs that left VMX", machine.get("left"), machine.get("entered"))


def _cpus_told(parsed: log.Log, said: list[str]) -> list[str]:
    """Check, after PASS, that each CPU or group has all promised lines. Some lines have other groups."""
    if parsed.verdict != "PASS":
        return []
    scopes = {
        line.scope for line in parsed.lines
        if re.fullmatch(r"cpus? [0-9,-]+", line.scope) and not line.sentence.startswith(_GROUPED_OTHERWISE)
    }
    promised = (
        r"\S.*, .+, family \d+, model \d+, stepping \d+, .*",
        r"CPUID\.1:ECX\.VMX\[5\] = 1",
        r"IA32_FEATURE_CONTROL.* = 0x[0-9a-f]+: (un)?locked, VMX outside SMX (on|off), VMX in SMX (on|off)",
        r"IA32_VMX_BASIC = 0x[0-9a-f]+: revision identifier 0x[0-9a-f]+, region size \d+ bytes, write-back",
        r"CR0 = 0x[0-9a-f]+, CR4 = 0x[0-9a-f]+",
        r"VMXON regions? (at|from) 0x[0-9a-f]+.*, VMXON succeeded",
    )
    facts = [f"{scope}: {sentence}" for scope in sorted(scopes) for sentence in promised]
    return [f"not said: {fact}" for fact in facts if not _is_said(fact, said)]


def _exit_status(case: Case, outcome: Outcome, parsed: log.Log) -> list[str]:
    """Check the emulator's exit status. QEMU's has the verdict after exit=debug; Bochs' is always the same."""
    words = case.machine.cmdline.split()
    emulator = case.machine.vehicle
    if "no-long-mode" in parsed.reasons:  # then the kernel does not read the command line
        return []
    if "exit=debug" in words:
        value = log.DEBUG_EXIT_VALUES.get(parsed.verdict, 0)
        return _differs("exit status", outcome.status, 1 if emulator == "bochs" else 2 * value + 1)
    if "exit=poweroff" in words and emulator != "bochs":
        return _differs("exit status", outcome.status, None if case.halts else 0)
    return []


def _message(case: Case, outcome: Outcome, faults: list[str]) -> str:
    return "\n  ".join([
        f"{case.name}: {vehicles.describe(case.machine)}, '{case.machine.cmdline}'", *faults, *errors_said(outcome),
        f"({outcome.wall_s:.1f} s; the run's files: {outcome.workdir})",
    ])
