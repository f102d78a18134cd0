"""A machine with the monitor, and somebody to talk to it."""

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
END_S = 180  # a bound for a host that does much else; it takes seconds


def monitored_qemu(cpus: int, cmdline: str = CMDLINE) -> Machine:
    """A machine under QEMU's TCG, without VMX."""
    return Machine(vehicle="qemu", cpus=cpus, cmdline=cmdline, timeout_s=120)


@dataclass
class Guest:
    """A machine that runs; its monitor is asked through `session`."""

    session: Session
    line: SocketLine
    thread: threading.Thread
    outcomes: list[Outcome]

    def ok(self, request: str) -> tuple[str, ...]:
        """Make a request that has to be done; what was said."""
        answer = self.session.request(request)
        assert answer.is_ok, f"{request}: {answer}"
        return answer.lines

    def error(self, request: str) -> str:
        """Make a request that has to be refused; why it was."""
        answer = self.session.request(request)
        assert not answer.is_ok, f"{request}: {answer}"
        return answer.problem

    def end(self, request: str = "exit") -> tuple[Outcome, log.Log]:
        """End the monitor; how the run ended, and its log, which has to be sound."""
        self.ok(request)
        self._read_on()
        self.thread.join(END_S)
        assert self.outcomes, "the machine did not end"
        parsed = log.parse(self.outcomes[0].serial)
        assert not parsed.problems
        return self.outcomes[0], parsed

    def _read_on(self) -> None:
        """Take what is still said, for a line that nobody reads from blocks who writes to it."""
        self.line.far.settimeout(END_S)
        with suppress(OSError):
            while self.line.far.recv(65536):
                pass


@contextmanager
def running(machine: Machine, iso: Path, workdir: Path) -> Iterator[Guest]:
    """Boot the machine, whose command line has to have the monitor; end it whatever happens."""
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
