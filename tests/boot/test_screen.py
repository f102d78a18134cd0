"""Tests the consoles: the screen, by screenshots, and serial ports of all kinds."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from boot_case import qemu
from qemu_screen import wait_for_screen
from screenshot import Picture

from rootmode import acpi, log
from rootmode import qemu as qemu_vehicle
from rootmode.machine import Machine

_RESULT = "RESULT: UNSUPPORTED no-vmx"
_SECOND = "second.txt"
_TO_SECOND = ("-chardev", f"file,id=second,path={_SECOND}")

_GAS = struct.Struct("<BBBBQ")  # ACPI 6.5 5.2.3.2 "Generic Address Structure"


def _machine(firmware: str = "bios", cmdline: str = "prove", door: str = "iso", **more: Any) -> Machine:
    """Return a machine that boots by GRUB, which gets a command line, so that it does not wait for a key."""
    return qemu(2, firmware, cmdline, door=door, **more)


def _has_result(picture: Picture) -> bool:
    return any(line.strip().startswith("RESULT: ") for line in picture.lines())


def _joined(lines: list[str]) -> str:
    """Return the text without the line breaks that the screen adds between words."""
    return re.sub(r"\s+", " ", " ".join(lines))


def _look(machine: Machine, iso: Path, workdir: Path, **how: bool) -> Picture:
    """Return the screen at the end of the run."""
    reason = qemu_vehicle.why_not()
    if reason:
        pytest.skip(reason)
    picture = wait_for_screen(machine, iso, workdir, _has_result, **how)
    assert _has_result(picture), f"no RESULT on the screen: {_joined(picture.lines())}; see {workdir}"
    return picture


def _narrative(serial: Path) -> list[str]:
    """Return the lines for people in a serial port's file, without time stamps."""
    return [f"{line.scope}: {line.sentence}" for line in log.parse(serial.read_text("ascii", "replace")).lines]


@dataclass(frozen=True)
class _Shown:
    """The screen at the end of a run, and what the serial port had."""

    picture: Picture
    serial: Path


# One worker for the tests of a screen, so that it is booted only once.
@pytest.fixture(name="shown", scope="module", params=[
    pytest.param(firmware, marks=pytest.mark.xdist_group(f"screen-{firmware}")) for firmware in ("bios", "uefi")
])
def _shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> _Shown:
    folder = tmp_path_factory.mktemp("screen")
    return _Shown(_look(_machine(request.param), request.config.getoption("--iso"), folder), folder / "serial.txt")


def test_screen_shows_the_end_of_the_log_and_the_verdict(shown: _Shown) -> None:
    lines = shown.picture.lines()
    assert _RESULT in [line.strip() for line in lines]
    joined = _joined(lines)
    for said in _narrative(shown.serial)[-4:]:
        assert re.sub(r"\s+", " ", said) in joined
    assert "REPORT" not in joined, "what is for machines is not for the screen"


def test_verdict_stands_out(shown: _Shown) -> None:
    """A bar over the whole width has the verdict's colour, and letters that are several lines high."""
    picture = shown.picture
    row = _result_row(picture)
    color = picture.pixel(0, row * 16)
    assert _is_brown(color)
    bar = [y for y in range(picture.height) if picture.pixel(0, y) == picture.pixel(picture.width - 1, y) == color]
    assert bar == list(range(bar[0], (row + 1) * 16)), "the bar ends with the RESULT line"
    assert len(bar) >= 7 * 16
    lettered = [y for y in bar[:-32] if set(_pixels(picture, y)) - {color}]
    assert len(lettered) >= 4 * 16


@pytest.mark.parametrize("mode", ["640x480x16", "1024x768x24", "1920x1080x32"])
def test_pixels_of_any_size(mode: str, iso: Path, workdir: Path) -> None:
    """GRUB on a BIOS machine passes a framebuffer if told to, without a palette, for which GRUB 2.06 has no room."""
    machine = _machine(grub_lines=("insmod all_video", f"set screen_mode={mode}"))
    picture = _look(machine, iso, workdir)
    assert mode.startswith(f"{picture.width}x{picture.height}x")
    assert _is_brown(picture.pixel(0, _result_row(picture) * 16))


def _result_row(picture: Picture) -> int:
    return next(row for row, line in enumerate(picture.lines()) if line.strip() == _RESULT)


