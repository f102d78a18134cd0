"""A vehicle's process: started in a group of its own, followed line by line, ended within bounds."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rootmode import log
from rootmode.machine import OnLine, Outcome, SerialLine
from rootmode.tail import Tail

SERIAL, VEHICLE_LOG, OUTPUT = "serial.txt", "vehicle.log", "output.txt"  # in the run's directory

POLL_S = 0.05
GRACE_S = 10.0  # what a machine gets to end itself once its log has ended
MARGIN_S = 30  # what the outer bound lies above ours; it only counts if this program is killed

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Given every new line of the vehicle's own log, names what happened in it, or gives "".
Event = Callable[[str], str]


def run(
    command: Sequence[str],
    workdir: Path,
    on_line: OnLine,
    timeout_s: float,
    *,
    halts: bool = False,
    event: Event = lambda line: "",
    is_last: Callable[[str], bool] = log.is_result,
    line: SerialLine | None = None,
) -> Outcome:
    """Run a vehicle until its log has ended and it has, too, or its time is over.

    The vehicle writes serial.txt and, if it keeps a log, vehicle.log in workdir; its output goes to
    output.txt there. With `halts`, the machine is known to stay as it is after RESULT, and is
    stopped at once. An event after the kernel's first line ends the run as well: whatever the
    machine does from there on, it is not this boot any more. `is_last` tells the log's last line.
    With `line`, that writes serial.txt, and decides when to give the run up before its time.
    """
    start = time.monotonic()
    follower = _Follower(workdir, on_line, event, is_last)
    descriptors = line.descriptors() if line else ()
    with _running(_bounded(command, timeout_s), workdir, descriptors) as vehicle:
        ended = "exited" if _wait(vehicle, follower, start + timeout_s, halts, line) else "timeout"
        status = vehicle.poll()
    if line:
        line.finish()
    follower.finish()
    if follower.has_result:
        ended = "verdict"
    wall_s = time.monotonic() - start
    return Outcome(follower.serial_text(), ended, wall_s, status, workdir, tuple(follower.events))


@contextmanager
def _running(command: Sequence[str], workdir: Path, descriptors: tuple[int, ...]) -> Iterator[subprocess.Popen[bytes]]:
    """The vehicle's process, which is stopped in the end, whatever happens."""
    unmasked = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # until what they would have to stop is known
    try:
        with (workdir / OUTPUT).open("wb") as output, subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            cwd=workdir, start_new_session=True, pass_fds=descriptors,
        ) as vehicle:
            try:
                signal.pthread_sigmask(signal.SIG_SETMASK, unmasked)
                yield vehicle
            finally:
                stop(vehicle)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, unmasked)


def stop(vehicle: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads its group, with the whole group, and wait for it."""
    try:
        os.killpg(vehicle.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # all have ended
    vehicle.wait()


def _bounded(command: Sequence[str], timeout_s: float) -> list[str]:
    """The command under timeout(1), so that no emulator outlives a killed test run for long."""
    return ["timeout", "--signal=KILL", str(int(timeout_s) + MARGIN_S), *command]


def _wait(
    vehicle: subprocess.Popen[bytes], follower: "_Follower", deadline: float, halts: bool, line: SerialLine | None
) -> bool:
    """Return when the vehicle has ended or needs to be stopped; False if that is for its time."""
    result_at = None
    while vehicle.poll() is None:
        now = time.monotonic()
        if now >= deadline:
            return False
        follower.follow()
        if follower.has_result:
            result_at = result_at or now
            if halts or now >= result_at + GRACE_S:
                return True
        if follower.was_lost:
            return True
        if not line:
            time.sleep(POLL_S)
        elif not line.carry(POLL_S):
            return False
    return True


class _Follower:
    """What the vehicle has written so far."""

    def __init__(
        self, workdir: Path, on_line: OnLine, event: Event, is_last: Callable[[str], bool]
    ) -> None:
        for name in (SERIAL, VEHICLE_LOG):  # an earlier run's
            (workdir / name).unlink(missing_ok=True)
        self.serial: list[str] = []
        self.events: list[str] = []
        self.has_result = False
        self.was_lost = False  # an event came after the kernel's first line
        self._has_started = False
        self._serial_tail = Tail(workdir / SERIAL)
        self._log_tail = Tail(workdir / VEHICLE_LOG)
        self._on_line = on_line
        self._event = event
        self._is_last = is_last

    def serial_text(self) -> str:
        """The serial log so far."""
        return "".join(line + "\n" for line in self.serial)

    def follow(self) -> None:
        self._take(self._serial_tail.lines(), self._log_tail.lines())

    def finish(self) -> None:
        self._take(self._serial_tail.rest(), self._log_tail.rest())

    def _take(self, serial: list[str], vehicle_log: list[str]) -> None:
        for line in serial:
            self.serial.append(line)
            self._has_started = self._has_started or log.is_narrative(line)
            self.has_result = self.has_result or self._is_last(line)
            self._on_line(line)
        events = [name for name in map(self._event, vehicle_log) if name]
        self.was_lost = self.was_lost or (self._has_started and bool(events))
        self.events += events
