"""Boots a machine with the monitor, and sends requests to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from boot_case import skip_unless_possible

from rootmode import log, vehicles
from rootmode.line import SocketLine
from rootmode.machine import Machine, Outcome
from rootmode.monitor import Session

CMDLINE = "monitor exit=debug"

BOOT_S = 90.0
ANSWER_S = 60.0  # on a busy host
END_S = 180  # it takes seconds, but the host may be busy


def monitored_qemu(cpus: int, cmdline: str = CMDLINE) -> Machine:
    """Return a machine with the monitor for QEMU with TCG, which has no VMX."""
    return Machine(vehicle="qemu", door="kernel", cpus=cpus, cmdline=cmdline, timeout_s=120)


@dataclass
class Guest:
    """A running machine. `session` is the connection to its monitor."""

    session: Session
    line: SocketLine
    thread: threading.Thread
    outcomes: list[Outcome]

    def ok(self, request: str) -> tuple[str, ...]:
        """Send a request that must succeed. Return the lines of the answer."""
        answer = self.session.request(request)
        assert answer.is_ok, f"{request}: {answer}"
        return answer.lines

    def error(self, request: str) -> str:
        """Send a request that must fail. Return the reason in the answer."""
        answer = self.session.request(request)
        assert not answer.is_ok, f"{request}: {answer}"
        return answer.problem

    def end(self, request: str = "exit") -> tuple[Outcome, log.Log]:
        """End the monitor. Return the outcome, and the log, which must be valid."""
        self.ok(request)
        self._read_on()
        self.thread.join(END_S)
        assert self.outcomes, "the machine did not end"
        parsed = log.parse(self.outcomes[0].serial)
        assert not parsed.doubts
        return self.outcomes[0], parsed

    def _read_on(self) -> None:
        """Read and discard the rest of the output. Otherwise a full socket buffer would block the writer."""
        self.line.far.settimeout(END_S)
        with suppress(OSError):
            while self.line.far.recv(65536):
                pass


@contextmanager
def running(machine: Machine, iso: Path, workdir: Path) -> Iterator[Guest]:
    """Boot a machine whose command line contains monitor, and end it in any case."""
    skip_unless_possible(machine)
    line = SocketLine(workdir)
    outcomes: list[Outcome] = []

    def run() -> None:
        outcomes.append(vehicles.run(machine, iso, workdir, lambda text: None, line))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        session = Session(line.far, ANSWER_S)
        session.begin(BOOT_S)
        yield Guest(session, line, thread, outcomes)
    finally:
        line.is_over = True
        line.far.close()
        thread.join(END_S)
