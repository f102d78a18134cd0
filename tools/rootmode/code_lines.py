"""The lines of a kernel's code: which line each address belongs to, and what an emulator's record says was executed.

A record is of one of two kinds. QEMU's is its log of translated code (-d in_asm): the address and the bytes of each
instruction that it was about to execute for the first time. Bochs' has what the kernel itself wrote to the debug
console, among the debugger's text: the block of each address that tests/boot/coverage/trace.c reported.
"""

import re
import subprocess
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from pathlib import Path

from rootmode.project import files
from rootmode.symbols import FUNCTION, read_sections, read_symbols

Lines = dict[str, set[int]]  # numbers of lines, by file

KERNEL_BASE = 0xFFFFFFFF80000000
_IMAGE = range(0x200000, 0x400000)  # where loaders put the image, if they can
PAGE = 4096
_COPIED = ("trampoline_start", "guest_code", "trial_page")  # each runs in a page of its own, from its start on
_FOLDERS = ("boot/", "kernel/", "arch/")

_ROW = re.compile(r"^(\S+)\s+(\d+|-)\s+(0x[0-9a-f]+)\b", re.MULTILINE)
_INSTRUCTION = re.compile(r"^0x([0-9a-f]+):  ((?:[0-9a-f]{2} )+)", re.MULTILINE)
_TRACED = re.compile(r"\[0x([0-9a-f]+)\] .*; ([0-9a-f]+)$", re.MULTILINE)
_REPORT = re.compile(rb"([\x80-\xbf])([\xc0-\xff])([\xc0-\xff])([\xc0-\xff])")
_CALL_SIZE = 5  # of CALL rel32


class Code:
    """The code of a kernel that was built by `make coverage`."""

    def __init__(self, elf: Path) -> None:
        sections = read_sections(elf)
        self._parts = [(part.address, part.content) for part in sections if part.name in (".entry", ".rodata", ".text")]
        self._text, content = next((part.address, part.content) for part in sections if part.name == ".text")
        symbols = read_symbols(sections)
        addresses = {symbol.name: symbol.address for symbol in symbols}
        self._functions = sorted((one.address, one.address + one.size) for one in symbols if one.kind == FUNCTION)
        self._reports = sorted(_calls(content, self._text, addresses["__sanitizer_cov_trace_pc"]))
        self._copied = [addresses[name] for name in _COPIED]
        self._starts, self._rows = _rows(elf)

    def lines(self) -> Lines:
        """Return all lines that have code."""
        return _by_file(row for row in self._rows if row)

    def of_instructions(self, instructions: Iterable[tuple[int, bytes]]) -> tuple[int, Lines]:
        """Return how many of these instructions, given by address and bytes, are of this code, and their lines."""
        found: list[int] = []
        pages: dict[int, list[tuple[int, bytes]]] = {}
        for at, code in instructions:
            if at in _IMAGE and not self._has(at, b""):
                at += KERNEL_BASE - _IMAGE.start
            if self._has(at, code):
                found.append(at)
            else:
                pages.setdefault(at // PAGE, []).append((at % PAGE, code))
        for page in pages.values():
            found += self._in_copy(page)
        indexes = {bisect_right(self._starts, at) - 1 for at in found}
        return len(found), _by_file(row for row in (self._rows[index] for index in indexes if index >= 0) if row)

    def _in_copy(self, page: list[tuple[int, bytes]]) -> list[int]:
        """Return where the page's instructions are linked, if the page is a copy of the trampoline or of guests."""
        for start in self._copied:
            found = [start + at for at, code in page if self._has(start + at, code)]
            if len(found) > len(page) // 2:
                return found
        return []

    def of_reports(self, offsets: Iterable[int]) -> tuple[int, Lines]:
        """Return how many of these reports are of blocks of this code, and the blocks' lines."""
        known = set(self._reports)
        blocks = [self._text + offset for offset in offsets if self._text + offset in known]
        indexes: set[int] = set()
        for block in blocks:
            start, end = self._extent(block)
            indexes.update(range(bisect_right(self._starts, start) - 1, bisect_left(self._starts, end)))
        return len(blocks), _by_file(row for row in (self._rows[index] for index in indexes) if row)

    def _extent(self, report: int) -> tuple[int, int]:
        """Return where the block begins and ends whose report returns here. A function's first begins with the function."""
        index, function = bisect_left(self._reports, report), bisect_right(self._functions, (report, 0)) - 1
        start, end = self._functions[function]
        if index and self._reports[index - 1] > start:
            start = report - _CALL_SIZE
        if index + 1 < len(self._reports):
            end = min(end, self._reports[index + 1] - _CALL_SIZE)
        return start, end

    def _has(self, address: int, code: bytes) -> bool:
        return any(
            at <= address < at + len(content) and content.startswith(code, address - at) for at, content in self._parts
        )


def of_record(record: bytes, codes: Iterable[Code]) -> Lines:
    """Return the lines that a record says were executed, of the kernel among these that it fits best."""
    reports = {_offset(found) for found in _REPORT.findall(record)}
    if reports:
        return max((code.of_reports(reports) for code in codes), key=lambda fit: fit[0])[1]
    text = record.decode("ascii", "replace")
    found = _INSTRUCTION.findall(text) or _TRACED.findall(text)
    instructions = {(int(at, 16), bytes.fromhex(code)) for at, code in found}
    return max((code.of_instructions(instructions) for code in codes), key=lambda fit: fit[0])[1]


def merge(into: Lines, more: Lines) -> None:
    """Add the lines."""
    for file, numbers in more.items():
        into.setdefault(file, set()).update(numbers)


def _offset(digits: tuple[bytes, ...]) -> int:
    """Return the number that trace.c sends in four bytes, six bits in each."""
    value = 0
    for digit in digits:
        value = value << 6 | digit[0] & 0x3F
    return value


def _by_file(rows: Iterable[tuple[str, int]]) -> Lines:
    found: Lines = {}
    for file, line in rows:
        found.setdefault(file, set()).add(line)
    return found


def _calls(content: bytes, start: int, target: int) -> Iterable[int]:
    """Return the return address of each call of the target."""
    at = content.find(b"\xe8")
    while 0 <= at <= len(content) - _CALL_SIZE:
        after = start + at + _CALL_SIZE
        if after + int.from_bytes(content[at + 1:at + _CALL_SIZE], "little", signed=True) == target:
            yield after
        at = content.find(b"\xe8", at + 1)


def _rows(elf: Path) -> tuple[list[int], list[tuple[str, int] | None]]:
    """Return where a line's code begins, in ascending order, and for each place file and line, or None after the end."""
    paths = {Path(name).name: name for name in files() if name.startswith(_FOLDERS)}
    table = subprocess.run(
        ["readelf", "--debug-dump=decodedline", "--wide", elf], capture_output=True, text=True, check=True, timeout=120
    ).stdout
    rows: dict[int, tuple[str, int] | None] = {}
    for file, line, address in _ROW.findall(table):
        path, at = paths.get(Path(file).name), int(address, 16)
        if line != "-" and path:  # of two at an address, the second has the code
            rows[at] = (path, int(line))
        else:
            rows.setdefault(at, None)
    starts = sorted(rows)
    return starts, [rows[at] for at in starts]
