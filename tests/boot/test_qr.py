"""The QR code of the report, beside the verdict: a reader of others reads it from a screenshot."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from boot_case import qemu, skip_unless_possible
from qemu_screen import started
from screenshot import read_ppm

from rootmode import log
from rootmode.machine import Machine

_SETTLE_S = 60.0  # the code comes after the verdict, and an emulator can be slow
_STAYS_S = 5.0    # where no code comes
# What tells one machine from all others of its model. No log and no code may have it.
_UNIQUE = ("SN-4711-secret", "AT-4712-secret", "BB-4713-secret", "a8e1c9d2-5b3f-4e6a-9c7d-0123456789ab", "52:54:00:ab:cd:ef")
_UNIQUE_ARGS = (
    "-uuid", _UNIQUE[3], "-smbios", f"type=1,manufacturer=Some,product=Thing,serial={_UNIQUE[0]}",
    "-smbios", f"type=3,asset={_UNIQUE[1]}", "-smbios", f"type=2,serial={_UNIQUE[2]}",
    "-device", f"e1000,mac={_UNIQUE[4]},romfile=",
)


def _machine(firmware: str, cmdline: str, grub_lines: tuple[str, ...]) -> Machine:
    machine = qemu(2, firmware, cmdline, grub_lines=grub_lines, vehicle_args=_UNIQUE_ARGS)
    skip_unless_possible(machine)
    if not shutil.which("zbarimg"):
        pytest.skip("zbarimg is not installed: run tools/setup")
    return machine


def _read_code(picture: Path) -> str:
    done = subprocess.run(["zbarimg", "-q", "--nodbus", "-Sdisable", "-Sqr.enable", picture], capture_output=True, text=True,
                          timeout=60, check=False)
    return done.stdout


def _photograph(machine: Machine, iso: Path, workdir: Path, settle_s: float = _SETTLE_S) -> str:
    """Boot; return what the code on the screen says, or "" if there is none settle_s after the verdict."""
    picture, serial = workdir / "screen.ppm", workdir / "serial.txt"
    serial.unlink(missing_ok=True)
    deadline, settled = time.monotonic() + machine.timeout_s, None
    with started(machine, iso, workdir, True) as monitor:
        while time.monotonic() < deadline and (settled is None or time.monotonic() < settled):
            time.sleep(0.5)
            if not serial.exists() or "RESULT: " not in serial.read_text("ascii", "replace"):
                continue
            settled = settled or time.monotonic() + settle_s
            monitor.run("screendump", filename=str(picture))
            said = _read_code(picture)
            if said:
                return said
    return ""


def _checked(iso: Path, path: Path) -> tuple[int, list[str]]:
    done = subprocess.run([iso.parent / "check" / "rootmode-check", "--from", path], capture_output=True, text=True,
                          timeout=60, check=False)
    lines = done.stdout.splitlines()
    start = next((number for number, line in enumerate(lines) if line.startswith("REPORT ")), len(lines))
    return done.returncode, lines[start:]


@pytest.mark.cost(15)
@pytest.mark.parametrize("machine", [
    pytest.param(("uefi", "prove", ()), id="uefi"),
    pytest.param(("bios", "prove", ("insmod all_video", "set screen_mode=640x480x16")), id="640x480"),
    pytest.param(("bios", "prove", ("insmod all_video", "set screen_mode=1920x1080x32")), id="1920x1080"),
])
def test_the_code_on_the_screen_is_the_report(machine: tuple[str, str, tuple[str, ...]], iso: Path, workdir: Path) -> None:
    said = _photograph(_machine(*machine), iso, workdir)
    assert said.startswith("QR-Code:RM1:"), f"no code on the screen: see {workdir}/screen.ppm"
    (workdir / "code.txt").write_text(said, "ascii")
    from_serial, from_code = _checked(iso, workdir / "serial.txt"), _checked(iso, workdir / "code.txt")
    assert from_code[0] == log.EXIT_CODES["UNSUPPORTED"] and from_code[1]
    assert from_code == from_serial
    _assert_nothing_unique(said, (workdir / "serial.txt").read_text("ascii", "replace"))


def _assert_nothing_unique(code: str, serial: str) -> None:
    """The firmware's own output, before the kernel's first line, does not count."""
    text = (code + serial[serial.index("] rootmode: "):]).lower()
    for unique in _UNIQUE:
        assert unique.lower() not in text and re.sub("[-:]", "", unique.lower()) not in text


@pytest.mark.parametrize("cmdline, grub_lines", [
    pytest.param("qr=off", ("insmod all_video", "set screen_mode=1024x768x32"), id="qr-off"),
    pytest.param("prove", (), id="text-mode"),
])
def test_no_code(cmdline: str, grub_lines: tuple[str, ...], iso: Path, workdir: Path) -> None:
    assert _photograph(_machine("bios", cmdline, grub_lines), iso, workdir, _STAYS_S) == ""
    assert read_ppm(workdir / "screen.ppm").is_text() == (not grub_lines)
