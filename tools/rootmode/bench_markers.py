"""Where to look at the kernel: addresses of symbols in build/rootmode.elf, two instructions each."""

import re
import subprocess
from pathlib import Path

from rootmode.machine import MachineError

KERNEL_BASE = 0xFFFFFFFF80000000
LOAD_ADDRESS = 0x200000  # where GRUB puts the image on every machine that is measured here

_INSTRUCTION = re.compile(r"^([0-9a-f]{16}):\t(?:rep |lock )?(\S*)")

# On the BSP, in the order of the boot. Functions that others may inline are no markers.
BSP = (
    "kernel_main", "console_open", "firmware_read", "firmware_list_cpus", "arch_smp_prepare",
    "apic_send_init", "arch_vmx_read_evidence", "arch_smp_start", "apic_send_startup",
    "report_narrate", "report_print", "report_print_result", "console_flush", "arch_end",
)
AP = ("ap_main", "arch_vmx_read_evidence")
VMXON = "vmxon"  # the instruction, in recover_vmxon
ENTRY = "start"  # in 32-bit code, where the image was loaded


class Symbols:
    """The kernel's symbols; raises MachineError for one that is not there, or inlined."""

    def __init__(self, elf: Path) -> None:
        if not elf.is_file():
            raise MachineError(f"no kernel at {elf}: build it with 'make'")
        self._elf = elf
        self._addresses = {}
        for line in _run("nm", str(elf)).splitlines():
            fields = line.split()
            if len(fields) == 3:
                self._addresses[fields[2]] = int(fields[0], 16)

    def address(self, name: str) -> int:
        """The linear address of a symbol."""
        if name not in self._addresses:
            raise MachineError(f"{self._elf} has no symbol '{name}': tools/rootmode/bench_markers.py names it")
        return self._addresses[name]

    def pair(self, name: str) -> tuple[int, int]:
        """The first two instructions of a function."""
        start = self.address(name)
        first, second = [address for address, _ in self._disassemble(start, start + 32)][:2]
        return first, second

    def vmxon(self) -> tuple[int, int]:
        """The instruction VMXON, and the one before it."""
        start = self.address("recover_vmxon")
        code = self._disassemble(start, start + 64)
        at = [mnemonic for _, mnemonic in code].index("vmxon")
        return code[at][0], code[at - 1][0]

    def _disassemble(self, start: int, end: int) -> list[tuple[int, str]]:
        text = _run(
            "objdump", "-d", "--no-show-raw-insn", f"--start-address={start:#x}", f"--stop-address={end:#x}",
            str(self._elf),
        )
        found = [_INSTRUCTION.match(line) for line in text.splitlines()]
        return [(int(match[1], 16), match[2]) for match in found if match]


def loaded(address: int) -> int:
    """Where a linear address of the kernel lies in memory."""
    return address - KERNEL_BASE + LOAD_ADDRESS


def _run(*command: str) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        raise MachineError(f"{command[0]} is missing: run tools/setup") from None
    except subprocess.CalledProcessError as error:
        raise MachineError(f"{command[0]} failed: {error.stderr.strip()}") from None
