"""Boots many CPUs and various machine types in QEMU with TCG, which has no VMX."""

from typing import Any

from boot_case import Case, boot_cases, qemu


def _counted(firmware: str, cpus: int, cmdline: str = "exit=debug", door: str = "iso", **more: Any) -> Case:
    all_cpus = f"0-{cpus - 1}" if cpus > 1 else "0"
    shared = cpus > 1 and "verbose" not in cmdline
    scopes = [f"cpus {all_cpus}"] if shared else [f"cpu {cpu}" for cpu in range(cpus)]
    return Case(
        f"qemu-{firmware}-{cpus}{'-verbose' if 'verbose' in cmdline else ''}",
        qemu(cpus, firmware, cmdline, door=door, **more), "UNSUPPORTED no-vmx", (0, cpus),
        facts=tuple(
            f"{scope}: {sentence}" for scope in scopes
            for sentence in ("GenuineIntel, .*", r"CPUID\.1:ECX\.VMX\[5\] = 0", "error: .*not (support|expose) VMX.*", "hint: .*")
        ),
        absent=("cpus .*",) if not shared else (),
        report=(
            {"kind": "machine", "cpus": str(cpus), "entered": "0"},
            {"cpus": all_cpus, "result": "no-vmx", "vendor": "GenuineIntel"},
        ),
    )


test_boot = boot_cases([
    _counted("uefi", 64),
    _counted("uefi", 8, rom=""),  # with all of its drivers, as installed
    _counted("uefi", 1),
    _counted("uefi32", 2),
    _counted("bios", 255, memory_mib=32),
    _counted("bios", 64),
    _counted("bios", 64, "verbose exit=debug", "kernel"),
    _counted("bios", 17, door="kernel"),
    _counted("bios", 8),
    _counted("bios", 1),
    Case(
        "qemu-amd", qemu(2, model="max"), "UNSUPPORTED no-vmx", (0, 2),
        facts=("cpu 0: AuthenticAMD, .*", "cpu 0: hint: .*"),
    ),
    Case("qemu-no-long-mode", qemu(2, cmdline="exit=halt", model="qemu32"), "UNSUPPORTED no-long-mode", (0, 1)),
    Case(
        "qemu-absent-cpus", qemu(2, vehicle_args=("-smp", "2,maxcpus=8")), "UNSUPPORTED no-vmx", (0, 2),
        facts=("acpi: MADT: CPUs enabled: 2, not enabled: 6",),
    ),
    Case("qemu-i440fx", qemu(2, door="iso", vehicle_args=("-machine", "pc")), "UNSUPPORTED no-vmx", (0, 2)),
    Case(
        "qemu-uefi-acpi-off", qemu(2, "uefi", vehicle_args=("-machine", "acpi=off")), "FAIL no-cpu-list", (0, 1),
        facts=("acpi: warning: MADT: .*", r"cpu 0: CPUID\.1:ECX\.VMX\[5\] = 0"),
    ),
    Case("qemu-32-mib", qemu(2, memory_mib=32), "UNSUPPORTED no-vmx", (0, 2)),
    Case("qemu-5-gib", qemu(2, memory_mib=5 * 1024), "UNSUPPORTED no-vmx", (0, 2)),
])
