"""Runs a vehicle's process in its own process group, reads its output line by line, and limits its time."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rootmode import console_line
from rootmode.machine import OnLine, Outcome, SerialLine
from rootmode.tail import Tail

SERIAL, VEHICLE_LOG, OUTPUT = "serial.txt", "vehicle.log", "output.txt"  # in the run's directory

POLL_S = 0.05
GRACE_S = 10.0  # time for a machine to end by itself after the end of its log
MARGIN_S = 30  # added to the time limit for timeout(1), which matters only if this program is killed

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Takes a line of the vehicle's log, and returns the name of the event that it reports, or "".
Event = Callable[[str], str]


def run(
    command: Sequence[str],
    workdir: Path,
    on_line: OnLine,
    timeout_s: float,
    *,
    halts: bool = False,
    event: Event = lambda line: "",
    is_last: Callable[[str], bool] = console_line.is_result,
    line: SerialLine | None = None,
) -> Outcome:
    """Run a vehicle until the log and the vehicle have ended, or the time is over.

    The vehicle writes serial.txt and, if it has a log, vehicle.log to workdir. Its output goes to
    output.txt there. `halts`: the machine halts after RESULT, so stop it at once. An event after the
    kernel's first line also ends the run, because what follows no longer belongs to this boot.
    `is_last` returns True for the log's last line. `line`, if given, writes serial.txt instead of the
    vehicle, and may stop the run early.
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
    """Start the vehicle's process, and stop it in any case at the end."""
    unmasked = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # until there is a process that a handler can stop
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
    """Kill the process group that the process leads, and wait for the process."""
    try:
        os.killpg(vehicle.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # all processes have ended
    vehicle.wait()


def _bounded(command: Sequence[str], timeout_s: float) -> list[str]:
    """Return the command under timeout(1), which ends the emulator even if this program is killed."""
    return ["timeout", "--signal=KILL", str(int(timeout_s) + MARGIN_S), *command]


def _wait(
    vehicle: subprocess.Popen[bytes], follower: "_Follower", deadline: float, halts: bool, line: SerialLine | None
) -> bool:
    """Return True when the vehicle has ended or can be stopped, or False when the time is over."""
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
    """Reads what the vehicle writes."""

    def __init__(
        self, workdir: Path, on_line: OnLine, event: Event, is_last: Callable[[str], bool]
    ) -> None:
        for name in (SERIAL, VEHICLE_LOG):  # of an earlier run
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
        """Return the serial log so far."""
        return "".join(line + "\n" for line in self.serial)

    def follow(self) -> None:
        self._take(self._serial_tail.lines(), self._log_tail.lines())

    def finish(self) -> None:
        self._take(self._serial_tail.rest(), self._log_tail.rest())

    def _take(self, serial: list[str], vehicle_log: list[str]) -> None:
        for line in serial:
            self.serial.append(line)
            self._has_started = self._has_started or console_line.is_narrative(line)
            self.has_result = self.has_result or self._is_last(line)
            self._on_line(line)
        events = [name for name in map(self._event, vehicle_log) if name]
        self.was_lost = self.was_lost or (self._has_started and bool(events))
        self.events += events
