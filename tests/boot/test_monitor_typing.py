"""Tests input to the monitor: from a terminal, from the keyboard, and random bytes."""

import random
import re
import socket
import string
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import qemu_screen
from guest import monitored_qemu, running
from screenshot import read_ppm

from rootmode import qemu

_SCREEN_S = 20
_LONG_ANSWERS = 20  # more than fit into a Unix socket's buffer
_HOSTILE_AT_ONCE = 250


def test_keys_of_a_terminal(iso: Path, workdir: Path) -> None:
    """Backspace, ^U, ^C and the history work, and the echo shows it."""
    with running(monitored_qemu(1), iso, workdir) as guest:
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
    """Return the screen's lines that are not empty, when is_wanted() is true of them or after a timeout."""
    deadline = time.monotonic() + _SCREEN_S
    while True:
        machine.run("screendump", filename=str(workdir / "screen.ppm"))
        lines = [line.rstrip() for line in read_ppm(workdir / "screen.ppm").lines()]
        lines = [line for line in lines if line]
        if is_wanted(lines) or time.monotonic() > deadline:
            return lines
        time.sleep(0.3)


def test_keyboard_and_screen(iso: Path, workdir: Path) -> None:
    """The screen shows what is typed, and the answers."""
    if qemu.why_not():
        pytest.skip(qemu.why_not())
    with qemu_screen.started(monitored_qemu(1, "monitor"), iso, workdir, serial=False) as machine:
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


def test_machine_without_any_input_says_so(iso: Path, workdir: Path) -> None:
    """Neither a serial port nor a keyboard controller: the screen says that nothing can be typed."""
    if qemu.why_not():
        pytest.skip(qemu.why_not())
    machine = replace(monitored_qemu(1, "monitor"), vehicle_args=("-machine", "i8042=off"))
    with qemu_screen.started(machine, iso, workdir, serial=False) as screen:
        shown = " ".join(_screen(screen, workdir, lambda lines: lines[-1:] == ["rootmode>"]))
        assert "warning: no serial port and no keyboard controller is there: nothing can be typed" in shown


def _hostile_line(source: random.Random) -> bytes:
    """Return random bytes or a malformed request. None ends the monitor or changes its echo."""
    words = ["open", "close", "read", "write", "control", "msr", "cr4", "cpuid", "nmi", "offline", "online", "prove",
             "churn", "stress", "help", "status", "caps", "log", "0-1", "0,1", "1", "9", "0x3a", "0x20", "-1", ",", "all"]
    kind = source.randrange(4)
    if kind == 0:
        line = source.randbytes(source.randrange(30))
    elif kind == 1:
        line = source.randbytes(source.randrange(400)) if source.random() < 0.05 else b""
    else:
        parts = [source.choice(words) for _ in range(source.randrange(1, 5))]
        parts += [hex(source.getrandbits(source.choice([8, 32, 64, 70])))] * source.randrange(2)
        line = " ".join(parts).encode()
        if kind == 3 and line:
            at = source.randrange(len(line))
            line = line[:at] + source.choice(string.printable).encode() + line[at + 1:]
    return re.sub(rb"exit|halt|reboot|poweroff|echo|read log|control (churn|stress)", b"x", line)


@pytest.mark.cost(10)
@pytest.mark.parametrize("count", [2_500, pytest.param(10_000, marks=pytest.mark.long)])
def test_hostile_lines(count: int, iso: Path, workdir: Path) -> None:
    source = random.Random(2026)
    with running(monitored_qemu(2), iso, workdir) as guest:
        for _ in range(0, count, _HOSTILE_AT_ONCE):
            lines = [_hostile_line(source) for _ in range(_HOSTILE_AT_ONCE)]
            guest.session.throw(b"\r".join(lines) + b"\r")
            guest.session.begin(60)
        assert any(line.startswith("vmx: 0 of 2 CPUs") for line in guest.ok("status"))
        _, parsed = guest.end()
    assert parsed.verdict in ("UNSUPPORTED", "FAIL")


def _take(wire: socket.socket) -> str:
    """Return everything received until there is a pause."""
    taken = b""
    wire.settimeout(2)
    try:
        while block := wire.recv(65536):
            taken += block
    except TimeoutError:
        pass
    return taken.decode("ascii", "replace")


def test_reader_that_pauses(iso: Path, workdir: Path) -> None:
    """The other port continues, a line reports the missed bytes, and input that arrives meanwhile is used."""
    far = workdir / "second.sock"
    far.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(far))
        listener.listen()
        second = ("-chardev", f"socket,id=second,path={far}", "-device", "isa-serial,chardev=second,index=1")
        machine = replace(monitored_qemu(1, "monitor exit=debug console=ttyS0 console=ttyS1"), vehicle_args=second)
        with running(machine, iso, workdir) as guest:
            wire, _ = listener.accept()
            for _ in range(_LONG_ANSWERS):
                guest.ok("read log")
            wire.sendall(b"frobnicate\r")
            assert any(line.startswith("not supported: frobnicate;") for line in guest.session.skip(1))
            shown = _take(wire)
            assert re.search(r"boot: warning: \d+ bytes of the log are missing here\r\n", shown)
            assert "not supported: frobnicate;" in shown
            guest.ok("status")
            assert "vmx: 0 of 1 CPUs in VMX root operation" in _take(wire)
            guest.ok("exit")
            assert "RESULT: UNSUPPORTED no-vmx" in _take(wire)
            wire.close()
