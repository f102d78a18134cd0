"""Tests the monitor: every request and every refusal, over the serial port."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from boot_case import SLOW_IPS
from guest import CMDLINE, Guest, monitored_qemu, running

from rootmode.machine import Machine

_TIMES = 200

_NO_VMX = "not all of these CPUs are in VMX root operation"
_NOT_IN = "not all of these CPUs are in VMX root operation: see open, status"
_BAD_LIST = "expected a list of CPUs such as 0-3,8, in ascending order"
_TOO_MUCH = "too many arguments"
_NO_ARGUMENTS = "this command takes no arguments"

# For any machine: a request, the error that ends its answer ("": ok), and a regex for one of its lines.
_ANYWHERE = [
    ("help", "", r"open \[CPUS\]: .*"),
    ("help open", "", r"open \[CPUS\]: .*"),
    ("help nmi", "", r"control nmi \[CPUS\]: .*"),
    ("help report", "", r"read report: .*"),
    ("help control", "", r"control online CPU: .*"),
    ("help frobnicate", "not supported", r"not supported: frobnicate; supported: help open .*"),
    ("frobnicate 1", "not supported", r"not supported: frobnicate; supported: help open .*"),
    ("control", "not supported", r"not supported: ; supported: prove .*"),
    ("control frobnicate", "not supported", r"not supported: frobnicate; supported: prove .*"),
    ("write dr7 1", "not supported", r"not supported: dr7; supported: msr cr4"),
    ("read minds", "not supported", r"not supported: minds; supported: status .*"),
    ("x" * 200, "the line is too long", None),
    ("status", "", r"vmx: \d of 4 CPUs in VMX root operation"),
    ("read", "", r"vmx: \d of 4 CPUs in VMX root operation"),
    ("read status", "", r"vmx: \d of 4 CPUs in VMX root operation"),
    ("status 1", _NO_ARGUMENTS, None),
    ("exit now", _NO_ARGUMENTS, None),
    ("read evidence", "", r"cpus 0-3: GenuineIntel, .*"),
    ("read report", "", r"END crc32=0x[0-9a-f]{8}"),
    ("read log", "", r"\| \[ *\d+\.\d{6}\] rootmode: rootmode \S+ at .*"),
    ("read caps", "", None),
    ("caps 1", "", None),
    ("control caps 9", "no such CPU", None),
    ("close 9", "no such CPU", None),
    ("close 1,0", _BAD_LIST, None),
    ("close 1-", _BAD_LIST, None),
    ("close one", _BAD_LIST, None),
    ("close 0 1", _TOO_MUCH, None),
    ("close 4294967295", "no such CPU", None),
    ("close 4294967296", _BAD_LIST, None),
    ("control cpuid 0 0", "", r"cpu 0: EAX 0x[0-9a-f]{8} EBX 0x756e6547 ECX 0x6c65746e EDX 0x49656e69"),
    ("control cpuid 7.0 0-1", "", r"cpus 0-1: EAX .*"),
    ("control cpuid", "expected a leaf such as 0x1, or with a subleaf, such as 7.0", None),
    ("control cpuid 1.x", "expected a leaf such as 0x1, or with a subleaf, such as 7.0", None),
    ("control cpuid 0x100000000", "expected a leaf such as 0x1, or with a subleaf, such as 7.0", None),
    ("control msr 0x174", "", r"cpus 0-3: MSR 0x174 = 0x.*"),
    ("control msr", "expected an MSR number such as 0x3a", None),
    ("control msr 3a", "expected an MSR number such as 0x3a", None),
    ("write msr 0x174 0x10 2-3", "", r"cpus 2-3: MSR 0x174 was 0x0, is 0x10"),
    ("control msr 0x174", "", r"cpus 0-1: MSR 0x174 = 0x0"),
    ("write msr 0x174", "expected a value such as 0x5", None),
    ("write msr x 1", "expected an MSR number such as 0x3a", None),
    ("write msr 0x1b 0", "refused", r"this write would break .*interrupts between CPUs"),
    ("write msr 0xc0000080 0 3", "refused", r"this write would break .*64-bit mode.*"),
    ("write cr4", "expected a value such as 0x2020", None),
    ("write cr4 0", "refused", r"this write would break .*64-bit mode"),
    ("write cr4 0x100000020", "refused", r"this write would break .*exceptions"),
    ("control nmi", "", r"cpu 3: received an NMI and continued"),
    ("control nmi 0,2", "", r"cpu 2: received an NMI and continued"),
    ("control offline", "expected a list of CPUs", None),
    ("control offline 0", "CPU 0 runs this monitor and must stay online", None),
    ("control online 1", "this CPU is already running", None),
    ("control online 0-1", "expected the number of one CPU", None),
    ("control online", "expected the number of one CPU", None),
    ("control offline 1-2", "", r"cpus 1-2: offline"),
    ("status", "", r"cpus 1-2: offline.*"),
    ("close 2", "some of these CPUs are not running: see status", None),
    ("control nmi", "", r"cpu 3: received an NMI and continued"),
    ("control churn many", "expected a count from 1 to 10000", None),
    ("echo", "expected on or off", None),
    ("echo maybe", "expected on or off", None),
]

_WITHOUT_VMX = [
    ("open", _NO_VMX, r"cpus 0-3: outside VMX operation: CPUID\.1:ECX\.VMX\[5\] is clear.*"),
    ("on 0", _NO_VMX, r"cpu 0: outside VMX operation: .*"),
    ("close", "", r"cpus 0-3: outside VMX operation: .*"),
    ("off 1", "", r"cpu 1: outside VMX operation: .*"),
    ("prove", _NOT_IN, None),
    ("control selftest", _NOT_IN, None),
    ("control bench", _NOT_IN, None),
    ("control churn 1", "some CPUs failed", None),
    *_ANYWHERE,
    ("control online 2", "", r"cpu 2: outside VMX operation: .*"),
    ("control online 1", "", r"cpu 1: outside VMX operation: .*"),
]

_WITH_VMX = [
    ("status", "", r"cpus 0-3: in VMX root operation"),
    ("close 1", "", r"cpu 1: outside VMX operation"),
    ("close 1", "", r"cpu 1: outside VMX operation"),
    ("status", "", r"cpus 0,2-3: in VMX root operation"),
    ("prove", _NOT_IN, None),
    ("prove 0,2-3", "", r"cpus 0,2-3: guest: real mode: .*, all as expected"),
    ("open 1", "", r"cpu 1: in VMX root operation"),
    ("control prove 1", "", r"cpu 1: guest: 64-bit with EPT: .*, all as expected"),
    ("open", "", r"cpus 0-3: in VMX root operation"),
    ("caps 2", "", r"cpu 2: caps: vmx-ept=on.*"),
    ("control msr 0x3a", "", r"cpus 0-3: MSR 0x3a = 0x5"),
    ("write msr 0x3a 1", "the instruction faulted",
     r"cpus 0-3: MSR 0x3a was 0x5; writing 0x1 faults: vector 13, error code 0x0; still 0x5"),
    ("write cr4 0x20", "the instruction faulted",
     r"cpus 0-3: CR4 was 0x2060; writing 0x20 faults: vector 13, error code 0x0; still 0x2060"),
    ("write cr4 0x102060 3", "", r"cpu 3: CR4 was 0x2060, is 0x102060"),
    ("write cr4 0x2060 3", "", r"cpu 3: CR4 was 0x102060, is 0x2060"),
    *_ANYWHERE,
    ("status", "", r"vmx: 2 of 4 CPUs in VMX root operation"),
    ("control online 2", "", r"cpu 2: in VMX root operation"),
    ("prove 2", "", r"cpu 2: guest: 64-bit with EPT: .*, all as expected"),
    ("close", "", r"cpus 0,2-3: outside VMX operation"),
    ("control online 1", "", r"cpu 1: in VMX root operation"),
    ("status", "", r"vmx: 1 of 4 CPUs in VMX root operation"),
]


def _bochs(cpus: int) -> Machine:
    return Machine(door="kernel", cpus=cpus, cmdline=CMDLINE, vehicle_args=(f"cpu: ips={SLOW_IPS}",), timeout_s=120)


def _ask_all(guest: Guest, exchanges: list[tuple[str, str, str | None]]) -> None:
    faults = []
    for request, problem, line in exchanges:
        answer = guest.session.request(request)
        if answer.problem != problem:
            faults.append(f"{request}: {answer}")
        elif line is not None and not any(re.fullmatch(line, said) for said in answer.lines):
            faults.append(f"{request}: no line {line!r} in {answer.lines}")
    assert not faults, "\n".join(faults)


def test_requests_without_vmx(iso: Path, workdir: Path) -> None:
    with running(monitored_qemu(4), iso, workdir) as guest:
        _ask_all(guest, _WITHOUT_VMX)
        _, parsed = guest.end()
    assert (parsed.verdict, parsed.reasons) == ("UNSUPPORTED", ("no-vmx",))


@pytest.mark.cost(6)
def test_requests_with_vmx(iso: Path, workdir: Path) -> None:
    with running(_bochs(4), iso, workdir) as guest:
        _ask_all(guest, _WITH_VMX)
        _, parsed = guest.end("control exit")
    assert (parsed.verdict, parsed.in_vmx, parsed.of_cpus) == ("PASS", 1, 4)
    assert {"kind": "machine", "entered": "4", "left": "4"}.items() <= parsed.report[0].items()


@pytest.mark.cost(10)
def test_open_and_close_often(iso: Path, workdir: Path) -> None:
    """It runs on all CPUs, on single CPUs, and while the other CPUs run guests."""
    with running(_bochs(2), iso, workdir) as guest:
        for count in range(_TIMES):
            cpus = ("", "0", "1")[count % 3]
            assert guest.ok(f"close {cpus}")[-1].endswith(": outside VMX operation")
            assert guest.ok(f"open {cpus}")[-1].endswith(": in VMX root operation")
        for cpus in ("0", "1", "0-1"):
            assert guest.ok(f"control stress {_TIMES} {cpus}") == ("cpus 0-1: in VMX root operation",)
        guest.ok("prove")
        outcome, parsed = guest.end()
    assert (parsed.verdict, parsed.in_vmx) == ("PASS", 2)
    assert outcome.events == ()
    assert all(int(count) > _TIMES for count in parsed.values("proved"))


@pytest.mark.parametrize("firmware, door", [("bios", "kernel"), ("seabios", "iso")])
def test_trials(firmware: str, door: str, iso: Path, workdir: Path) -> None:
    with running(replace(_bochs(2), firmware=firmware, door=door), iso, workdir) as guest:
        said = guest.session.request("control selftest 1").lines
        assert "# Subtest: cpu 1" in " ".join(said)
        assert not [line for line in said if "IA32_FEATURE_CONTROL unlocked" in line and "SKIP" not in line]
        assert any(line.startswith("cpu 1: bench: VMCALL: alone ") for line in guest.ok("control bench 1"))
        assert guest.ok("status")[0] == "cpus 0-1: in VMX root operation"
        guest.end()


def test_observe_enters_and_writes_nothing(iso: Path, workdir: Path) -> None:
    with running(monitored_qemu(2, f"observe {CMDLINE}"), iso, workdir) as guest:
        assert guest.error("open") == "VMX is not entered with observe or after a misspelt option"
        assert guest.error("control churn 1") == "VMX is not entered with observe or after a misspelt option"
        assert guest.error("write cr4 0x20") == "nothing is written with observe or after a misspelt option"
        guest.ok("control msr 0x174")
        _, parsed = guest.end()
    assert parsed.verdict == "OBSERVED"


@pytest.mark.parametrize("request_", ["halt", "control poweroff", "reboot", "control exit"])
def test_ends(request_: str, iso: Path, workdir: Path) -> None:
    cmdline = "monitor" if request_ == "halt" else CMDLINE
    with running(monitored_qemu(1, cmdline), iso, workdir) as guest:
        outcome, parsed = guest.end(request_)
    assert parsed.verdict == "UNSUPPORTED"
    expected = {"halt": None, "control exit": 0x12 * 2 + 1}
    assert outcome.status == expected.get(request_, 0)