def _is_brown(pixel: bytes) -> bool:
    """Return True for brown. The VGA's and the kernel's differ slightly."""
    red, green, blue = pixel
    return red > 0x90 and red / 2 <= green < red * 0.7 and blue < 0x10


def _pixels(picture: Picture, y: int) -> list[bytes]:
    return [picture.pixel(x, y) for x in range(picture.width)]


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_no_serial_port(firmware: str, iso: Path, workdir: Path) -> None:
    shown = _joined(_look(_machine(firmware), iso, workdir, serial=False).lines())
    assert _RESULT in shown


def test_no_serial_port_and_no_loader_that_describes_the_screen(iso: Path, workdir: Path) -> None:
    shown = _joined(_look(_machine(door="kernel"), iso, workdir, serial=False).lines())
    assert _RESULT in shown


def test_screen_alone_if_it_is_all_that_is_named(iso: Path, workdir: Path) -> None:
    shown = _joined(_look(_machine(cmdline="console=tty0"), iso, workdir).lines())
    assert _RESULT in shown
    assert not _narrative(workdir / "serial.txt")


def test_no_64_bit_mode_is_said_on_the_screen(iso: Path, workdir: Path) -> None:
    shown = _joined(_look(_machine(model="qemu32"), iso, workdir, serial=False).lines())
    assert "RESULT: UNSUPPORTED no-long-mode" in shown
    assert "this CPU has no 64-bit mode" in shown


@dataclass(frozen=True)
class _Port:
    """A machine that must log to its second serial port, and sentences that must be in the log."""

    machine: Machine
    said: tuple[str, ...] = ()
    on_first: bool = False  # the first port gets the log, too
    has_first: bool = True


def _spcr(port: int) -> bytes:
    """Return a Serial Port Console Redirection Table for a 16550 at an I/O port, 115200 baud."""
    body = struct.pack("<B3x", 0) + _GAS.pack(1, 8, 0, 1, port) + struct.pack("<BBIBBBBBB", 0, 0, 0, 7, 0, 1, 0, 0, 0)
    return acpi.table("SPCR", body + struct.pack("<HHBBBIBI", 0xFFFF, 0xFFFF, 0, 0, 0, 0, 0, 0), revision=2)


_SECOND_UART = (*_TO_SECOND, "-serial", "chardev:second")
_PCI_CARD = (*_TO_SECOND, "-device", "pci-serial,chardev=second")
_PCI_CARD_BEHIND_BRIDGE = (
    *_TO_SECOND, "-device", "pcie-root-port,id=root,chassis=1", "-device", "pcie-pci-bridge,id=bridge,bus=root",
    "-device", "pci-serial,chardev=second,bus=bridge,addr=1",
)
_PCI_CARD_ON_ANOTHER_ROOT_BUS = (
    *_TO_SECOND, "-device", "pxb-pcie,id=root,bus_nr=128", "-device", "pcie-root-port,id=below,bus=root,chassis=2",
    "-device", "pcie-pci-bridge,id=bridge,bus=below", "-device", "pci-serial,chardev=second,bus=bridge,addr=1",
)
_TWO_PCI_CARDS = (
    *_TO_SECOND, "-chardev", "null,id=other", "-device", "pci-serial,chardev=other,addr=0x10",
    "-device", "pci-serial,chardev=second,addr=0x11",
)
_CARD_OF_TWO_PORTS = (*_TO_SECOND, "-chardev", "null,id=other", "-device", "pci-serial-2x,chardev1=second,chardev2=other")
_CARD_OF_FOUR_PORTS = (
    *_TO_SECOND, *(word for port in (2, 3, 4) for word in ("-chardev", f"null,id=other{port}")),
    "-device", "pci-serial-4x,chardev1=second,chardev2=other2,chardev3=other3,chardev4=other4",
)
_FROM_PCI = r"boot: logging to serial port 0x[0-9a-f]+ at 115200 baud, on a PCI card"

