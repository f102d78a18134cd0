"""Connects a machine's serial port to this program's terminal while the monitor runs.

Before the monitor starts and after it ends, the port's output is a log, line by line. While it runs, each
key goes to the machine. If stdin is a file or a pipe, it sends the lines one by one, each after the
answer to the one before, and "exit" after the last.
"""

import contextlib
import os
import sys
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

from rootmode import console_line
from rootmode.line import Line
from rootmode.machine import OnLine

LEAVE_KEY = b"\x1d"
LEAVE_KEY_NAME = "Ctrl-]"
PROMPT = b"rootmode> "

_STDIN = 0
_BLOCK = 4096
_QUIET_S = 0.5  # with echo off there is no prompt: an answer is complete after this long without output
_SHOWN = bytes(sorted({*b"\b\t\n", *range(0x20, 0x7F)}))
_HIDDEN = bytes(byte for byte in range(256) if byte not in _SHOWN)


@contextlib.contextmanager
def raw_keys() -> Iterator[None]:
    """Put stdin in raw mode, if it is a terminal, and restore its mode at the end."""
    if not os.isatty(_STDIN):
        yield
        return
    before = termios.tcgetattr(_STDIN)
    try:
        tty.setraw(_STDIN, termios.TCSADRAIN)
        _keep_line_ends()
        yield
    finally:
        termios.tcsetattr(_STDIN, termios.TCSADRAIN, before)


def _keep_line_ends() -> None:
    """Let the terminal still convert this program's line ends."""
    now = termios.tcgetattr(_STDIN)
    now[1] |= termios.OPOST
    termios.tcsetattr(_STDIN, termios.TCSADRAIN, now)


def show_bytes(data: bytes) -> None:
    """Print the machine's text with this program's line ends and without control characters."""
    sys.stdout.buffer.write(data.translate(None, _HIDDEN))
    sys.stdout.buffer.flush()


class Terminal(Line):
    """A Line to stdin and stdout. `on_line` gets the log's lines. limit_s does not count time at the prompt."""

    def __init__(self, workdir: Path, on_line: OnLine, limit_s: float) -> None:
        super().__init__(workdir)
        self._on_line = on_line
        self._limit_s = limit_s
        self._since = time.monotonic()
        self._line = b""  # the start of a line whose end has not arrived yet
        self._answered_at: float | None = None
        self._keys = contextlib.ExitStack()
        self._in_monitor = False
        self._is_tty = os.isatty(_STDIN)
        self._script: list[bytes] | None = None  # the lines still to send, if stdin is no terminal

    def carry(self, seconds: float) -> bool:
        super().carry(seconds)
        if self._in_monitor and not self._is_tty:
            self._go_on_with_script()
        return self._is_waiting_for_person() or time.monotonic() - self._since < self._limit_s

    def finish(self) -> None:
        super().finish()
        self.end_keys()

    def end_keys(self) -> None:
        """Restore the terminal's mode."""
        self._keys.close()

    def peer(self) -> int | None:
        return _STDIN if self._in_monitor and self._is_tty else None

    def typed(self) -> None:
        keys = os.read(_STDIN, _BLOCK)
        if not keys or LEAVE_KEY in keys:
            raise KeyboardInterrupt
        self.send(keys)

    def show(self, data: bytes) -> None:
        for part in data.splitlines(keepends=True):
            if self._in_monitor:
                show_bytes(part)
            self._line += part
            if part.endswith(b"\n"):
                self._end_line(self._line.strip(b"\r\n").decode("ascii", "replace"))
                self._line = b""

    def _end_line(self, line: str) -> None:
        if self._in_monitor:
            self._answered_at = time.monotonic() if is_answer(line) else None
            if console_line.is_monitor_end(line):
                self._switch(False)
        else:
            self._on_line(line)
            if console_line.is_monitor_begin(line):
                self._switch(True)

    def _switch(self, in_monitor: bool) -> None:
        self._in_monitor = in_monitor
        self._since = time.monotonic()
        if in_monitor:
            self._keys.enter_context(raw_keys())
        else:
            self.end_keys()

    def _is_waiting_for_person(self) -> bool:
        return self._in_monitor and self._is_tty

    def _go_on_with_script(self) -> None:
        if self._script is None:
            typed = sys.stdin.buffer.read().splitlines()
            self._script = [*(line for line in typed if line.strip()), b"exit"]  # the monitor does not answer an empty line
        quiet = self._answered_at and time.monotonic() - self._answered_at > _QUIET_S
        if not self._script or not (quiet or self._line.endswith(PROMPT)):
            return
        self._answered_at = None
        self._line = b""
        self._since = time.monotonic()
        self.send(self._script.pop(0) + b"\r")


def is_answer(line: str) -> bool:
    """Return True for the last line of an answer."""
    return line == "ok" or line.startswith("error ")
