"""Boots with unusual lists of CPUs: CPUs that do not exist, other kinds of entries, no list."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from boot_case import SLOW_IPS, Case, bochs, boot_cases

from rootmode import acpi
from rootmode.machine import Machine

X2APIC_OPT_OUT = 2


def _listed(cpus: int, entries: Iterable[bytes], cmdline: str = "exit=debug", **shape: Any) -> Machine:
    """Return a machine with this number of CPUs and with these MADT entries instead of the firmware's."""
    return bochs(cpus, cmdline=cmdline, tables=(acpi.madt(entries, **shape),))


def _local_apics(*apic_ids: int) -> list[bytes]:
    return [acpi.local_apic(apic_id) for apic_id in apic_ids]


def _with_dmar(machine: Machine, flags: int) -> Machine:
    """Add a DMAR table with these flags and without remapping hardware to the machine."""
    return replace(machine, tables=(*machine.tables, acpi.table("DMAR", bytes([38, flags]) + bytes(10))))


def _silent(cpu: int, apic_id: int) -> str:
    return f"cpu {cpu}: error: .*APIC ID {apic_id}[ ,:].*"


test_boot = boot_cases([
    Case(
        "phantoms", _listed(2, _local_apics(0, 5, 1, 9)), "FAIL ap-timeout", (2, 4),
        facts=(
            _silent(1, 5), _silent(3, 9), r"cpu 0: .*VMXON succeeded", r"cpu 2: .*VMXON succeeded",
            r"cpu 1: hint: .*",
        ),
        report=({"result": "ap-timeout", "apic_ids": "5,9"}, {"result": "ok", "apic_ids": "0-1"}),
    ),
    Case(
        "phantom-x2apic-id", _listed(2, [*_local_apics(0, 1), acpi.local_x2apic(0x1234)]), "FAIL ap-timeout", (2, 3),
        facts=(
            _silent(2, 0x1234),
            r"smp: local APIC: x2apic mode, found in xapic mode, because xAPIC mode cannot address every APIC ID",
        ),
        report=({"apic": "x2apic", "apic_found": "xapic"},),
    ),
    Case(  # one package of 4 CPUs; the MADT repeats the entry eight times
        "phantom-of-no-package",
        replace(
            _listed(4, [*_local_apics(0, 1), *[acpi.local_x2apic(0x17161514)] * 8, *_local_apics(2, 3)]),
            vehicle_args=(f"cpu: count=1:4:1, ips={SLOW_IPS}",),
        ),
        "PASS", (4, 4),
        facts=(r"smp: warning: APIC ID 0x17161514 fits no package of this machine and did not start: firmware bug; not counted",),
        report=({"cpus": "0-3", "result": "ok"}, {"phantoms": "1", "apic": "xapic"}),
    ),
    Case(
        "x2apic-opt-out",
        _with_dmar(_listed(2, [*_local_apics(0, 1), acpi.local_x2apic(0x1234)]), X2APIC_OPT_OUT), "FAIL ap-unreachable", (2, 3),
        facts=(
            r"smp: local APIC: xapic mode, found in xapic mode, because the DMAR table opts out of x2APIC mode",
            r"cpu 2: error: its APIC ID cannot be addressed in xAPIC mode",
            r"smp: xapic mode, trampoline at .*, INIT sent to the other CPUs: 1",
        ),
        report=({"apic": "xapic", "apic_found": "xapic"},),
    ),
    Case(
        "x2apic-not-needed", _listed(2, map(acpi.local_x2apic, range(2))), "PASS", (2, 2),
        report=({"apic": "xapic", "apic_found": "xapic"},), absent=(r"smp: local APIC: .*",),
    ),
    Case(
        "only-phantoms-beside-the-bsp", _listed(1, _local_apics(0, 1, 2, 3)), "FAIL ap-timeout", (1, 4),
        facts=tuple(_silent(cpu, cpu) for cpu in (1, 2, 3)),
    ),
    Case(
        "left-out-by-cpus=", _listed(2, _local_apics(0, 1, 5, 9), "cpus=2 exit=debug"), "PASS", (2, 2),
        facts=(r"boot: cpus=2: .* 2 of 4 CPUs",),
    ),
    Case("x2apic-entries", _listed(3, map(acpi.local_x2apic, range(3))), "PASS", (3, 3)),
    Case(
        "duplicates", _listed(2, [*_local_apics(0, 1, 1, 0), acpi.local_x2apic(1)]), "PASS", (2, 2),
        facts=(r"acpi: warning: MADT: .*repeat.*: 2", r"acpi: MADT: x2APIC entries .*: 1",),
    ),
    Case(
        "not-enabled",
        _listed(2, [*_local_apics(0, 1), acpi.local_apic(2, flags=0), acpi.local_apic(3, flags=acpi.ONLINE_CAPABLE)]),
        "PASS", (2, 2), facts=(r"acpi: MADT: CPUs enabled: 2, not enabled: 2",),
    ),
    Case("bsp-not-first", _listed(3, _local_apics(2, 0, 1)), "PASS", (3, 3), facts=(r"cpu 0: .*APIC ID 0.*",)),
    Case(
        "bsp-not-listed", _listed(2, _local_apics(1)), "PASS", (2, 2),
        facts=(r"acpi: warning: .*BSP.*",),
    ),
    Case(
        "unknown-entries", _listed(2, [acpi.raw_entry(0x7F, 6, b"rest"), *_local_apics(0, 1)]), "PASS", (2, 2),
    ),
    Case(
        "zero-length-entry", _listed(2, [*_local_apics(0, 1), acpi.raw_entry(0, 0), *_local_apics(2)]), "PASS", (2, 2),
        facts=(r"acpi: warning: MADT: .*",),
    ),
    Case(
        "bad-checksum", _listed(2, _local_apics(0, 1), good_sum=False), "PASS", (2, 2),
        facts=(r"acpi: warning: MADT: its checksum is wrong", r"acpi: warning: MADT: all its entries are valid: .*"),
    ),
    Case(
        "bad-checksum-and-entry",
        _listed(2, [*_local_apics(0, 1), acpi.raw_entry(0, 0)], good_sum=False), "FAIL no-cpu-list", (1, 1),
        facts=(r"acpi: warning: MADT: its checksum is wrong", r"smp: hint: .*broken table.*"),
    ),
    Case(
        "no-acpi-at-all", bochs(2, "uefi", list_cpus=False), "FAIL no-cpu-list", (1, 1),
        facts=(r"acpi: .*RSDP.*", r"acpi: warning: MADT: there is none", r"cpu 0: .*VMXON succeeded"), long=True,
    ),
])