_PORTS = {
    "second": _Port(_machine(cmdline="console=ttyS1,115200", vehicle_args=_SECOND_UART)),
    "both": _Port(_machine(cmdline="console=ttyS0 console=ttyS1", vehicle_args=_SECOND_UART), on_first=True),
    "one-is-absent": _Port(
        _machine(cmdline="console=ttyS2 console=uart,io,0x2f8", vehicle_args=_SECOND_UART),
        (r"boot: warning: no UART at serial port 0x3e8 at 115200 baud",),
    ),
    "one-is-beyond-all-memory": _Port(
        _machine(cmdline="console=uart,mmio,0x200000000000 console=ttyS1", vehicle_args=_SECOND_UART),
        (r"boot: warning: no UART at serial port in memory at 0x200000000000",),
    ),
    "spcr": _Port(
        _machine(
            grub_lines=("insmod acpi", "acpi /boot/spcr.aml"), files={"/boot/spcr.aml": _spcr(0x2F8)},
            vehicle_args=_SECOND_UART,
        ),
        (r"boot: logging to serial port 0x2f8 at 115200 baud, which ACPI's SPCR names",),
    ),
    "spcr-of-an-absent-port": _Port(
        _machine(
            grub_lines=("insmod acpi", "acpi /boot/spcr.aml"), files={"/boot/spcr.aml": _spcr(0x2E8)},
            vehicle_args=_PCI_CARD,
        ),
        (r"boot: warning: no UART at serial port 0x2e8 at 115200 baud, which ACPI's SPCR names", _FROM_PCI), has_first=False,
    ),
    "command-line-before-spcr": _Port(
        _machine(
            cmdline="console=ttyS1", grub_lines=("insmod acpi", "acpi /boot/spcr.aml"),
            files={"/boot/spcr.aml": _spcr(0x3F8)}, vehicle_args=_SECOND_UART,
        ),
    ),
    "pci-card": _Port(_machine(vehicle_args=_PCI_CARD), (_FROM_PCI,), has_first=False),
    "pci-card-behind-bridge": _Port(_machine(vehicle_args=_PCI_CARD_BEHIND_BRIDGE), (_FROM_PCI,), has_first=False),
    "pci-card-on-another-root-bus": _Port(
        _machine(vehicle_args=_PCI_CARD_ON_ANOTHER_ROOT_BUS), (_FROM_PCI,), has_first=False,
    ),
    "pci-card-of-two-ports": _Port(_machine(vehicle_args=_CARD_OF_TWO_PORTS), (_FROM_PCI,), has_first=False),
    "pci-card-of-four-ports": _Port(_machine(vehicle_args=_CARD_OF_FOUR_PORTS), (_FROM_PCI,), has_first=False),
    "pci-card-by-address": _Port(_machine(cmdline="console=pciserial,00:11.0,9600", vehicle_args=_TWO_PCI_CARDS)),
    "pci-card-that-is-not-there": _Port(
        _machine(cmdline="console=pciserial,00:12.0 console=ttyS1", vehicle_args=_SECOND_UART),
        (r"boot: warning: no UART at PCI device 00:12\.0 at 115200 baud",),
    ),
    "pci-card-without-a-loader": _Port(_machine(door="kernel", vehicle_args=_PCI_CARD), (_FROM_PCI,), has_first=False),
    "pci-card-asked-for": _Port(_machine(cmdline="console=pciserial", vehicle_args=_PCI_CARD)),
}


def test_spcr_without_a_loader(iso: Path, workdir: Path) -> None:
    table = workdir.resolve() / "spcr.aml"
    table.write_bytes(_spcr(0x2F8))
    _look(_machine(door="kernel", vehicle_args=(*_SECOND_UART, "-acpitable", f"file={table}")), iso, workdir)
    assert "boot: logging to serial port 0x2f8 at 115200 baud, which ACPI's SPCR names" in _narrative(workdir / _SECOND)


@pytest.mark.parametrize("name", _PORTS)
def test_serial_port(name: str, iso: Path, workdir: Path) -> None:
    port = _PORTS[name]
    _look(port.machine, iso, workdir, serial=port.has_first)
    parsed = log.parse((workdir / _SECOND).read_text("ascii"))
    assert (parsed.verdict, parsed.problems) == ("UNSUPPORTED", ())
    said = _narrative(workdir / _SECOND)
    assert not [fact for fact in port.said if not any(re.fullmatch(fact, sentence) for sentence in said)]
    if port.has_first:
        assert bool(_narrative(workdir / "serial.txt")) == port.on_first
