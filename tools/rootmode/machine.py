"""Defines what all vehicles share: the machine to boot, and the outcome of a boot.

A vehicle raises MachineError, with a message for the user, if it cannot provide the Machine. A boot that
fails raises nothing: the Outcome says how it ended.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

VEHICLES = ("bochs", "qemu", "kvm", "nested")
FIRMWARES = ("bios", "seabios", "uefi", "uefi32")  # uefi32: 32-bit UEFI on a 64-bit CPU
DOORS = ("iso", "kernel")  # boot the image by GRUB; or the kernel without it, through its PVH entry
_WITH_QEMU = ("qemu", "kvm", "nested")

EXITS = ("exit=halt", "exit=reboot", "exit=poweroff", "exit=debug")  # the kernel ignores others

OnLine = Callable[[str], None]


class SerialLine(Protocol):
    """A serial port for input and output: the vehicle connects to it by TCP on this host."""

    port: int  # the TCP port on which it listens

    def listen_in_namespace(self) -> int:
        """Listen in the vehicle's network namespace. Return the descriptor through which it must send the listener."""

    def descriptors(self) -> tuple[int, ...]:
        """Return the descriptors that the vehicle's process must inherit."""

    def carry(self, seconds: float) -> bool:
        """Carry bytes both ways for about so many seconds. Return False to stop the machine."""

    def finish(self) -> None:
        """Read the rest after the vehicle has ended."""


class MachineError(Exception):
    """The machine cannot be built or started on this host. The message says why and what to do."""


@dataclass(frozen=True)
class Machine:
    """The machine to boot. An empty string means the vehicle's default."""

    vehicle: str = "bochs"
    firmware: str = "bios"  # bios: the vehicle's own BIOS, which is SeaBIOS for QEMU
    rom: str = ""  # the file with this firmware, if not the installed one
    door: str = "iso"
    cpus: int = 4
    model: str = ""  # Bochs: cpu model=; QEMU: -cpu
    memory_mib: int = 256
    cmdline: str = ""  # the kernel's command line; "": that of the image's default entry; " ": none
    grub_lines: tuple[str, ...] = ()  # lines for grub.cfg, before multiboot2
    files: Mapping[str, bytes] = field(default_factory=dict)  # path on the image -> contents
    tables: tuple[bytes, ...] = ()  # ACPI tables instead of the firmware's of that kind, for Bochs' door 'kernel'
    loader: str = ""  # path and command line of another kernel that GRUB boots, with ours as a module
    list_cpus: bool = True  # if the firmware lists no CPUs (SeaBIOS and OVMF in Bochs), add a list through GRUB
    vehicle_args: tuple[str, ...] = ()  # QEMU: arguments; Bochs: lines of bochsrc
    vnc: bool = False  # show the screen by VNC, on the first free port from 5900 on
    timeout_s: float = 120.0  # wall time from power-on, for the whole run

    def __post_init__(self) -> None:
        if self.vehicle not in VEHICLES:
            raise MachineError(f"no vehicle '{self.vehicle}': use one of {', '.join(VEHICLES)}")
        if self.firmware not in FIRMWARES:
            raise MachineError(f"no firmware '{self.firmware}': use one of {', '.join(FIRMWARES)}")
        if self.door not in DOORS:
            raise MachineError(f"no door '{self.door}': use one of {', '.join(DOORS)}")
        has_loader = self.vehicle == "bochs" and self.loader.partition(" ")[0] in self.files and len(self.files) == 1
        needs_grub = bool(self.grub_lines or (self.files or self.loader) and not has_loader)
        if self.door == "kernel" and (needs_grub or not _has_kernel_door(self.vehicle, self.firmware)):
            raise MachineError("the door 'kernel' needs a BIOS, in Bochs its own, and has no GRUB: use the door 'iso'")
        if self.tables and (self.vehicle, self.door, self.loader) != ("bochs", "kernel", ""):
            raise MachineError("tables need Bochs and the door 'kernel', without a loader: use GRUB's command acpi")
        if self.firmware == "uefi32" and self.vehicle not in ("qemu", "kvm"):
            raise MachineError("the firmware 'uefi32' needs QEMU or KVM")
        if self.cpus < 1:
            raise MachineError(f"{self.cpus} CPUs: a machine has at least 1")
        if self.memory_mib < 16:
            raise MachineError(f"{self.memory_mib} MiB of memory: 16 is the least that boots")
        if self.timeout_s <= 0:
            raise MachineError(f"a timeout of {self.timeout_s:g} s: it must be above 0")

    @property
    def is_stock(self) -> bool:
        """Return True if the machine boots the shipped image without changes."""
        return not (self.cmdline or self.grub_lines or self.files or self.loader)

    @property
    def halts(self) -> bool:
        """Return True if the kernel halts the machine after the end of its log."""
        exits = [word for word in self.cmdline.split() if word in EXITS]
        return not exits or exits[-1] == "exit=halt"


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    ended    "verdict": the log has a RESULT line. "exited": it has none, and the vehicle ended or
             the machine was reset. "timeout": neither happened in time.
    status   the vehicle's exit status, or None if the vehicle had to be stopped.
    events   what happened to the machine, in order: "triple fault", "reset".
    """

    serial: str
    ended: str
    wall_s: float
    status: int | None
    workdir: Path
    events: tuple[str, ...] = ()


def default_door(vehicle: str, firmware: str) -> str:
    """Return the door without GRUB, which is faster, where users have it: in QEMU, but not by UEFI."""
    return "kernel" if vehicle in _WITH_QEMU and firmware in ("bios", "seabios") else "iso"


def _has_kernel_door(vehicle: str, firmware: str) -> bool:
    return firmware == "bios" if vehicle == "bochs" else default_door(vehicle, firmware) == "kernel"


class Vehicle(Protocol):
    """A module that boots machines: bochs, qemu, kvm, nested."""

    DEFAULT_MODEL: str  # used if Machine.model is ""

    def why_not(self) -> str:
        """Return what is missing on this host to run the vehicle, or ""."""

    def warning(self, machine: Machine) -> str:
        """Return a warning to show before the machine runs, or ""."""

    def run(
        self, machine: Machine, iso: Path, workdir: Path, on_line: OnLine, line: SerialLine | None = None
    ) -> Outcome:
        """Boot the machine, and return how the boot ended.

        `iso` is the shipped image. `workdir` is an existing directory of this run, for its logs. `on_line`
        is called with each line of the serial log as it arrives, without the line end. `line` is the peer
        of the machine's first serial port. Without it, the port only writes to a file.
        """
