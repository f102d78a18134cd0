"""Boots with broken or unusual ACPI tables: what the log says about them, and which CPUs are started.

Most cases use QEMU, which is fast but has no VMX: there, UNSUPPORTED no-vmx means success.
"""

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from boot_case import Case, bochs, boot_cases, qemu

from rootmode import acpi
from rootmode import qemu as qemu_vehicle
from rootmode.machine import Machine

WELL = "UNSUPPORTED no-vmx"


def _machine(
    cpus: int, entries: Iterable[bytes], vehicle: str = "qemu", grub: str = "", model: str = "", **shape: Any
) -> Machine:
    """Return a machine with these MADT entries instead of the firmware's."""
    table = acpi.madt(entries, **shape)
    if vehicle == "bochs":
        return bochs(cpus, model=model, tables=(table,))
    lines = tuple(line.replace("acpi ", f"acpi {grub} ") for line in acpi.GRUB_LINES) if grub else acpi.GRUB_LINES
    return qemu(cpus, model=model, grub_lines=lines, files={acpi.MADT_PATH: table})


def _local_apics(*apic_ids: int) -> list[bytes]:
    return [acpi.local_apic(apic_id) for apic_id in apic_ids]


def _x2apics(*apic_ids: int) -> list[bytes]:
    return [acpi.local_x2apic(apic_id) for apic_id in apic_ids]


def _well(name: str, entries: Iterable[bytes], *facts: str, cpus: int = 2, started: int = 0, **more: Any) -> Case:
    """Return a boot that finds and starts all CPUs, or the given number of them."""
    started = started or cpus
    machine = _machine(cpus, entries, **more)
    return Case(f"lint-{name}", machine, WELL, (0, started), facts=facts, absent=("cpu .*APIC ID .*INIT.*",))


def _malformed(name: str, entries: Iterable[bytes], offset: int, problem: str) -> Case:
    """Return a boot that uses the entries before the malformed one."""
    return _well(name, entries, rf"acpi: warning: MADT: at offset {offset} of \d+, {problem}; .*")


def _silent(cpu: int, apic_id: int) -> tuple[str, str]:
    return (rf"cpu {cpu}: error: .*APIC ID {apic_id} did not start.*", rf"cpu {cpu}: hint: .*")


def _unreachable(cpu: int) -> tuple[str, str]:
    return (rf"cpu {cpu}: error: .*cannot be addressed in xAPIC mode.*", rf"cpu {cpu}: hint: .*")


BOTH = _local_apics(0, 1)
OVERRIDE = struct.pack("<HQ", 0, 0xFEE00000)
MAILBOX = struct.pack("<HIQ", 0, 0, 0x7FF000)
DISABLED = [acpi.local_apic(2, flags=0), acpi.local_x2apic(0x300, flags=0), acpi.local_apic(0xFF, flags=0)]
AFTER = 44 + 8 * len(BOTH)  # the offset after the entries of both CPUs
OTHER_MADT = "/boot/other.aml"

WELL_FORMED = [
    _well("duplicate", _local_apics(0, 1, 1), r"acpi: warning: MADT: .*repeat.*: 1"),
    _well("duplicate-of-the-bsp", _local_apics(0, 0, 1, 0), r"acpi: warning: MADT: .*repeat.*: 2"),
    _well("x2apic-repeats-local-apic", [*BOTH, *_x2apics(0, 1)], r"acpi: MADT: x2APIC entries .*: 2"),
    _well("x2apic-only", _x2apics(0, 1, 2), cpus=3),
    _well("broadcast-id", [*BOTH, acpi.local_apic(0xFF)], r"acpi: warning: MADT: .*broadcast.*: 1"),
    _well("x2apic-broadcast-id", [*BOTH, *_x2apics(0xFFFFFFFF)], r"acpi: warning: MADT: .*broadcast.*: 1"),
    _well("disabled", [*BOTH, *DISABLED], r"acpi: MADT: CPUs enabled: 2, not enabled: 3"),
    _well("disabled-but-there", [BOTH[0], acpi.local_apic(1, flags=0)], r".*enabled: 1, not enabled: 1", started=1),
    _well(
        "online-capable", [*BOTH, acpi.local_apic(2, flags=acpi.ONLINE_CAPABLE)],
        r"acpi: MADT: CPUs that could be added .*: 1",
    ),
    _well("bsp-not-first", _local_apics(2, 1, 0), r"acpi: MADT: the BSP, APIC ID 0, is entry 3, .*", cpus=3),
    _well("bsp-not-listed", _local_apics(1), r"acpi: warning: MADT: the BSP, APIC ID 0, is not listed"),
    _well("address-override", [acpi.raw_entry(5, 12, OVERRIDE), *BOTH],
          r"acpi: MADT: an address override moves the local APIC to 0xfee00000"),
    _well("mailbox", [*BOTH, acpi.raw_entry(16, 16, MAILBOX)], r"acpi: warning: MADT: .* mailbox at 0x7ff000.*"),
    _well("other-kinds", [acpi.raw_entry(0x7F, 6, b"rest"), *BOTH, acpi.raw_entry(1, 12, bytes(10)), acpi.raw_entry(0x80, 2)]),
    _well("rsdt", BOTH, r"acpi: RSDP revision \d, RSDT at .*", grub="-1"),
    _well("xsdt", BOTH, r"acpi: RSDP revision 2, XSDT at .*", grub="-2"),
]

