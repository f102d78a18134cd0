"""A machine's serial line in the terminal of whoever started it, for as long as the monitor asks.

Until the monitor has started, and when it has ended, this is a log, line by line. In between, what is typed
goes to the machine, byte by byte; from a file or a pipe, line by line, each when the one before
was answered, and at its end "exit".
"""

import contextlib
import os
import sys
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

from rootmode import log
from rootmode.line import Line
from rootmode.machine import OnLine

LEAVE_KEY = b"\x1d"
LEAVE_KEY_NAME = "Ctrl-]"
PROMPT = b"rootmode> "

_STDIN = 0
_BLOCK = 4096
_QUIET_S = 0.5  # with echo off there is no prompt: an answer, and then nothing, for so long
_SHOWN = bytes(sorted({*b"\b\t\n", *range(0x20, 0x7F)}))
_HIDDEN = bytes(byte for byte in range(256) if byte not in _SHOWN)


@contextlib.contextmanager
def raw_keys() -> Iterator[None]:
    """While this lasts, every key of stdin's terminal, if it is one, is just a byte."""
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
    """What this program prints itself still ends its lines as usual."""
    now = termios.tcgetattr(_STDIN)
    now[1] |= termios.OPOST
    termios.tcsetattr(_STDIN, termios.TCSADRAIN, now)


def show_bytes(data: bytes) -> None:
    """Print the machine's text, each line ended as this program's are, without what a terminal would obey."""
    sys.stdout.buffer.write(data.translate(None, _HIDDEN))
    sys.stdout.buffer.flush()


class Terminal(Line):
    """The line to stdin and stdout. `on_line` gets the log's lines; the machine has limit_s without a person."""

    def __init__(self, workdir: Path, on_line: OnLine, limit_s: float) -> None:
        super().__init__(workdir)
        self._on_line = on_line
        self._limit_s = limit_s
        self._since = time.monotonic()
        self._line = b""  # what has come of the line that is under way
        self._answered_at: float | None = None
        self._keys = contextlib.ExitStack()
        self._in_monitor = False
        self._is_tty = os.isatty(_STDIN)
        self._script: list[bytes] | None = None  # what is left of it, where stdin is none of a person

    def carry(self, seconds: float) -> bool:
        super().carry(seconds)
        if self._in_monitor and not self._is_tty:
            self._go_on_with_script()
        return self._is_waiting_for_person() or time.monotonic() - self._since < self._limit_s

    def finish(self) -> None:
        super().finish()
        self.end_keys()

    def end_keys(self) -> None:
        """Give the terminal's keys their meaning again."""
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
            if log.is_monitor_end(line):
                self._switch(False)
        else:
            self._on_line(line)
            if log.is_monitor_begin(line):
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
            self._script = [*(line for line in typed if line.strip()), b"exit"]  # there is no answer to nothing
        quiet = self._answered_at and time.monotonic() - self._answered_at > _QUIET_S
        if not self._script or not (quiet or self._line.endswith(PROMPT)):
            return
        self._answered_at = None
        self._line = b""
        self._since = time.monotonic()
        self.send(self._script.pop(0) + b"\r")


def is_answer(line: str) -> bool:
    """True for the line that ends what the monitor has to say to a request."""
    return line == "ok" or line.startswith("error ")
