"""Tests a machine check, which QEMU's "mce" command raises on a CPU that waits in the monitor."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from boot_case import TIMEOUT_S
from qemu_screen import started

from rootmode import log, qemu
from rootmode.machine import Machine

# Bank 4: valid, uncorrected, enabled, with an address, and PCC: the CPU must not continue.
_STATUS, _GLOBAL_STATUS, _ADDRESS, _MISC = 0xBE00000000000000, 0x5, 0x1000, 0x8C


def _wait_for(said: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not said():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.parametrize("cpu", [0, 1])
def test_report(cpu: int, iso: Path, workdir: Path) -> None:
    reason = qemu.why_not()
    if reason:
        pytest.skip(reason)
    machine = Machine(vehicle="qemu", firmware="bios", cpus=2, cmdline="monitor exit=halt", timeout_s=TIMEOUT_S)
    serial = workdir / "serial.txt"
    with started(machine, iso, workdir, serial=True) as monitor:
        _wait_for(lambda: serial.exists() and "help" in serial.read_text("ascii", "replace"))
        command = f"mce {cpu} 4 {_STATUS:#x} {_GLOBAL_STATUS:#x} {_ADDRESS:#x} {_MISC:#x}"
        monitor.run("human-monitor-command", **{"command-line": command})
        _wait_for(lambda: re.search(r"^RESULT: .*\n", serial.read_text("ascii", "replace"), re.MULTILINE) is not None)
    text = serial.read_text("ascii")
    parsed = log.parse(text)
    assert (parsed.verdict, parsed.problems) == ("ERROR", ("stray-text",))  # the monitor's prompt
    assert re.search(rf"cpu {cpu}: error: exception 18 \(#MC machine check\), error code 0x0, at RIP ", text)
    assert re.search(rf"cpu: machine check: bank 4, IA32_MC4_STATUS = {_STATUS:#x}, address {_ADDRESS:#x}", text)
    assert "RESULT: ERROR machine-check" in text
