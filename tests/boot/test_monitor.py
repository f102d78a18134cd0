"""The monitor: every request and every refusal, over the serial line."""

import random
import re
import string
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import qemu_screen
from boot_case import SLOW_IPS
from guest import Guest, running
from screenshot import read_ppm, read_text, vga

from rootmode import qemu
from rootmode.machine import Machine

_CMDLINE = "monitor exit=debug"
_TIMES = 200
_SCREEN_S = 20
_TEXT_CELL_WIDTH = 9  # of QEMU's text screen
_HOSTILE_LINES = 10_000
_HOSTILE_AT_ONCE = 250

_NO_VMX = "not all of these CPUs are in VMX root operation"
_NOT_IN = "not all of these CPUs are in VMX root operation: see open, status"
_BAD_LIST = "a list of CPUs is like 0-3,8, in rising order"
_TOO_MUCH = "there is more than this request takes"
_NO_ARGUMENTS = "this request takes no arguments"

# What any machine says: a request, how its answer ends ("" for ok), and what one of its lines must be.
_ANYWHERE = [
    ("help", "", r"open \[CPUS\]: .*"),
    ("help open", "", r"open \[CPUS\]: .*"),
    ("help nmi", "", r"control nmi \[CPUS\]: .*"),
    ("help report", "", r"read report: .*"),
    ("help control", "", r"control online CPU: .*"),
    ("help frobnicate", "not supported", r"not supported: frobnicate; there are help open .*"),
    ("frobnicate 1", "not supported", r"not supported: frobnicate; there are help open .*"),
    ("control", "not supported", r"not supported: ; there are prove .*"),
    ("control frobnicate", "not supported", r"not supported: frobnicate; there are prove .*"),
    ("write dr7 1", "not supported", r"not supported: dr7; there are msr cr4"),
    ("read minds", "not supported", r"not supported: minds; there are status .*"),
    ("x" * 200, "a line is too long", None),
    ("status", "", r"vmx: \d of 4 CPUs in VMX root operation"),
    ("read", "", r"vmx: \d of 4 CPUs in VMX root operation"),
    ("read status", "", r"vmx: \d of 4 CPUs in VMX root operation"),
    ("status 1", _NO_ARGUMENTS, None),
    ("exit now", _NO_ARGUMENTS, None),
    ("read evidence", "", r"cpu 3: GenuineIntel, .*"),
    ("read report", "", r"END crc32=0x[0-9a-f]{8}"),
    ("read log", "", r"\| \[ *\d+\.\d{6}\] rootmode: rootmode at .*"),
    ("read caps", "", None),
    ("caps 1", "", None),
    ("control caps 9", "there is no such CPU", None),
    ("close 9", "there is no such CPU", None),
    ("close 1,0", _BAD_LIST, None),
    ("close 1-", _BAD_LIST, None),
    ("close one", _BAD_LIST, None),
    ("close 0 1", _TOO_MUCH, None),
    ("close 4294967295", "there is no such CPU", None),
    ("close 4294967296", _BAD_LIST, None),
    ("control cpuid 0 0", "", r"cpu 0: EAX 0x[0-9a-f]{8} EBX 0x756e6547 ECX 0x6c65746e EDX 0x49656e69"),
    ("control cpuid 7.0 0-1", "", r"cpus 0-1: EAX .*"),
    ("control cpuid", "a leaf is a number, such as 0x1, or with its subleaf 7.0", None),
    ("control cpuid 1.x", "a leaf is a number, such as 0x1, or with its subleaf 7.0", None),
    ("control cpuid 0x100000000", "a leaf is a number, such as 0x1, or with its subleaf 7.0", None),
    ("control msr 0x174", "", r"cpus 0-3: MSR 0x174 = 0x.*"),
    ("control msr", "an MSR is a number, such as 0x3a", None),
    ("control msr 3a", "an MSR is a number, such as 0x3a", None),
    ("write msr 0x174 0x10 2-3", "", r"cpus 2-3: MSR 0x174 was 0x0, is 0x10"),
    ("control msr 0x174", "", r"cpus 0-1: MSR 0x174 = 0x0"),
    ("write msr 0x174", "the value is a number, such as 0x5", None),
    ("write msr x 1", "an MSR is a number, such as 0x3a", None),
    ("write msr 0x1b 0", "refused", r"the kernel would break: .* interrupts between CPUs"),
    ("write msr 0xc0000080 0 3", "refused", r"the kernel would break: .*64-bit mode.*"),
    ("write cr4", "the value is a number, such as 0x2020", None),
    ("write cr4 0", "refused", r"the kernel would break: .*64-bit mode"),
    ("write cr4 0x100000020", "refused", r"the kernel would break: .*exceptions"),
    ("control nmi", "", r"cpu 3: has taken an NMI, and goes on"),
    ("control nmi 0,2", "", r"cpu 2: has taken an NMI, and goes on"),
    ("control offline", "offline takes a list of CPUs", None),
    ("control offline 0", "CPU 0 runs this monitor", None),
    ("control online 1", "this CPU runs", None),
    ("control online 0-1", "online takes the number of one CPU", None),
    ("control online", "online takes the number of one CPU", None),
    ("control offline 1-2", "", r"cpus 1-2: offline"),
    ("status", "", r"cpus 1-2: offline.*"),
    ("close 2", "not all of these CPUs run: see status", None),
    ("control nmi", "", r"cpu 3: has taken an NMI, and goes on"),
    ("control churn many", "churn takes a number of times, at most 10000", None),
    ("echo", "echo takes on or off", None),
    ("echo maybe", "echo takes on or off", None),
]

