"""Tests prove, cycles=, selftest, caps and bench on every CPU."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from boot_case import Case, bochs, judge, skip_unless_possible
from selftest_results import selftest_faults

from rootmode import bochs_program, image, log, vehicles
from rootmode.machine import Machine

_LONG = r"guest: 64-bit with EPT: CPUID, HLT, I/O, MSR, EPT violation, VMCALL: 8 exits, all as expected"
_LONG_WITHOUT_EPT = r"guest: 64-bit without EPT: CPUID, HLT, I/O, MSR, VMCALL: 7 exits, all as expected"
_REAL = r"guest: real mode: CPUID, HLT, I/O, VMCALL: 5 exits, all as expected"
_NO_REAL = r"guest: real mode: skipped, no unrestricted guest"

_EXITS = ("vmcall", "cpuid", "hlt", "ept-violation")
_TICKS_MOST = 100_000  # in Bochs, a round trip takes at most a few hundred instructions


def _proves(
    name: str, machine: Machine, *, ept: bool = True, real: bool = True, cycles: int = 1,
    facts: Iterable[str] = (), **selftest: str,
) -> Case:
    """Return a boot in which each CPU runs the guests that it supports `cycles` times, and names what others need."""
    guests = (_LONG if ept else _LONG_WITHOUT_EPT, _REAL if real else _NO_REAL)
    alike = {} if "selftest" in machine.cmdline else {"cpus": "0" if machine.cpus == 1 else f"0-{machine.cpus - 1}"}
    return Case(
        name, machine, "PASS", (machine.cpus, machine.cpus),
        facts=(*(f"cpu {cpu}: {guest}" for cpu in range(machine.cpus) for guest in guests), *facts),
        # OVMF leaves the caches of the APs disabled: that warning is right.
        absent=(r"(cpus? \S+|smp|vmx): (warning|error): (?!CR0 = 0x60000010 at the first).*",),
        report=({
            **alike, "result": "ok", "proved": str(cycles), "ept": str(int(ept)),
            "long_exits": "8" if ept else "7", "real_exits": "5" if real else "0", **selftest,
        },),
    )


CASES = [
    _proves(
        "prove-all-skylake", bochs(2, cmdline="prove caps selftest bench exit=debug", model="corei7_skylake_x"),
        facts=(
            r"cpus 0-1: caps: IA32_VMX_BASIC = 0xd810000000002b, revision 0x2b, 4096 bytes, memory type 6, .*",
            r"cpus 0-1: caps: IA32_VMX_PROCBASED_CTLS3 does not exist",
            r"cpus 0-1: caps: vmx-ept=on, optional",
            r"cpus 0-1: caps: vmx-ept-1gb=on",
            r"cpus 0-1: caps: vmx-encls-exit=off, must be 0",
            r"cpus 0-1: caps: vmx-cr3-load-noexit=on, optional",
        ),
    ),
    _proves(
        "prove-all-penryn", bochs(1, cmdline="prove caps selftest bench exit=debug", model="core2_penryn_t9600"),
        ept=False, real=False,
        facts=(
            r"cpu 0: caps: vmx-ept=off, must be 0", r"cpu 0: caps: vmx-ept-1gb=off",
            r"cpu 0: caps: vmx-flexpriority=on, optional",
            r"ktap:     ok \d+ INVEPT, type 0 # SKIP needs vmx-invept",
        ),
    ),
    _proves("prove-lynnfield", bochs(2, cmdline="prove exit=debug", model="corei5_lynnfield_750"), real=False),
    # OVMF leaves IA32_FEATURE_CONTROL unlocked, so the self-test also tries VMXON before it is written. A later
    # model does not work: with tigerlake, OVMF sets up CET, and Bochs 3.0 panics ("PAE: asked to set dirty").
    _proves(
        "prove-uefi-icelake",
        bochs(2, "uefi", cmdline="prove selftest exit=debug", model="corei7_icelake_u"),
        facts=(
            r"ktap:     ok 1 VMXON, IA32_FEATURE_CONTROL unlocked",
            *(rf"cpu {cpu}: IA32_FEATURE_CONTROL{when}" for cpu in (0, 1) for when in (
                " = 0x0: unlocked, VMX outside SMX off, .*", " after writing it = 0x[57]: locked, VMX outside SMX on, .*")),
        ),
    ),
    Case(
        "selftest-on-two", bochs(4, cmdline="selftest results exit=debug"), "PASS", (4, 4),
        facts=(r"vmx: self-test: ran on 2 of 4 CPUs; selftest=all runs it on all",),
        report=({"cpus": "2-3", "result": "ok"},),
    ),
    Case(
        "selftest-on-all", bochs(4, cmdline="selftest=all exit=debug"), "PASS", (4, 4),
        facts=(r"vmx: self-test: ran on 4 of 4 CPUs",),
        report=({"cpus": "1-3", "result": "ok"},),
    ),
    _proves(
        "cycles", bochs(8, cmdline="cycles=100 exit=debug"), cycles=100,
        facts=(r"vmx: cycles of VMXON, guests, VMXOFF and INIT-SIPI-SIPI: 100 of 100",),
    ),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_boot(case: Case, iso: Path, workdir: Path) -> None:
    skip_unless_possible(case.machine)
    outcome = vehicles.run(case.machine, iso, workdir, lambda line: None)
    parsed = log.parse(outcome.serial)
    words = case.machine.cmdline.split()
    faults = judge(case, outcome)
    if "selftest" in words:
        faults += selftest_faults(parsed, _name(case.machine), range(min(case.machine.cpus, 2)))
    if "selftest=all" in words:
        faults += selftest_faults(parsed, _name(case.machine), range(case.machine.cpus))
    if "bench" in words:
        faults += _bench_faults(parsed, case.machine.cpus)
    assert not faults, "\n  ".join([case.name, *faults, f"(the run's files: {workdir})"])
    (workdir / image.NAME).unlink(missing_ok=True)


def _name(machine: Machine) -> str:
    """Return the machine's name in deviations.toml."""
    return f"{machine.vehicle}-{bochs_program.version()}/{machine.model or vehicles.default_model(machine.vehicle)}"


def _bench_faults(parsed: log.Log, cpus: int) -> list[str]:
    """Check that every CPU and exit has plausible figures: ascending, more than 0, and at most _TICKS_MOST."""
    rows = [pairs for pairs in parsed.report if "exit" in pairs]
    has_ept = "1" in parsed.values("ept")
    exits = _EXITS if has_ept else _EXITS[:-1]
    expected = [(str(cpu), name) for cpu in range(cpus) for name in exits]
    seen = [(pairs["cpus"], pairs["exit"]) for pairs in rows]
    faults = [] if seen == expected else [f"bench: expected rows for {expected}, saw {seen}"]
    for pairs in rows:
        for mode in ("alone", "together"):
            ticks = [0, *(int(pairs[f"{mode}_{name}"]) for name in ("min", "median", "p99")), _TICKS_MOST]
            if ticks[1] == 0 or any(a > b for a, b in pairwise(ticks)):
                faults.append(f"bench: cpu {pairs['cpus']}, {pairs['exit']}, {mode}: {ticks[1:-1]}")
    return faults
