"""The kernel's functions by address: names what a log of a panic or an exception shows as numbers."""

import re
import shutil
import struct
import subprocess
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_SYMTAB, _NO_TYPE = 2, 0
FUNCTION = 2

_RIP = re.compile(r"\bat RIP (0x[0-9a-f]+)")
_RETURNS = re.compile(r"\breturn addresses:((?: 0x[0-9a-f]+)+)")
_CRC = re.compile(r"\bwhose code has CRC-32 (0x[0-9a-f]{8})")


class SymbolsError(Exception):
    """This file cannot name addresses; the message says why."""


@dataclass(frozen=True)
class Section:
    """A section of an ELF file; `link` is the number of another that it needs."""

    name: str
    kind: int
    address: int
    content: bytes
    link: int


@dataclass(frozen=True)
class Symbol:
    """A symbol of an ELF file; `section` is the number of the one that it is in."""

    name: str
    kind: int
    section: int
    address: int
    size: int


class Symbols:
    """The code of a kernel, and where its functions begin."""

    def __init__(self, elf: Path) -> None:
        self._elf = elf
        sections = read_sections(elf)
        text = next((number for number, section in enumerate(sections) if section.name == ".text"), None)
        symbols = read_symbols(sections)
        if text is None or not symbols:
            raise SymbolsError(f"{elf} has no symbols: it is not a kernel as make builds it")
        self._start = sections[text].address
        self._end = self._start + len(sections[text].content)
        self.crc = zlib.crc32(sections[text].content)
        functions = _functions(symbols, text)
        self._addresses = [address for address, _ in functions]
        self._names = [name for _, name in functions]

    def name(self, address: int, *, returns: bool = False) -> str:
        """Return function+offset, and the line of the source if that can be found; "" outside the code.

        With `returns`, the address is behind a call, which may be the last instruction of its function.
        """
        at = address - returns
        index = bisect_right(self._addresses, at) - 1
        if not self._start <= at < self._end or index < 0:
            return ""
        return f"{self._names[index]}+{address - self._addresses[index]:#x}{self._line(at)}"

    def address(self, name: str) -> int:
        """Return where the function begins. Raises SymbolsError if there is none of this name."""
        if name not in self._names:
            raise SymbolsError(f"{self._elf} has no function {name}")
        return self._addresses[self._names.index(name)]

    def _line(self, address: int) -> str:
        """Return " (file:line)", or "" without addr2line or debug information."""
        if not shutil.which("addr2line"):
            return ""
        done = subprocess.run(
            ["addr2line", "-e", self._elf, hex(address)], capture_output=True, text=True, check=False, timeout=60
        )
        place = done.stdout.split(" ")[0].strip()
        return "" if done.returncode != 0 or place.startswith("??") or place.endswith("?") else f" ({_short(place)})"


def explain(log: str, symbols: Symbols) -> list[str]:
    """Return a line for each address of an exception, a panic or a stack in the log; none if it has none."""
    found = [(int(rip, 16), False) for rip in _RIP.findall(log)]
    found += [(int(address, 16), True) for part in _RETURNS.findall(log) for address in part.split()]
    if not found:
        return []
    crcs = {int(crc, 16) for crc in _CRC.findall(log)}
    if crcs and crcs != {symbols.crc}:
        raise SymbolsError(
            f"the log is from another build: its code has CRC-32 {min(crcs):#010x}, this one {symbols.crc:#010x}"
        )
    names = {address: symbols.name(address, returns=returns) for address, returns in found}
    return [f"{address:#x} {name or 'not in the kernel'}" for address, name in names.items()]


def _short(place: str) -> str:
    """Return the path from the source tree's folder on. NASM's paths have their own folder twice."""
    return re.sub(r"^.*?/(?=(?:arch|boot|kernel|tests)/)(.*//(?=\w))?", "", place)


def read_sections(elf: Path) -> list[Section]:
    """Return the sections of an ELF file, in their order. Raises SymbolsError if it is none."""
    data = elf.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01" or len(data) < _HEADER.size:
        raise SymbolsError(f"{elf} is not a 64-bit ELF file")
    fields = _HEADER.unpack_from(data)
    offset, size, count, names = fields[6], fields[11], fields[12], fields[13]
    if size != _SECTION.size or offset + size * count > len(data) or names >= count:
        raise SymbolsError(f"{elf} is damaged: its section headers are not in it")
    headers = [_SECTION.unpack_from(data, offset + number * size) for number in range(count)]
    strings = data[headers[names][4]:][:headers[names][5]]
    return [
        Section(_string(strings, header[0]), header[1], header[3], data[header[4]:][:header[5]], header[6])
        for header in headers
    ]


def read_symbols(sections: list[Section]) -> list[Symbol]:
    """Return the symbols of an ELF file with these sections; none if it has no table of them."""
    table = next((section for section in sections if section.kind == _SYMTAB), None)
    if table is None:
        return []
    strings = sections[table.link].content
    whole = len(table.content) // _SYMBOL.size * _SYMBOL.size
    return [
        Symbol(_string(strings, name), info & 0xF, section, address, size)
        for name, info, _, section, address, size in _SYMBOL.iter_unpack(table.content[:whole])
    ]


def _functions(symbols: list[Symbol], text: int) -> list[tuple[int, str]]:
    """Return addresses in ascending order, each with a name; a compiler's part of a function has that of the whole."""
    found: dict[int, str] = {}
    for symbol in symbols:
        name = symbol.name.split(".")[0]
        if symbol.section == text and symbol.kind in (FUNCTION, _NO_TYPE) and name:
            found.setdefault(symbol.address, name)
    return sorted(found.items())


def _string(strings: bytes, offset: int) -> str:
    return strings[offset:].split(b"\0", 1)[0].decode("ascii", "replace")
