"""Runs QEMU with a screen and takes screenshots, until the screen shows the verdict."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rootmode import process, qemu
from rootmode.machine import Machine, MachineError

from screenshot import Picture, read_ppm

_POLL_S = 0.3
_PICTURE, _SOCKET = "screen.ppm", "qmp"


class Monitor:
    """A client of the QEMU Machine Protocol (QMP)."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        folder = os.open(path.parent, os.O_PATH)  # its own path may be too long for a socket's name
        try:
            self._socket.connect(f"/proc/self/fd/{folder}/{path.name}")
        finally:
            os.close(folder)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        json.loads(self._lines.readline())
        self.run("qmp_capabilities")

    def run(self, command: str, **arguments: object) -> object:
        """Run a command and return its result. Raises RuntimeError if it fails."""
        request = {"execute": command, "arguments": arguments}
        self._socket.sendall(json.dumps(request).encode())
        while True:
            answer = json.loads(self._lines.readline())
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


def wait_for_screen(
    machine: Machine, iso: Path, workdir: Path, is_wanted: Callable[[Picture], bool], *, serial: bool = True
) -> Picture:
    """Boot the machine. Return the first screenshot for which is_wanted() is true, or the last one before the timeout.

    serial=False: a machine without the serial port of a PC. machine.vehicle_args may add other ports.
    """
    deadline = time.monotonic() + machine.timeout_s
    before = None
    with started(machine, iso, workdir, serial) as monitor:
        while True:
            monitor.run("screendump", filename=str(workdir / _PICTURE))
            picture = read_ppm(workdir / _PICTURE)
            if (picture != before and is_wanted(picture)) or time.monotonic() > deadline:
                return picture
            before = picture
            time.sleep(_POLL_S)


@contextmanager
def started(machine: Machine, iso: Path, workdir: Path, serial: bool) -> Iterator[Monitor]:
    command = qemu.command(machine, qemu.boot_arguments(machine, iso, workdir))
    if not serial:
        at = command.index("-serial")
        del command[at:at + 2]
    (workdir / _SOCKET).unlink(missing_ok=True)
    command += ["-qmp", f"unix:{_SOCKET},server=on,wait=off"]
    with (workdir / process.OUTPUT).open("wb") as output:
        vehicle = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=workdir,
            start_new_session=True,
        )
        try:
            monitor = _connect(workdir / _SOCKET, vehicle)
            yield monitor
            monitor.close()
        finally:
            process.stop(vehicle)


def _connect(path: Path, vehicle: subprocess.Popen[bytes]) -> Monitor:
    """Connect to QEMU's socket. Retries, because QEMU creates it some time after its start and listens later."""
    for _ in range(100):
        try:
            return Monitor(path)
        except (FileNotFoundError, ConnectionRefusedError):
            if vehicle.poll() is not None:
                raise MachineError(f"QEMU refuses this machine: see {path.parent / process.OUTPUT}") from None
            time.sleep(0.1)
    raise MachineError("QEMU's monitor does not answer")
