"""Builds ACPI tables, and has the GRUB commands that replace the firmware's tables by them."""

import struct
from collections.abc import Iterable
from typing import Any

MADT_PATH = "/boot/madt.aml"

# GRUB removes the firmware's MADT, if any, and gives the kernel an RSDP of tables that contain ours.
GRUB_LINES = ("insmod acpi", f"acpi --exclude=APIC {MADT_PATH}")

_HEADER = struct.Struct("<4sIBB6s8sI4sI")  # ACPI 6.5 5.2.6 "System Description Table Header"
_CHECKSUM_AT = 9
_LOCAL_APIC_PHYS = 0xFEE00000
_PCAT_COMPAT = 1
ENABLED = 1
ONLINE_CAPABLE = 2


def table(signature: str, body: bytes, *, revision: int = 4, length: int | None = None, good_sum: bool = True) -> bytes:
    """Return a table with its header. `length`: a false size for the header; `good_sum=False`: a wrong checksum."""
    size = _HEADER.size + len(body) if length is None else length
    header = _HEADER.pack(signature.encode(), size, revision, 0, b"RTMODE", b"ROOTMODE", 1, b"TEST", 1)
    data = bytearray(header + body)
    data[_CHECKSUM_AT] = -sum(data) % 256
    if not good_sum:
        data[_CHECKSUM_AT] ^= 0xFF
    return bytes(data)


def madt(entries: Iterable[bytes], **shape: Any) -> bytes:
    """Return a MADT with these entries. `shape`: as for table()."""
    return table("APIC", struct.pack("<II", _LOCAL_APIC_PHYS, _PCAT_COMPAT) + b"".join(entries), **shape)


def local_apic(apic_id: int, *, uid: int | None = None, flags: int = ENABLED) -> bytes:
    """Return a MADT entry of type 0, Processor Local APIC."""
    return struct.pack("<BBBBI", 0, 8, (apic_id if uid is None else uid) & 0xFF, apic_id, flags)


def local_x2apic(apic_id: int, *, uid: int | None = None, flags: int = ENABLED) -> bytes:
    """Return a MADT entry of type 9, Processor Local x2APIC."""
    return struct.pack("<BBHIII", 9, 16, 0, apic_id, flags, apic_id if uid is None else uid)


def raw_entry(kind: int, length: int, body: bytes = b"") -> bytes:
    """Return a MADT entry of any type. `length` is the length field, even if the body has another size."""
    return bytes([kind, length]) + body


def cpu_list(cpus: int) -> bytes:
    """Return a MADT that lists CPUs with the APIC IDs 0 to cpus - 1."""
    return madt(local_apic(apic_id) for apic_id in range(cpus))
