"""Measures time with Bochs' debugger, which prints the machine's ticks at each breakpoint.

Ticks are emulated time, 50 million per second. A breakpoint costs no emulated time. The CPUs take
turns of 16 instructions, and the debugger does not check for breakpoints at the first instruction of
a turn. To catch every CPU, set breakpoints on two adjacent instructions.
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
    """A stop of the machine: the time, and the CPUs that are at a breakpoint."""

    ticks: int
    hits: tuple[tuple[int, int], ...]  # (CPU, address)


class Debugger:
    """Bochs' debugger with a machine. Use started() to make one.

    Every method raises MachineError, with the debugger's last output, if the machine ends or reaches
    no breakpoint within timeout_s of its start.
    """

    def __init__(self, commands: int, answers: int, timeout_s: float) -> None:
        self._commands = commands  # a file descriptor, like answers
        self._answers = answers
        self._deadline = time.monotonic() + timeout_s
        self._timeout_s = timeout_s
        self._unread = b""
        self._answer()

    def ask(self, command: str) -> str:
        """Send the debugger a command and return its answer."""
        try:
            os.write(self._commands, command.encode() + b"\n")
        except BrokenPipeError:
            raise MachineError(f"Bochs has ended before '{command}'") from None
        return self._answer()

    def break_at(self, addresses: Iterable[int], kind: str = "lb") -> None:
        """Set breakpoints at linear addresses, or with kind "pb" at physical ones. There are 16 of each kind."""
        for address in addresses:
            answer = self.ask(f"{kind} {address:#x}")
            if "no more" in answer:
                raise MachineError(f"Bochs has no breakpoint left: {answer.strip()}")

    def go(self) -> Stop:
        """Run the machine to the next breakpoint."""
        answer = self.ask("c")
        ticks = _TICKS.search(answer)
        if not ticks:
            raise MachineError(f"the machine stopped, but not at a breakpoint: {answer.strip()}")
        return Stop(int(ticks[1]), tuple((int(cpu), int(at, 16)) for cpu, at in _HIT.findall(answer)))

    def register(self, name: str) -> int:
        """Return a general register, such as "rsi", of the debugger's current CPU."""
        value = re.search(rf"\b{name}: ([0-9a-f]{{8}})_([0-9a-f]{{8}})", self.ask("r"))
        if not value:
            raise MachineError(f"the debugger shows no register {name}")
        return int(value[1] + value[2], 16)

    def _answer(self) -> str:
        """Return the output up to the next prompt."""
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
    """Start Bochs with the machine, halted at its first instruction."""
    command = bochs.prepare(machine, iso, workdir, [])
    limit = str(int(machine.timeout_s) + process.MARGIN_S)
    with subprocess.Popen(
        ["timeout", "--foreground", "--signal=KILL", limit, *command], cwd=workdir, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as vehicle:
        assert vehicle.stdin and vehicle.stdout  # not None, because both are pipes
        try:
            yield Debugger(vehicle.stdin.fileno(), vehicle.stdout.fileno(), machine.timeout_s)
        finally:
            process.stop(vehicle)