_WITHOUT_VMX = [
    ("open", _NO_VMX, r"cpus 0-3: outside VMX operation: CPUID\.1:ECX\.VMX\[5\] is clear.*"),
    ("on 0", _NO_VMX, r"cpu 0: outside VMX operation: .*"),
    ("close", "", r"cpus 0-3: outside VMX operation: .*"),
    ("off 1", "", r"cpu 1: outside VMX operation: .*"),
    ("prove", _NOT_IN, None),
    ("control selftest", _NOT_IN, None),
    ("control bench", _NOT_IN, None),
    ("control churn 1", "not all went well", None),
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
    ("write msr 0x3a 1", "the CPU refused it",
     r"cpus 0-3: MSR 0x3a was 0x5; writing 0x1 faults: vector 13, error code 0x0; still 0x5"),
    ("write cr4 0x20", "the CPU refused it",
     r"cpus 0-3: CR4 was 0x2020; writing 0x20 faults: vector 13, error code 0x0; still 0x2020"),
    ("write cr4 0x102020 3", "", r"cpu 3: CR4 was 0x2020, is 0x102020"),
    ("write cr4 0x2020 3", "", r"cpu 3: CR4 was 0x102020, is 0x2020"),
    *_ANYWHERE,
    ("status", "", r"vmx: 2 of 4 CPUs in VMX root operation"),
    ("control online 2", "", r"cpu 2: in VMX root operation"),
    ("prove 2", "", r"cpu 2: guest: 64-bit with EPT: .*, all as expected"),
    ("close", "", r"cpus 0,2-3: outside VMX operation"),
    ("control online 1", "", r"cpu 1: in VMX root operation"),
    ("status", "", r"vmx: 1 of 4 CPUs in VMX root operation"),
]


def _bochs(cpus: int) -> Machine:
    return Machine(cpus=cpus, cmdline=_CMDLINE, vehicle_args=(f"cpu: ips={SLOW_IPS}",), timeout_s=120)


def _qemu(cpus: int, cmdline: str = _CMDLINE, **more: object) -> Machine:
    return Machine(vehicle="qemu", cpus=cpus, cmdline=cmdline, timeout_s=120, **more)


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
    with running(_qemu(4), iso, workdir) as guest:
        _ask_all(guest, _WITHOUT_VMX)
        _, parsed = guest.end()
    assert (parsed.verdict, parsed.reasons) == ("UNSUPPORTED", ("no-vmx",))


