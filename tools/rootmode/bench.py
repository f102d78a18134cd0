"""Measures a boot in Bochs: when each CPU reaches each marker, and when each byte goes to the serial port.

All times are ticks: emulated time, the same on every host and in every run of the same image.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from rootmode import bench_debugger, image, process
from rootmode.bench_debugger import Debugger, Stop
from rootmode.bench_markers import AP_ENTRY, AP_START, ENTRY, FUNCTIONS, PUT, TAKE, VMXON, Symbols, loaded
from rootmode.machine import Machine, MachineError

TICKS_PER_SECOND = 50_000_000  # ips in Bochs' configuration
BAUD, BITS_PER_BYTE = 115200, 10
PAGE_SIZE = 4096
SIPI_VECTORS = 256
TRAMPOLINE = "trampoline"
LINEAR_BREAKPOINTS = 14  # of the 16 that Bochs has; the trampoline takes two

# Bochs rounds the time per byte down to whole microseconds.
_BYTE_TICKS = 1_000_000 * BITS_PER_BYTE // BAUD * TICKS_PER_SECOND // 1_000_000
_AP_MARKERS = (TRAMPOLINE, AP_ENTRY, VMXON)


@dataclass
class Boot:
    """The measurements of one boot. Times are in ticks since the kernel's entry."""

    cpus: int
    reset_to_entry: int = 0
    first: dict[tuple[int, str], int] = field(default_factory=dict)  # (CPU, marker) -> time of the first hit
    puts: list[int] = field(default_factory=list)  # the time of each byte to the UART
    pages_taken: int = 0

    def bsp(self, marker: str) -> int:
        """Return when the BSP reached the marker, or 0 if it never did."""
        return self.first.get((0, marker), 0)

    def last(self, marker: str) -> int:
        """Return when the last CPU reached the marker."""
        return max((ticks for (_, name), ticks in self.first.items() if name == marker), default=0)

    @property
    def line_ticks(self) -> float:
        """The shortest time in which the port can send all bytes."""
        return len(self.puts) * BITS_PER_BYTE / BAUD * TICKS_PER_SECOND

    def gaps(self) -> list[tuple[int, int]]:
        """Return when, after the first byte, the port was idle, and for how long."""
        found = []
        free = self.puts[0] if self.puts else 0
        for at in self.puts:
            if at > free:
                found.append((free, at - free))
            free = max(free, at) + _BYTE_TICKS
        return found


class _Recorder:
    """Records the debugger's stops in a Boot."""

    def __init__(self, cpus: int, debugger: Debugger, symbols: Symbols) -> None:
        self.boot = Boot(cpus)
        self._debugger = debugger
        self._names: dict[int, str] = {}
        self._second: dict[int, int] = {}  # address of the second instruction -> of the first
        self._last_of: dict[int, int] = {}  # CPU -> address of its last hit
        self._pairs = {name: symbols.pair(name) for name in FUNCTIONS} | {VMXON: symbols.vmxon()}
        self._entry = tuple(map(loaded, symbols.pair(ENTRY)))

    def to_entry(self) -> None:
        """Run to the kernel's entry, then set the markers."""
        self._debugger.break_at(self._entry, "pb")
        self.boot.reset_to_entry = self._debugger.go().ticks
        addresses = [address for pair in self._pairs.values() for address in pair]
        self._debugger.break_at(addresses[:LINEAR_BREAKPOINTS])
        self._debugger.break_at(map(loaded, addresses[LINEAR_BREAKPOINTS:]), "pb")
        for name, pair in self._pairs.items():
            self._know(name, *pair)
            self._know(name, *map(loaded, pair))

    def to_end(self) -> None:
        """Run until everything has left the UART."""
        while not self.boot.bsp("arch_end"):
            stop = self._debugger.go()
            for cpu, address in stop.hits:
                self._see(stop, cpu, address)

    def _know(self, name: str, first: int, second: int) -> None:
        self._names[first] = self._names[second] = name
        self._second[second] = first

    def _see(self, stop: Stop, cpu: int, address: int) -> None:
        is_same = address in self._second and self._second[address] == self._last_of.get(cpu)
        self._last_of[cpu] = address
        name = self._names.get(address)
        if is_same or name is None:
            return
        ticks = stop.ticks - self.boot.reset_to_entry
        self.boot.first.setdefault((cpu, name), ticks)
        if name == PUT:
            self.boot.puts.append(ticks)
        elif name == TAKE:
            self.boot.pages_taken += self._debugger.register("rdi")
        elif name == AP_START and TRAMPOLINE not in self._names.values():
            page = self._debugger.register("rsi")
            if page < SIPI_VECTORS:  # the first instruction of the function converts the address to a vector
                page *= PAGE_SIZE
            self._know(TRAMPOLINE, page, page + 1)
            self._debugger.break_at((page, page + 1))


def measure(cpus: int, elf: Path, iso: Path, workdir: Path, timeout_s: float = 300.0) -> Boot:
    """Boot the shipped image with this number of CPUs, without the timeout of its menu.

    Raises MachineError if the boot does not end, or if a CPU did not reach a marker, because it did
    not start or did not execute VMXON.
    """
    machine = Machine(cpus=cpus, cmdline=image.default_cmdline(iso, workdir), timeout_s=timeout_s)
    with bench_debugger.started(machine, iso, workdir) as debugger:
        recorder = _Recorder(cpus, debugger, Symbols(elf))
        recorder.to_entry()
        recorder.to_end()
    _check(recorder.boot, _kernel_bytes((workdir / process.SERIAL).read_bytes()))
    return recorder.boot


def _kernel_bytes(serial: bytes) -> int:
    """Return how many bytes the kernel sent. GRUB's menu comes before its first time stamp."""
    first = re.search(rb"\[ *\d+\.\d{6}\] ", serial)
    return len(serial) - first.start() if first else 0


def _check(boot: Boot, serial_bytes: int) -> None:
    expected = [(0, VMXON), *((cpu, marker) for cpu in range(1, boot.cpus) for marker in _AP_MARKERS)]
    missing = [f"CPU {cpu} at {marker}" for cpu, marker in expected if (cpu, marker) not in boot.first]
    if missing:
        raise MachineError(f"with {boot.cpus} CPUs, not seen: {', '.join(missing)}")
    if len(boot.puts) < serial_bytes:
        raise MachineError(f"{serial_bytes} bytes left the serial port, only {len(boot.puts)} were seen going in")