MALFORMED = [
    _malformed("overrun", [*BOTH, acpi.raw_entry(0, 40, bytes(6))], AFTER, "an entry is longer than the table"),
    _malformed("zero-length", [*BOTH, acpi.raw_entry(0, 0), *_local_apics(2)], AFTER, "an entry is shorter than its own header"),
    _malformed("length-1", [*BOTH, acpi.raw_entry(0, 1)], AFTER, "an entry is shorter than its own header"),
    _malformed("cut-off", [*BOTH, b"\0"], AFTER, "an entry is shorter than its own header"),
    _malformed("short-local-apic", [*BOTH, acpi.raw_entry(0, 6, bytes(4))], AFTER, "a Processor Local APIC entry is too short"),
    _malformed("short-x2apic", [*BOTH, acpi.raw_entry(9, 8, bytes(6))], AFTER, "a Processor Local x2APIC entry is too short"),
    _malformed("short-override", [*BOTH, acpi.raw_entry(5, 8, bytes(6))], AFTER, "a Local APIC Address Override .* too short"),
    _malformed("short-mailbox", [*BOTH, acpi.raw_entry(16, 12, bytes(10))], AFTER, "a Multiprocessor Wakeup .* too short"),
]

ABSENT_CPUS = [
    Case(
        "lint-nonsense-ids", _machine(2, [*BOTH, *_local_apics(*[0x7F] * 8)]), "FAIL ap-timeout", (0, 3),
        facts=(r"acpi: warning: MADT: .*repeat.*: 7", *_silent(2, 0x7F)),
    ),
    Case(
        "lint-x2apic-ids-without-x2apic",
        _machine(2, [*BOTH, *_x2apics(255, 0x1000, 0x1000)], model=f"{qemu_vehicle.DEFAULT_MODEL},-x2apic"),
        "FAIL ap-unreachable", (0, 4),
        facts=(r"acpi: warning: MADT: .*repeat.*: 1", *_unreachable(2), *_unreachable(3)),
        report=({"cpus": "2-3", "apic_ids": "255,4096", "result": "ap-unreachable"},),
    ),
    Case(
        "lint-many-phantoms", _machine(2, _local_apics(*range(255))), "FAIL ap-timeout", (0, 255),
        facts=(r"cpus 2-254: error: .*did not start.*", r"cpus 0-1: CPUID.*"),
        report=({"cpus": "2-254", "result": "ap-timeout"},),
    ),
    Case(
        # Not 255: Bochs takes it for a broadcast in x2APIC mode, too, where the SDM defines only 0xffffffff.
        "lint-bochs-x2apic-ids", _machine(2, [*BOTH, *_x2apics(0x100, 0x1000)], "bochs"), "FAIL ap-timeout", (2, 4),
        facts=(*_silent(2, 0x100), *_silent(3, 0x1000)),
    ),
    Case(
        "lint-bochs-nonsense-ids", _machine(2, [*BOTH, *_local_apics(*[0x7F] * 8)], "bochs"), "FAIL ap-timeout", (2, 3),
        facts=(r"acpi: warning: MADT: .*repeat.*: 7", *_silent(2, 0x7F)),
    ),
    Case(
        "lint-bochs-everything", _machine(
            3, [*DISABLED, *_local_apics(2, 1, 1), acpi.raw_entry(16, 16, MAILBOX), *_x2apics(1), acpi.raw_entry(9, 0)], "bochs",
        ),
        "PASS", (3, 3),
        facts=(
            r"acpi: MADT: CPUs enabled: 2, not enabled: 3", r"acpi: warning: MADT: .*repeat.*: 1",
            r"acpi: MADT: x2APIC entries .*: 1",
            r"acpi: warning: MADT: .* mailbox.*", r"acpi: warning: MADT: the BSP, APIC ID 0, is not listed",
            r"acpi: warning: MADT: at offset .*",
        ),
    ),
]


def _no_list(name: str, machine: Machine, warning: str) -> Case:
    return Case(
        f"lint-{name}", machine, "FAIL no-cpu-list", (0, 1),
        facts=(rf"acpi: warning: {warning}", r"smp: error: .*no list of CPUs.*", r"smp: hint: .*", "cpu 0: CPUID.*"),
    )


