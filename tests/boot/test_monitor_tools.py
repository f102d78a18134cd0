"""Tests tools/rootmode-monitor, and tools/run with the monitor, as a person or a script uses them."""

import os
import pty
import select
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from guest import BOOT_S, running

from rootmode import log, qemu
from rootmode.machine import Machine
from rootmode.project import TOP

_TOOLS = TOP / "tools"
_PYTHON = "/usr/bin/python3"
_LEAVE_KEY = b"\x1d"


def _client(*arguments: str, stdin: str = "", timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_PYTHON, _TOOLS / "rootmode-monitor", *arguments], input=stdin, capture_output=True, text=True,
        timeout=timeout_s, check=False,
    )


class _FakeMonitor:
    """A fake monitor at the other end of a file descriptor: it accepts 'good' and never answers 'mute'."""

    def __init__(self, near: int) -> None:
        self._near = near
        self._line = b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                data = os.read(self._near, 256)
            except OSError:
                return
            if not data:
                return
            for byte in data.replace(b"\x03", b""):
                if byte == 0x0D:
                    self._answer(self._line.decode())
                    self._line = b""
                else:
                    self._line += bytes([byte])

    def _answer(self, line: str) -> None:
        known = {"good": "it is\r\nok\r\n", "echo off": "ok\r\n", "mute": ""}
        text = known.get(line, f"not supported: {line}; supported: good\r\nerror not supported\r\n")
        os.write(self._near, text.encode())


@pytest.fixture
def unix_socket(tmp_path: Path) -> Iterator[str]:
    path = str(tmp_path / "line")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        kept = []

        def accept() -> None:
            try:
                kept.append(server.accept()[0])
            except OSError:
                return
            _FakeMonitor(kept[0].fileno())

        threading.Thread(target=accept, daemon=True).start()
        yield path
        for connection in kept:
            connection.close()


@pytest.fixture
def tty() -> Iterator[str]:
    near, far = pty.openpty()
    _FakeMonitor(near)
    yield os.ttyname(far)
    os.close(far)


@pytest.mark.parametrize("arguments, stdin, status, says", [
    (("good",), "", 0, "it is\nok\n"),
    (("good", "good"), "", 0, "> good\nit is\nok\n> good\nit is\nok\n"),
    (("bad",), "", 1, "not supported: bad; supported: good\nerror not supported\n"),
    (("bad", "good"), "", 1, "> bad\nnot supported: bad; supported: good\nerror not supported\n"),
    (("--keep-going", "bad", "good"), "", 1,
     "> bad\nnot supported: bad; supported: good\nerror not supported\n> good\nit is\nok\n"),
    (("--timeout", "1", "mute"), "", 124, ""),
    (("-f", "-"), "# a comment\n\ngood\n", 0, "it is\nok\n"),
    (("two\rlines",), "", 2, ""),
])
def test_requests_and_statuses(
    arguments: tuple[str, ...], stdin: str, status: int, says: str, unix_socket: str
) -> None:
    done = _client(unix_socket, *arguments, stdin=stdin)
    assert (done.returncode, done.stdout) == (status, says), done.stderr


def test_serial_port(tty: str) -> None:
    pytest.importorskip("serial", reason="pyserial is not installed: run tools/setup")
    done = _client(tty, "good")
    assert (done.returncode, done.stdout) == (0, "it is\nok\n"), done.stderr


@pytest.mark.parametrize("arguments, status, says", [
    ((), 2, "--help"),
    (("/no/such/line", "good"), 2, "/no/such/line"),
    (("localhost:1", "good"), 2, "localhost:1"),
    (("--timeout", "never", "line"), 2, "--timeout"),
    (("line", "-f", "file", "good"), 2, "not from both"),
    (("line", "-f", "/no/such/file"), 2, "/no/such/file"),
])
def test_usage(arguments: tuple[str, ...], status: int, says: str) -> None:
    done = _client(*arguments)
    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_help_is_a_page() -> None:
    done = _client("--help")
    assert done.returncode == 0
    assert all(f"\n{part}\n" in f"\n{done.stdout}" for part in ("SYNOPSIS", "EXIT STATUS", "EXAMPLES"))


