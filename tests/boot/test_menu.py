"""GRUB's menu on the shipped image: on the serial port and on the screen, its entries, its keys and its timeout."""

import re
import time
from pathlib import Path

import pytest
from boot_case import qemu, skip_unless_possible
from qemu_screen import Monitor, wait_for_screen
from screenshot import Picture, read_ppm
from typist import Act, Typist

from rootmode import log, vehicles
from rootmode.machine import Machine
from rootmode.project import TOP

GRUB_CFG = TOP / "iso" / "boot" / "grub" / "grub.cfg"
ENTRIES = re.findall(
    r'^menuentry "(.*)" --hotkey=(.) \{\n\tmultiboot2 /boot/rootmode\.elf ?(.*)$', GRUB_CFG.read_text("utf-8"), re.M
)
ON_FIRST_PORT = [entry for entry in ENTRIES if "console=" not in entry[2]]

_COUNTDOWN = "executed automatically in"
_SCREEN_S = 5.0


def _machine(firmware: str, *arguments: str) -> Machine:
    whole = {"rom": ""} if firmware == "uefi32" else {}
    machine = qemu(1, firmware, cmdline="", door="iso", vehicle_args=arguments, **whole)
    skip_unless_possible(machine)
    return machine


def _boot(machine: Machine, iso: Path, workdir: Path, act: bytes | Act) -> tuple[str, log.Log]:
    """Boot the image as it is and act on its menu; what the serial port showed, and the kernel's log."""
    menu = Typist(workdir, [(_COUNTDOWN, act), ("\nrootmode> ", b"exit\r")])
    outcome = vehicles.run(machine, iso, workdir, lambda line: None, menu)
    parsed = log.parse(outcome.serial)
    assert parsed.verdict and not parsed.problems, f"{parsed.problems}; see {workdir}"
    return menu.seen, parsed


def _command_line(parsed: log.Log) -> str:
    return re.sub(r'.* command line "(.*)"', r"\1", parsed.lines[0].sentence)


def _text(picture: Picture) -> str:
    return "\n".join(picture.lines())


def test_menu_has_an_entry_for_each_use() -> None:
    assert [title.partition(":")[0] for title, _, _ in ENTRIES][:6] == [
        "prove", "enter", "observe", "monitor", "self-test", "caps",
    ]
    assert len({key for _, key, _ in ENTRIES}) == len(ENTRIES) == GRUB_CFG.read_text("utf-8").count("menuentry")


@pytest.mark.parametrize("title, key, words", [pytest.param(*entry, id=f"menu-{entry[1]}") for entry in ON_FIRST_PORT])
def test_key_on_the_serial_port_boots_the_entry(iso: Path, workdir: Path, title: str, key: str, words: str) -> None:
    seen, parsed = _boot(_machine("bios"), iso, workdir, key.encode())
    assert title in seen
    assert _command_line(parsed) == words
    assert [line.sentence for line in parsed.lines if "unknown option" in line.sentence] == []


@pytest.mark.parametrize("firmware", ["uefi", "uefi32"])
def test_menu_on_the_serial_port_under_uefi(iso: Path, workdir: Path, firmware: str) -> None:
    seen, parsed = _boot(_machine(firmware), iso, workdir, b"o")
    assert [title for title, _, _ in ENTRIES if seen.count(title) != 1] == []  # shown, and not twice
    assert parsed.verdict == "OBSERVED"


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_menu_on_the_screen(iso: Path, workdir: Path, firmware: str) -> None:
    """A key of the keyboard boots an entry. (Only a BIOS' characters can be read from a picture.)"""
    pictures: list[str] = []

    def look_and_press(menu: Typist) -> None:
        del menu
        monitor = Monitor(workdir / "qmp")
        deadline = time.monotonic() + _SCREEN_S
        while firmware == "bios" and _COUNTDOWN not in "".join(pictures[-1:]) and time.monotonic() < deadline:
            monitor.run("screendump", filename=str(workdir / "screen.ppm"))
            pictures.append(_text(read_ppm(workdir / "screen.ppm")))
        monitor.run("send-key", keys=[{"type": "qcode", "data": "a"}])
        monitor.close()

    (workdir / "qmp").unlink(missing_ok=True)
    _, parsed = _boot(_machine(firmware, "-qmp", "unix:qmp,server=on,wait=off"), iso, workdir, look_and_press)
    assert _command_line(parsed) == "caps"
    if firmware == "bios":
        assert [title for title, _, _ in ENTRIES if title not in pictures[-1]] == []


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_menu_times_out_without_a_serial_port(iso: Path, workdir: Path, firmware: str) -> None:
    def has_verdict(picture: Picture) -> bool:
        return "RESULT: UNSUPPORTED no-vmx" in _text(picture)

    picture = wait_for_screen(_machine(firmware), iso, workdir, has_verdict, serial=False)
    assert has_verdict(picture), f"no verdict on the screen; see {workdir}"
