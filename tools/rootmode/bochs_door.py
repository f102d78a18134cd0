"""The door 'kernel' in Bochs, which has no -kernel: the kernel is in memory when the machine is switched on.

An option ROM starts it, through its PVH entry, after the BIOS has set the machine up and before it would look for a disk.
That takes a tenth of the instructions that GRUB and the image take. If the machine has another loader, that starts
instead, with the kernel as its module.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rootmode.machine import Machine, MachineError
from rootmode.programs import output
from rootmode.project import TOP

_SOURCE = TOP / "tools" / "bochs" / "door.asm"
_ROM_AT = 0xD0000
_TABLES_AT = 0xD8000
_ROM_BLOCK = 512
_MODULE_AT = 32 << 20

# Bochs allocates memory by blocks, and mixes up a file that extends over several.
_BLOCK = 128 * 1024
_MOST_BLOCKS = 4

_LOAD, _NOTE = 1, 4
_NOTE_VALUE = 16  # offset, after the sizes, the type and "Xen"


@dataclass(frozen=True)
class _Memory:
    """What is in memory from an address on."""

    start: int
    content: bytes


# What is in memory, and the numbers and lines that the ROM is assembled with.
_Start = tuple[list[_Memory], dict[str, int], dict[str, str]]


def config(machine: Machine, kernel: Path, workdir: Path) -> str:
    """Write the ROM and the memory to workdir. Return the lines for bochsrc. Raises MachineError if it cannot."""
    memory, numbers, words = (_by_loader if machine.loader else _by_pvh)(machine, kernel, workdir)
    addresses, tables_rom = _tables(machine, workdir)
    rom = _rom({**numbers, **addresses}, words, workdir)
    blocks = [block for part in memory for block in _blocks(part)]
    if len(blocks) > _MOST_BLOCKS:
        raise MachineError(f"{kernel} is too large for the door 'kernel' in Bochs: use the door 'iso'")
    lines = [f"optromimage1: file={rom.name}, address={_ROM_AT:#x}", *tables_rom]
    for number, block in enumerate(blocks, 1):
        file = workdir / f"memory-{number}"
        file.write_bytes(block.content)
        lines.append(f"optramimage{number}: file={file.name}, address={block.start:#x}")
    return "\n".join(lines)


def _by_pvh(machine: Machine, kernel: Path, _: Path) -> _Start:
    image, entry = _kernel(kernel.read_bytes())
    return [image], {"ENTRY": entry}, {"COMMAND_LINE": _command_line(machine)}


def _by_loader(machine: Machine, kernel: Path, workdir: Path) -> _Start:
    path, _, words = machine.loader.partition(" ")
    loader, entry = _loader(machine.files[path])
    output(["strip", "-o", workdir / "module", kernel])
    module = _Memory(_MODULE_AT, (workdir / "module").read_bytes())
    numbers = {
        "ENTRY": entry, "MODULE": module.start, "MODULE_END": module.start + len(module.content),
        "UPPER_KIB": (machine.memory_mib - 1) * 1024,
    }
    return [loader, module], numbers, {"COMMAND_LINE": words, "MODULE_LINE": _command_line(machine)}


def _tables(machine: Machine, workdir: Path) -> tuple[dict[str, str], list[str]]:
    """Write the ACPI tables to workdir, for a ROM. Return the definition of their addresses, and the line for bochsrc."""
    if not machine.tables:
        return {}, []
    content, addresses = bytearray(), []
    for table in machine.tables:
        addresses.append(f"{_TABLES_AT + len(content):#x}")
        content += table + bytes(-len(table) % 16)
    content += bytes(-len(content) % _ROM_BLOCK)
    (workdir / "tables.rom").write_bytes(content)
    return {"TABLES": ",".join(addresses)}, [f"optromimage2: file=tables.rom, address={_TABLES_AT:#x}"]


def _command_line(machine: Machine) -> str:
    return " ".join(machine.cmdline.split())


def _blocks(memory: _Memory) -> list[_Memory]:
    end = memory.start + len(memory.content)
    starts = [memory.start, *range((memory.start // _BLOCK + 1) * _BLOCK, end, _BLOCK)]
    return [
        _Memory(start, memory.content[start - memory.start:after - memory.start])
        for start, after in zip(starts, [*starts[1:], end])
    ]


def _kernel(elf: bytes) -> tuple[_Memory, int]:
    """Return what a 64-bit ELF file has in memory, and its PVH entry."""
    offset, count = struct.unpack_from("<Q", elf, 32)[0], struct.unpack_from("<H", elf, 56)[0]
    segments = [struct.unpack_from("<IIQQQQQQ", elf, offset + number * 56) for number in range(count)]
    note = next(begin for kind, _, begin, *_ in segments if kind == _NOTE)
    loads = {at: elf[begin:begin + size] for kind, _, begin, _, at, size, *_ in segments if kind == _LOAD and size}
    return _flat(loads), struct.unpack_from("<Q", elf, note + _NOTE_VALUE)[0]


def _loader(elf: bytes) -> tuple[_Memory, int]:
    """Return what a 32-bit ELF file has in memory, and its entry."""
    entry, offset, count = *struct.unpack_from("<II", elf, 24), struct.unpack_from("<H", elf, 44)[0]
    segments = [struct.unpack_from("<IIIIII", elf, offset + number * 32) for number in range(count)]
    return _flat({at: elf[begin:begin + size] for kind, begin, _, at, size, _ in segments if kind == _LOAD and size}), entry


def _flat(loads: Mapping[int, bytes]) -> _Memory:
    start = min(loads)
    content = bytearray(max(at + len(part) for at, part in loads.items()) - start)
    for at, part in loads.items():
        content[at - start:at - start + len(part)] = part
    return _Memory(start, bytes(content))


def _rom(numbers: Mapping[str, int | str], lines: Mapping[str, str], workdir: Path) -> Path:
    """Assemble the option ROM in workdir. Its bytes add up to 0, or the BIOS ignores it."""
    rom = workdir / "door.rom"
    words = {name: ",".join(str(byte) for byte in line.encode()) or '""' for name, line in lines.items()}
    defines = [f"-D{name}={value}" for name, value in [*numbers.items(), *words.items()]]
    output(["nasm", "-f", "bin", *defines, _SOURCE, "-o", rom])
    content = bytearray(rom.read_bytes())
    content[-1] = -sum(content[:-1]) % 256
    rom.write_bytes(content)
    return rom