def test_line_that_ends(unix_socket: str) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        path = unix_socket + "-2"
        server.bind(path)
        server.listen()
        threading.Thread(target=lambda: server.accept()[0].close(), daemon=True).start()
        assert _client(path, "good").returncode == 3


def test_client_against_the_machine(iso: Path, workdir: Path) -> None:
    """The monitor uses a second port, while another program has the first port and the log."""
    path = workdir / "second"
    path.unlink(missing_ok=True)
    machine = Machine(
        vehicle="qemu", cpus=2, cmdline="monitor console=ttyS0 console=ttyS1 exit=debug", timeout_s=BOOT_S,
        vehicle_args=("-serial", f"unix:{path},server=on,wait=off"),
    )
    with running(machine, iso, workdir) as guest:
        done = _client(str(path), "status", "control msr 0x174 1", "open")
        assert done.returncode == 1
        assert "vmx: 0 of 2 CPUs in VMX root operation\nok\n" in done.stdout
        assert "cpu 1: MSR 0x174 = 0x0\nok\n" in done.stdout
        guest.session.begin()
        guest.end()


def _run(*arguments: str) -> list[str]:
    return [_PYTHON, str(_TOOLS / "run"), "--vehicle", "qemu", "--cpus", "2", *arguments]


def test_run_with_requests_from_a_pipe(iso: Path) -> None:
    if qemu.why_not():
        pytest.skip(qemu.why_not())
    done = subprocess.run(
        _run("--cmdline", "monitor exit=debug", "--iso", str(iso)), input="status\necho off\nopen 1\n",
        capture_output=True, text=True, timeout=BOOT_S, check=False,
    )
    assert done.returncode == log.EXIT_CODES["UNSUPPORTED"], done.stderr
    assert "warning" not in done.stderr
    assert "rootmode> status\n" in done.stdout.replace("\r", "")
    assert "error not all of these CPUs are in VMX root operation" in done.stdout


class _Person:
    """A user at a terminal."""

    def __init__(self, command: list[str]) -> None:
        self.near, far = pty.openpty()
        self.program = subprocess.Popen(command, stdin=far, stdout=far, stderr=far, start_new_session=True)
        os.close(far)
        self._seen = b""

    def sees(self, text: bytes) -> None:
        """Wait until the terminal shows this text, after the text of the last call."""
        deadline = time.monotonic() + BOOT_S
        while text not in self._seen:
            assert select.select([self.near], [], [], max(0, deadline - time.monotonic()))[0], self._seen[-500:]
            self._seen += os.read(self.near, 4096)
        self._seen = self._seen.split(text, 1)[1]

    def types(self, keys: bytes) -> None:
        os.write(self.near, keys)

    def status(self) -> int:
        """Return the program's exit status."""
        deadline = time.monotonic() + BOOT_S
        while self.program.poll() is None and time.monotonic() < deadline:
            if select.select([self.near], [], [], 0.1)[0]:
                try:
                    os.read(self.near, 4096)
                except OSError:
                    break
        return self.program.wait(BOOT_S)


@pytest.fixture
def person(iso: Path) -> Iterator[_Person]:
    if qemu.why_not():
        pytest.skip(qemu.why_not())
    somebody = _Person(_run("--cmdline", "monitor exit=debug", "--iso", str(iso)))
    yield somebody
    somebody.program.terminate()
    somebody.program.wait()
    os.close(somebody.near)


def test_run_in_a_terminal(person: _Person) -> None:
    person.sees(b"type help or exit")
    person.sees(b"rootmode> ")
    person.types(b"stat\x03")
    person.sees(b"^C\r\nrootmode> ")
    person.types(b"status\r")
    person.sees(b"vmx: 0 of 2 CPUs in VMX root operation")
    person.sees(b"ok\r\nrootmode> ")
    person.types(b"exit\r")
    person.sees(b"RESULT: UNSUPPORTED no-vmx")
    assert person.status() == log.EXIT_CODES["UNSUPPORTED"]


def test_leaving_a_terminal(person: _Person) -> None:
    person.sees(b"rootmode> ")
    person.types(_LEAVE_KEY)
    assert person.status() == 130
