"""Speaks the monitor's protocol (docs/serial-log.md) as a client: one request, one answer."""

import contextlib
import os
import re
import secrets
import select
import socket
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

try:
    import serial
except ImportError:
    serial = None  # it is needed only for serial ports

from rootmode.terminal import is_answer

BAUD = 115200

_BLOCK = 4096
_CTRL_C = b"\x03"
_POLL_S = 0.2  # the longest read of a console server's port
_GREET_S = 1.0  # time limit of one attempt to find the monitor
_BETWEEN_S = 0.01  # after each 16 bytes: the size of a UART's FIFO, which the monitor polls


class MonitorError(Exception):
    """The connection cannot be opened, or was closed. The message says which."""


class MonitorTimeout(MonitorError):
    """The monitor did not answer in time."""


class Wire(Protocol):
    """A connection to the machine."""

    def fileno(self) -> int:
        """Return the file descriptor, for select()."""

    def recv(self, size: int) -> bytes:
        """Return the bytes received, or b"" if the connection was closed."""

    def sendall(self, data: bytes) -> None:
        """Send all bytes."""


@dataclass(frozen=True)
class Answer:
    """The answer to a request. problem is "" if the answer ended with ok."""

    lines: tuple[str, ...]
    problem: str

    @property
    def is_ok(self) -> bool:
        """Return True if the monitor carried out the request."""
        return not self.problem


class _Tty:
    """A serial port as a Wire."""

    def __init__(self, path: str, baud: int) -> None:
        if not serial:
            raise MonitorError("a serial port needs Python's pyserial: run tools/setup")
        try:
            self._port = serial.Serial(path, baud, timeout=0)
        except (serial.SerialException, ValueError) as error:
            raise MonitorError(str(error)) from None

    def fileno(self) -> int:
        return int(self._port.fileno())

    def recv(self, size: int) -> bytes:
        return bytes(self._port.read(size))

    def sendall(self, data: bytes) -> None:
        self._port.write(data)


class _ConsoleServer:
    """A serial port of a console server (RFC 2217) as a Wire. A thread reads, because select() cannot wait for it."""

    def __init__(self, url: str, baud: int) -> None:
        if not serial:
            raise MonitorError("rfc2217:// needs Python's pyserial: run tools/setup")
        try:
            self._port = serial.serial_for_url(url, baud, timeout=_POLL_S)
        except (serial.SerialException, ValueError) as error:
            raise MonitorError(f"{url}: {error}") from None
        self._near, self._far = socket.socketpair()
        threading.Thread(target=self._carry, daemon=True).start()

    def _carry(self) -> None:
        """Pass on what arrives, until the server closes the connection."""
        with self._far, contextlib.suppress(serial.SerialException, OSError):
            while True:
                self._far.sendall(self._port.read(self._port.in_waiting or 1))

    def fileno(self) -> int:
        return self._near.fileno()

    def recv(self, size: int) -> bytes:
        return self._near.recv(size)

    def sendall(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except serial.SerialException as error:
            raise MonitorError(str(error)) from None


def open_wire(target: str, baud: int = BAUD) -> Wire:
    """Return a Wire to a serial port (a path), a Unix socket (a path), HOST:PORT, or a URL of a console server."""
    if target.startswith("rfc2217://"):
        return _ConsoleServer(target, baud)
    tcp = re.fullmatch(r"(?:tcp:|socket://)?\[?([^/]*?)\]?:(\d+)", target)
    try:
        if tcp:
            return socket.create_connection((tcp[1] or "127.0.0.1", int(tcp[2])), timeout=10)
        if target.startswith("unix:") or _is_socket(target):
            wire = socket.socket(socket.AF_UNIX)
            wire.connect(target.removeprefix("unix:"))
            return wire
        return _Tty(target, baud)
    except (OSError, OverflowError) as error:
        raise MonitorError(f"{target}: {error}") from None


def _is_socket(path: str) -> bool:
    return os.path.exists(path) and stat.S_ISSOCK(os.stat(path).st_mode)


class Session:
    """A session with the monitor at the other end of a Wire, with echo off."""

    def __init__(self, wire: Wire, timeout_s: float = 30.0, on_line: Callable[[str], None] = lambda line: None) -> None:
        self._wire = wire
        self._timeout_s = timeout_s
        self._on_line = on_line
        self._partial = b""

    def begin(self, timeout_s: float | None = None) -> None:
        """Wait for the monitor, discard any half-typed line, and turn echo off.

        The machine may still be booting. To recognize the answer among other output, it sends a
        request with a random name.
        """
        timeout_s = timeout_s or self._timeout_s
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            mark = f"sync-{secrets.token_hex(4)}"
            self.type(_CTRL_C + b"echo off\r")
            self._skip_until(lambda line: line.endswith("ok"), _GREET_S)
            self.type(mark.encode() + b"\r")
            if self._skip_until(lambda line: line.startswith(f"not supported: {mark};"), _GREET_S):
                self._answer(deadline)
                return
        raise MonitorTimeout(f"no monitor answers within {timeout_s:g} s")

    def request(self, text: str, timeout_s: float | None = None) -> Answer:
        """Send a request and wait for its answer."""
        self.type(text.encode("ascii", "replace") + b"\r")
        return self._answer(time.monotonic() + (timeout_s or self._timeout_s))

    def type(self, data: bytes) -> None:
        """Send bytes no faster than the monitor can poll them."""
        for start in range(0, len(data), 16):
            self._wire.sendall(data[start:start + 16])
            time.sleep(_BETWEEN_S)

    def throw(self, data: bytes) -> None:
        """Send bytes without pauses, and discard what the monitor sends meanwhile."""
        deadline = time.monotonic() + self._timeout_s
        while data and time.monotonic() < deadline:
            receivable, sendable, _ = select.select([self._wire], [self._wire], [], 1)
            if receivable:
                self._partial = self._receive()
            if sendable:
                self._wire.sendall(data[:256])
                data = data[256:]

    def skip(self, seconds: float) -> list[str]:
        """Return the lines that arrive within so many seconds."""
        lines = []
        deadline = time.monotonic() + seconds
        while (line := self._line(deadline)) is not None:
            lines.append(line)
        return lines

    def _answer(self, deadline: float) -> Answer:
        lines: list[str] = []
        while True:
            line = self._line(deadline)
            if line is None:
                raise MonitorTimeout("no answer in time")
            self._on_line(line)
            if is_answer(line):
                return Answer(tuple(lines), "" if line == "ok" else line.removeprefix("error "))
            lines.append(line)

    def _skip_until(self, is_wanted: Callable[[str], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            line = self._line(deadline)
            if line is None or is_wanted(line):
                return line is not None

    def _line(self, deadline: float) -> str | None:
        """Return the next line, or None if no complete line arrives in time."""
        while b"\n" not in self._partial:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._wire], [], [], left)[0]:
                return None
            data = self._receive()
            if not data:
                raise MonitorError("the connection was closed")
            self._partial += data
        line, self._partial = self._partial.split(b"\n", 1)
        return line.strip(b"\r").decode("ascii", "replace")

    def _receive(self) -> bytes:
        try:
            return self._wire.recv(_BLOCK)
        except OSError:
            return b""
