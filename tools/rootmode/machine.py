"""The machine to boot, and how a boot on it ended: the two values that every vehicle shares.

A vehicle that cannot do what the Machine asks raises MachineError with a sentence for a person. A boot
that went wrong is no exception: it is an Outcome that says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

VEHICLES = ("bochs", "qemu", "kvm", "nested")
FIRMWARES = ("bios", "seabios", "uefi", "uefi32")  # uefi32: 32-bit UEFI on a 64-bit CPU
DOORS = ("iso", "kernel")  # GRUB on the image; QEMU's -kernel, which enters the kernel by PVH

EXITS = ("exit=halt", "exit=reboot", "exit=poweroff", "exit=debug")  # the kernel ignores any other

OnLine = Callable[[str], None]


class SerialLine(Protocol):
    """A two-way serial line: the vehicle connects to it, by TCP on this host, and somebody else has it."""

    port: int  # where it listens

    def listen_in_namespace(self) -> int:
        """Listen in the vehicle's network namespace instead: the descriptor to send that socket through."""

    def descriptors(self) -> tuple[int, ...]:
        """What the vehicle's process inherits for it."""

    def carry(self, seconds: float) -> bool:
        """Carry bytes both ways, for about so long; False to give the machine up."""

    def finish(self) -> None:
        """The vehicle has ended: take what is still to come."""


class MachineError(Exception):
    """This machine cannot be built or started here; the message says why and what to do."""


@dataclass(frozen=True)
class Machine:
    """What to boot on. Empty strings mean the vehicle's default."""

    vehicle: str = "bochs"
    firmware: str = "bios"  # bios: the vehicle's own BIOS; under QEMU that is SeaBIOS, too
    door: str = "iso"
    cpus: int = 4
    model: str = ""  # Bochs: cpu model=; QEMU: -cpu
    memory_mib: int = 256
    cmdline: str = ""  # the kernel's command line; "" is that of the image's default entry, " " none
    grub_lines: tuple[str, ...] = ()  # lines of grub.cfg before multiboot2
    files: Mapping[str, bytes] = field(default_factory=dict)  # path on the image -> contents
    loader: str = ""  # path and command line of another loader, which gets our kernel as a module
    list_cpus: bool = True  # where firmware lists no CPUs (SeaBIOS, OVMF in Bochs), GRUB gives a list
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
        needs_grub = bool(self.grub_lines or self.files or self.loader)
        if self.door == "kernel" and (self.vehicle not in ("qemu", "kvm") or needs_grub):
            raise MachineError("the door 'kernel' needs QEMU or KVM, and has no GRUB: no lines, files or loader for it")
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
        """True when the shipped image serves as it is, with no other grub.cfg."""
        return not (self.cmdline or self.grub_lines or self.files or self.loader)

    @property
    def halts(self) -> bool:
        """True when the kernel, once its log has ended, leaves the machine halted for good."""
        exits = [word for word in self.cmdline.split() if word in EXITS]
        return not exits or exits[-1] == "exit=halt"


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    ended    "verdict": the RESULT line came; "exited": the vehicle ended, or the machine was
             reset, without one; "timeout": neither within the time.
    status   the vehicle's exit status, or None where it had to be stopped.
    events   what the vehicle saw the machine do, in order: "triple fault", "reset".
    """

    serial: str
    ended: str
    wall_s: float
    status: int | None
    workdir: Path
    events: tuple[str, ...] = ()


class Vehicle(Protocol):
    """A module that boots machines: bochs, qemu, kvm, nested."""

    DEFAULT_MODEL: str  # what it takes for Machine.model == ""

    def why_not(self) -> str:
        """"" where it can run here, else a sentence that says what is missing."""

    def warning(self, machine: Machine) -> str:
        """What to know before the machine runs, a sentence, or ""."""

    def run(
        self, machine: Machine, iso: Path, workdir: Path, on_line: OnLine, line: SerialLine | None = None
    ) -> Outcome:
        """Boot the machine; how that ended.

        `iso` is the shipped image, `workdir` an existing directory of the run's own, which keeps its logs.
        `on_line` is called with each line of the serial log as it comes, without its end. With `line`, that
        is the machine's first serial port, and goes both ways; else the port only writes to a file.
        """
