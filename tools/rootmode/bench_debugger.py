"""Bochs' debugger as a stopwatch: the machine runs from breakpoint to breakpoint, and tells its ticks.

Ticks are emulated time, 50 million a second. A breakpoint costs the machine nothing, but the
debugger does not look at the first instruction of a CPU's turn (16 instructions), so that whoever
must not miss a CPU sets breakpoints on two adjacent instructions.
"""

import os
import re
import select
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rootmode import bochs, process
from rootmode.machine import Machine, MachineError

_PROMPT = re.compile(rb"<bochs:\d+>")
_TICKS = re.compile(r"^Next at t=(\d+)", re.MULTILINE)
_HIT = re.compile(r"^\((\d+)\) Breakpoint \d+, 0x([0-9a-f]+) in", re.MULTILINE)


@dataclass(frozen=True)
class Stop:
    """Where the machine stands still: when, and at which breakpoints which CPUs."""

    ticks: int
    hits: tuple[tuple[int, int], ...]  # (CPU, address)


class Debugger:
    """Bochs' debugger, with a machine: see started().

    Everything raises MachineError, with what the debugger said last, when the machine ends, or does
    not come to a breakpoint within timeout_s from its start.
    """

    def __init__(self, commands: int, answers: int, timeout_s: float) -> None:
        self._commands = commands  # descriptors, both
        self._answers = answers
        self._deadline = time.monotonic() + timeout_s
        self._timeout_s = timeout_s
        self._unread = b""
        self._answer()

    def ask(self, command: str) -> str:
        """Give the debugger a command; what it answers."""
        try:
            os.write(self._commands, command.encode() + b"\n")
        except BrokenPipeError:
            raise MachineError(f"Bochs has ended before '{command}'") from None
        return self._answer()

    def break_at(self, addresses: Iterable[int], kind: str = "lb") -> None:
        """Set breakpoints at linear addresses, or with kind "pb" at physical ones; 16 of a kind."""
        for address in addresses:
            answer = self.ask(f"{kind} {address:#x}")
            if "no more" in answer:
                raise MachineError(f"Bochs takes no more breakpoints than it has: {answer.strip()}")

    def go(self) -> Stop:
        """Let the machine run to the next breakpoint."""
        answer = self.ask("c")
        ticks = _TICKS.search(answer)
        if not ticks:
            raise MachineError(f"the machine stopped, but not at a breakpoint: {answer.strip()}")
        return Stop(int(ticks[1]), tuple((int(cpu), int(at, 16)) for cpu, at in _HIT.findall(answer)))

    def register(self, name: str) -> int:
        """A general register of the CPU that the debugger is at, as "rsi"."""
        value = re.search(rf"\b{name}: ([0-9a-f]{{8}})_([0-9a-f]{{8}})", self.ask("r"))
        if not value:
            raise MachineError(f"the debugger shows no register {name}")
        return int(value[1] + value[2], 16)

    def _answer(self) -> str:
        """What it prints up to its next prompt."""
        while not (prompt := _PROMPT.search(self._unread)):
            left = self._deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                raise MachineError(f"no breakpoint came within {self._timeout_s:g} s")
            new = os.read(self._answers, 1 << 16)
            if not new:
                raise MachineError(f"Bochs has ended: {self._unread.decode('ascii', 'replace').strip()[-500:]}")
            self._unread += new
        answer, self._unread = self._unread[: prompt.start()], self._unread[prompt.end():]
        return answer.decode("ascii", "replace")


@contextmanager
def started(machine: Machine, iso: Path, workdir: Path) -> Iterator[Debugger]:
    """Bochs with the machine, halted at its first instruction."""
    command = bochs.prepare(machine, iso, workdir, [])
    limit = str(int(machine.timeout_s) + process.MARGIN_S)
    with subprocess.Popen(
        ["timeout", "--foreground", "--signal=KILL", limit, *command], cwd=workdir, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as vehicle:
        assert vehicle.stdin and vehicle.stdout  # pipes
        try:
            yield Debugger(vehicle.stdin.fileno(), vehicle.stdout.fileno(), machine.timeout_s)
        finally:
            process.stop(vehicle)