def test_requests_with_vmx(iso: Path, workdir: Path) -> None:
    with running(_bochs(4), iso, workdir) as guest:
        _ask_all(guest, _WITH_VMX)
        _, parsed = guest.end("control exit")
    assert (parsed.verdict, parsed.in_vmx, parsed.of_cpus) == ("PASS", 1, 4)
    assert {"kind": "machine", "entered": "4", "left": "4"}.items() <= parsed.report[0].items()


def test_open_and_close_often(iso: Path, workdir: Path) -> None:
    """On all CPUs, on single ones, and while the others prove."""
    with running(_bochs(2), iso, workdir) as guest:
        for count in range(_TIMES):
            cpus = ("", "0", "1")[count % 3]
            assert guest.ok(f"close {cpus}")[-1].endswith(": outside VMX operation")
            assert guest.ok(f"open {cpus}")[-1].endswith(": in VMX root operation")
        for cpus in ("0", "1", "0-1"):
            assert guest.ok(f"control churn {_TIMES} {cpus}") == ("cpus 0-1: in VMX root operation",)
        guest.ok("prove")
        outcome, parsed = guest.end()
    assert (parsed.verdict, parsed.in_vmx) == ("PASS", 2)
    assert outcome.events == ()
    assert all(int(count) > _TIMES for count in parsed.values("proved"))


def test_trials(iso: Path, workdir: Path) -> None:
    with running(_bochs(2), iso, workdir) as guest:
        said = guest.session.request("control selftest 1").lines
        assert "# Subtest: cpu 1" in " ".join(said)
        assert any(line.startswith("cpu 0: bench: VMCALL: alone ") for line in guest.ok("control bench 0"))
        assert guest.ok("status")[0] == "cpus 0-1: in VMX root operation"
        guest.end()


def test_observe_enters_and_writes_nothing(iso: Path, workdir: Path) -> None:
    with running(_qemu(2, f"observe {_CMDLINE}"), iso, workdir) as guest:
        assert guest.error("open") == "observe was asked for, so nothing is entered"
        assert guest.error("control churn 1") == "observe was asked for, so nothing is entered"
        assert guest.error("write cr4 0x20") == "observe was asked for, so nothing is written"
        guest.ok("control msr 0x174")
        _, parsed = guest.end()
    assert parsed.verdict == "OBSERVED"


@pytest.mark.parametrize("request_", ["halt", "control poweroff", "reboot", "control exit"])
def test_ends(request_: str, iso: Path, workdir: Path) -> None:
    cmdline = "monitor" if request_ == "halt" else _CMDLINE
    with running(_qemu(1, cmdline), iso, workdir) as guest:
        outcome, parsed = guest.end(request_)
    assert parsed.verdict == "UNSUPPORTED"
    expected = {"halt": None, "control exit": 0x12 * 2 + 1}
    assert outcome.status == expected.get(request_, 0)


def test_keys_of_a_terminal(iso: Path, workdir: Path) -> None:
    """Backspace, ^U, ^C, the history, and what is shown of it."""
    with running(_qemu(1), iso, workdir) as guest:
        session = guest.session
        guest.ok("echo on")
        session.type(b"stators\x7f\x7f\x08us\r")
        shown = session.skip(0.5)
        assert "rootmode> stators" + "\b \b" * 3 + "us" in shown
        assert shown[-1] == "ok"
        session.type(b"halt\x15status\x03")
        assert "^C" in session.skip(0.5)[-1]
        session.type(b"\x1b[A\r")
        assert "vmx: 0 of 1 CPUs in VMX root operation" in session.skip(0.5)
        session.type(b"\x1b[A\x1b[B\x1b[C\x1b[D\x1bOP\x1b[3~\r\r\n\n\t \r")
        assert [line for line in session.skip(0.5) if not line.startswith("rootmode> ")] == []
        session.begin()
        guest.end()


