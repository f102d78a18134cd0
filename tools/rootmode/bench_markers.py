"""Finds the addresses of the markers in build/rootmode.elf: two adjacent instructions for each."""

import re
from pathlib import Path

from rootmode.machine import MachineError
from rootmode.programs import output

KERNEL_BASE = 0xFFFFFFFF80000000
LOAD_ADDRESS = 0x200000  # where GRUB loads the image on all machines measured here

ENTRY = "start"  # 32-bit code, at its physical address
VMXON = "vmxon"  # the instruction itself, in vmxon_safe
AP_ENTRY = "ap_main"
AP_START = "apic_send_startup"  # its second argument is the trampoline's address
TAKE = "memory_take"  # its first argument is a number of pages
PUT = "arch_serial_put"  # sends a byte to the UART

# Functions that are not inlined and that every boot calls. There can be at most 15: with the
# trampoline they use all 32 breakpoints of Bochs.
FUNCTIONS = (
    "kernel_main", "firmware_read", "arch_smp_prepare", "arch_smp_start",
    AP_START, AP_ENTRY, "narrate_cpus", "report_print_end", "report_print_result", "arch_end", TAKE, PUT,
)

_INSTRUCTION = re.compile(r"^([0-9a-f]{16}):\t(?:(?:rep|lock) )?(\S*)")


class Symbols:
    """The kernel's symbols. Raises MachineError for a symbol that is missing, for example because it is inlined."""

    def __init__(self, elf: Path) -> None:
        if not elf.is_file():
            raise MachineError(f"no kernel at {elf}: build it with 'make'")
        self._elf = elf
        self._addresses = {}
        for line in output(["nm", elf]).decode().splitlines():
            fields = line.split()
            if len(fields) == 3:
                self._addresses[fields[2]] = int(fields[0], 16)

    def pair(self, name: str) -> tuple[int, int]:
        """Return the linear addresses of a function's first two instructions."""
        start = self._address(name)
        first, second = [address for address, _ in self._disassemble(start, start + 32)][:2]
        return first, second

    def vmxon(self) -> tuple[int, int]:
        """Return the addresses of VMXON and of the instruction before it."""
        start = self._address("vmxon_safe")
        code = self._disassemble(start, start + 64)
        at = [mnemonic for _, mnemonic in code].index("vmxon")
        return code[at][0], code[at - 1][0]

    def _address(self, name: str) -> int:
        if name not in self._addresses:
            raise MachineError(f"{self._elf} has no symbol '{name}': tools/rootmode/bench_markers.py names it")
        return self._addresses[name]

    def _disassemble(self, start: int, end: int) -> list[tuple[int, str]]:
        text = output([
            "objdump", "-d", "--no-show-raw-insn", f"--start-address={start:#x}", f"--stop-address={end:#x}", self._elf,
        ])
        found = [_INSTRUCTION.match(line) for line in text.decode().splitlines()]
        return [(int(match[1], 16), match[2]) for match in found if match]


def compiler(elf: Path) -> str:
    """Return the C compiler of the kernel, such as "gcc 12.2.0", from the debug information."""
    producers = output(["readelf", "--debug-dump=info", "--dwarf-depth=1", elf]).decode()
    made = re.search(r"GNU C\w* (\d[\d.]*)|clang version (\d[\d.]*)", producers)
    if not made:
        raise MachineError(f"{elf} has no debug information that names its compiler")
    return f"gcc {made[1]}" if made[1] else f"clang {made[2]}"


def loaded(address: int) -> int:
    """Return the physical address of a linear address of the kernel."""
    return address - KERNEL_BASE + LOAD_ADDRESS
