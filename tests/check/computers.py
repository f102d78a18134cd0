"""Recorded logs, and dumps made from them."""

import atexit
import re
import shutil
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def recorded_logs() -> dict[str, str]:
    """The logs in recorded_logs.txt by name. Each has a line in front, as tail(1) prints it for several files."""
    text = (Path(__file__).parent / "recorded_logs.txt").read_text("utf-8")
    _, *parts = re.split(r"^==> (\S+) <==\n", text, flags=re.M)
    names, logs = parts[::2], parts[1::2]
    return {name: log.removesuffix("\n") if name != names[-1] else log for name, log in zip(names, logs, strict=True)}


def _unpack() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rootmode-logs-"))
    atexit.register(shutil.rmtree, folder)
    for name, text in recorded_logs().items():
        path = folder / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


_UNPACKED = _unpack()
LOGS = sorted(_UNPACKED.glob("*.txt"))
RUNS = sorted((_UNPACKED / "runs").glob("*.txt"))

FEATURE_CONTROL = 0x3A
EXIT_CTLS = 0x483
MICROCODE = 0x8B
BASIC = 0x480
CR0_FIXED0 = 0x486
CR0_FIXED1 = 0x487
CR4_FIXED0 = 0x488
CR4_FIXED1 = 0x489


def block(text: str) -> str:
    """The REPORT block of a log or of the program's output."""
    found = re.search(r"^REPORT .*?^END crc32=\w+$", text, re.M | re.S)
    assert found, "no REPORT block"
    return found[0]


def text_crc(people: str) -> str:
    """The key for the lines for people, as docs/serial-log.md describes it."""
    rows = [re.sub("[ \r]", "", row) for row in people.split("\n") if re.match(r"\[ *\d+\.\d{6}\] ", row)]
    return f" text_crc={zlib.crc32(''.join(row + chr(10) for row in rows).encode('ascii')):#010x}"


def sealed(text: str) -> str:
    """The text with the number of lines and the CRCs that its REPORT block should have."""
    head, *rows, _ = block(text).splitlines()
    body = "".join(row + "\n" for row in rows)
    key = text_crc(text[:text.index(head)]) if " text_crc=" in head else ""
    made = f"{head.split(' lines=')[0]} lines={len(rows)}{key}\n{body}END crc32={zlib.crc32(body.encode()):#010x}"
    return text.replace(block(text), made)


def keyed(text: str) -> str:
    """A log of a kernel that gave no text_crc yet, with one."""
    return re.sub("^REPORT .*", lambda head: head[0] + text_crc(text[:text.index(head[0])]), text, flags=re.M)


def fields(line: str) -> dict[str, str]:
    """A line's keys and values."""
    return {key: quoted or plain for key, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|(\S*))', line)}


def msrs_of(text: str) -> dict[int, int]:
    """The VMX capability MSRs in a log of one CPU."""
    lines = [fields(line) for line in block(text).splitlines() if line.startswith("msr=")]
    return {int(line["msr"], 16): int(line["value"], 16) for line in lines}


def cpu_of(text: str) -> dict[str, str]:
    """The line of a log's only CPU."""
    return next(fields(line) for line in block(text).splitlines() if line.startswith("cpus="))


@dataclass
class Cpu:
    """A CPU, to be written as a dump. An MSR of None faults; a long_mode of None leaves its leaf out."""

    vendor: str = "GenuineIntel"
    signature: int = 0x806C1
    vmx: bool = True
    smx: bool = False
    hypervisor: str = ""
    brand: str = "Some CPU"
    apic_id: int = 0
    core_type: int = 0
    long_mode: bool | None = True
    msrs: dict[int, int | None] = field(default_factory=dict)

    def leaves(self) -> dict[int, tuple[int, ...]]:
        """CPUID, by leaf."""
        ecx = self.vmx << 5 | self.smx << 6 | bool(self.hypervisor) << 31
        first = words(self.vendor, 12)
        brand = words(self.brand, 48)
        name = words(self.hypervisor, 12)
        leaves = {
            0: (0x1A, first[0], first[2], first[1]),
            1: (self.signature, self.apic_id << 24, ecx, 0),
            7: (0, 0, 0, (1 << 15) if self.core_type else 0),
            0x1A: (self.core_type << 24, 0, 0, 0),
            0x40000000: (0, *name),
            0x80000000: (0x80000008, 0, 0, 0),
            0x80000002: brand[0:4], 0x80000003: brand[4:8], 0x80000004: brand[8:12],
            0x80000008: (39, 0, 0, 0),
        }
        if self.long_mode is not None:
            leaves[0x80000001] = (0, 0, 0, self.long_mode << 29)
        return leaves


def words(text: str, size: int) -> tuple[int, ...]:
    """Text as CPUID's registers hold it."""
    raw = text.encode("latin-1").ljust(size, b"\0")
    return tuple(int.from_bytes(raw[i:i + 4], "little") for i in range(0, size, 4))


def dump(*cpus: Cpu, numbers: tuple[int, ...] = ()) -> str:
    """The text of a dump."""
    lines = []
    for index, cpu in enumerate(cpus):
        lines.append(f"CPU {numbers[index] if numbers else index}:")
        for leaf, (eax, ebx, ecx, edx) in cpu.leaves().items():
            lines.append(f"   0x{leaf:08x} 0x00: eax=0x{eax:08x} ebx=0x{ebx:08x} ecx=0x{ecx:08x} edx=0x{edx:08x}")
        for msr, value in cpu.msrs.items():
            lines.append(f"   msr 0x{msr:08x}: " + ("fault" if value is None else f"0x{value:016x}"))
    return "\n".join(lines) + "\n"


def log(model: str) -> str:
    """The recorded log of a CPU model."""
    return (_UNPACKED / f"{model}.txt").read_text("utf-8")


def intel(feature_control: int | None = 5, changed: dict[int, int | None] | None = None, **facts: Any) -> Cpu:
    """A CPU with VMX like tigerlake's; changed are its capability MSRs that are to be others."""
    msrs = {MICROCODE: 0x2A << 32, FEATURE_CONTROL: feature_control}
    msrs |= msrs_of(log("tigerlake")) | (changed or {})
    return Cpu(msrs=msrs, **facts)