def _type_on_keyboard(machine: qemu_screen.Monitor, keys: str) -> None:
    for key in keys.split():
        codes = [{"type": "qcode", "data": code} for code in key.split("-")]
        machine.run("send-key", keys=codes, **{"hold-time": 20})
        time.sleep(0.05)


def _screen(machine: qemu_screen.Monitor, workdir: Path, is_wanted: Callable[[list[str]], bool]) -> list[str]:
    """The screen's lines that are not empty, once they are wanted, or after a while."""
    deadline = time.monotonic() + _SCREEN_S
    while True:
        machine.run("screendump", filename=str(workdir / "screen.ppm"))
        lines = [line.rstrip() for line in read_text(read_ppm(workdir / "screen.ppm"), vga(), _TEXT_CELL_WIDTH)]
        lines = [line for line in lines if line]
        if is_wanted(lines) or time.monotonic() > deadline:
            return lines
        time.sleep(0.3)


def test_keyboard_and_screen(iso: Path, workdir: Path) -> None:
    """What is typed, and what comes of it, is on the screen."""
    if qemu.why_not():
        pytest.skip(qemu.why_not())
    with qemu_screen.started(_qemu(1, "monitor"), iso, workdir, serial=False) as machine:
        shown = _screen(machine, workdir, lambda lines: lines[-1:] == ["rootmode>"])
        assert shown[-1:] == ["rootmode>"]
        _type_on_keyboard(machine, "s t a r backspace t u s spc 9")
        shown = _screen(machine, workdir, lambda lines: lines[-1:] == ["rootmode> status 9"])
        assert shown[-1] == "rootmode> status 9"
        _type_on_keyboard(machine, "ctrl-u shift-x ctrl-c up s t a t u s ret")
        shown = _screen(machine, workdir, lambda lines: lines[-2:] == ["ok", "rootmode>"])
        assert [line for line in shown if line.startswith("rootmode>")][-3:] == [
            "rootmode> X^C", "rootmode> status", "rootmode>"]
        assert "vmx: 0 of 1 CPUs in VMX root operation" in shown
        _type_on_keyboard(machine, "e x i t kp_enter")
        assert "RESULT: UNSUPPORTED" in " ".join(_screen(machine, workdir, lambda lines: "RESULT" in " ".join(lines)))


def _hostile_line(source: random.Random) -> bytes:
    """Random bytes, or requests gone wrong; none ends the monitor or changes its echo."""
    words = ["open", "close", "read", "write", "control", "msr", "cr4", "cpuid", "nmi", "offline", "online", "prove",
             "churn", "help", "status", "caps", "log", "0-1", "0,1", "1", "9", "0x3a", "0x20", "-1", ",", "all"]
    kind = source.randrange(4)
    if kind == 0:
        line = source.randbytes(source.randrange(60))
    elif kind == 1:
        line = source.randbytes(source.randrange(400)) if source.random() < 0.1 else b""
    else:
        parts = [source.choice(words) for _ in range(source.randrange(1, 5))]
        parts += [hex(source.getrandbits(source.choice([8, 32, 64, 70])))] * source.randrange(2)
        line = " ".join(parts).encode()
        if kind == 3 and line:
            at = source.randrange(len(line))
            line = line[:at] + source.choice(string.printable).encode() + line[at + 1:]
    return re.sub(rb"exit|halt|reboot|poweroff|echo|read log|control churn", b"x", line)


def test_hostile_lines(iso: Path, workdir: Path) -> None:
    source = random.Random(2026)
    with running(_qemu(2), iso, workdir) as guest:
        for _ in range(0, _HOSTILE_LINES, _HOSTILE_AT_ONCE):
            lines = [_hostile_line(source) for _ in range(_HOSTILE_AT_ONCE)]
            guest.session.throw(b"\r".join(lines) + b"\r")
            guest.session.begin()
        assert any(line.startswith("vmx: 0 of 2 CPUs") for line in guest.ok("status"))
        _, parsed = guest.end()
    assert parsed.verdict in ("UNSUPPORTED", "FAIL")