NO_LIST = [
    Case(
        "lint-bad-checksum", _machine(2, BOTH, good_sum=False), WELL, (0, 2),
        facts=("acpi: warning: MADT: its checksum is wrong", "acpi: warning: MADT: all its entries are valid: .*"),
    ),
    _no_list("excluded", qemu(2, grub_lines=("insmod acpi", "acpi --exclude=APIC")), "MADT: there is none"),
    _no_list("acpi-off", qemu(2, "uefi", vehicle_args=("-machine", "acpi=off")), "(MADT: there is none|.*RSDP.*)"),
    Case("lint-acpi-off-but-seabios-has-its-own", qemu(2, vehicle_args=("-machine", "acpi=off")), WELL, (0, 2)),
    _no_list(
        "too-short", qemu(2, grub_lines=acpi.GRUB_LINES, files={acpi.MADT_PATH: acpi.table("APIC", bytes(4))}),
        "MADT: at offset 0 of 40, it is too short; .*",
    ),
    _no_list("zero-length-first", _machine(2, [acpi.raw_entry(0, 0), *BOTH]),
             "MADT: at offset 44 of .*, an entry is shorter than its own header; .*"),
    _no_list("empty", _machine(2, []), "MADT: the BSP, APIC ID 0, is not listed"),
    _no_list("nobody-enabled", _machine(2, DISABLED), "MADT: the BSP, APIC ID 0, is not listed"),
    Case(
        "lint-second-one-is-intact",
        qemu(
            2, grub_lines=("insmod acpi", f"acpi --exclude=APIC {acpi.MADT_PATH} {OTHER_MADT}"),
            files={acpi.MADT_PATH: acpi.madt(BOTH, good_sum=False), OTHER_MADT: acpi.madt(BOTH)},
        ),
        WELL, (0, 2),
    ),
    Case(
        "lint-other-tables-too-short",
        qemu(
            2, grub_lines=("insmod acpi", f"acpi --exclude=SPCR {acpi.MADT_PATH}"),
            files={acpi.MADT_PATH: acpi.table("SPCR", bytes(3))},
        ),
        WELL, (0, 2), facts=(r"acpi: SPCR cannot be used: .*",),
    ),
]


def _spoil(*commands: str) -> Machine:
    """Return a machine in which GRUB runs commands that use $xsdt and $rsdt, the addresses of the root tables.

    GRUB makes both root tables, and a copy of its RSDP in the EBDA, where the first commands search for it.
    """
    find = [
        f"read_byte -v revision {at + 15:#x}; read_dword -v signature {at:#x}; "
        f"if [ $signature$revision = 204453522 ]; then read_dword -v xsdt {at + 24:#x}; read_dword -v rsdt {at + 16:#x}; fi"
        for at in range(_EBDA, _EBDA + 0x400, 16)
    ]
    make = [line.replace("acpi ", "acpi -1 -2 ") for line in acpi.GRUB_LINES]
    module = Path("/usr/lib/grub/i386-pc/memrw.mod").read_bytes()
    return qemu(
        2, grub_lines=("insmod memrw", *make, *find, *commands),
        files={"/boot/grub/i386-pc/memrw.mod": module, acpi.MADT_PATH: acpi.madt(BOTH)},
    )


_EBDA = 0x9F000  # in QEMU

ROOTS = [
    Case(
        "lint-xsdt-spoilt", _spoil("write_byte 0x$xsdt 0x59"), WELL, (0, 2),
        facts=(
            r"acpi: warning: XSDT: wrong signature; using the RSDT", r"acpi: RSDP revision 2, RSDT at .*",
            r"acpi: MADT: CPUs enabled: 2, .*",
        ),
    ),
    Case(
        "lint-both-roots-spoilt", _spoil("write_byte 0x$xsdt 0x59", "write_byte 0x$rsdt 0x53"), "FAIL no-cpu-list", (0, 1),
        facts=(r"acpi: warning: XSDT: .*; using the RSDT", r"acpi: warning: RSDT: wrong signature"),
    ),
]

SIZES = [
    Case("lint-qemu-128", qemu(128), WELL, (0, 128), facts=(r"cpus 0-127: error: .*",)),
    Case("lint-qemu-above-4-gib", qemu(4, memory_mib=6 * 1024), WELL, (0, 4)),
    # Bochs takes long to set up so much memory.
    Case("lint-bochs-above-4-gib", bochs(3, memory_mib=5 * 1024, cmdline="exit=debug prove"), "PASS", (3, 3), long=True,
         facts=("boot: 4095 MiB of memory",)),  # of 5 GiB, 4 are reported: the Bochs BIOS has a hole of 1 GiB below 4 GiB
    Case("lint-bochs-32-mib", bochs(3, memory_mib=32), "PASS", (3, 3)),
    Case("lint-bochs-15", bochs(15), "PASS", (15, 15), report=({"cpus": "0-14", "result": "ok"},)),
]

test_boot = boot_cases([*SIZES, *ROOTS, *ABSENT_CPUS, *NO_LIST, *MALFORMED, *WELL_FORMED])
