"""Tests power-off with \\_S5 in various tables, and with various registers."""

from typing import Any

from boot_case import Case, boot_cases, qemu

from rootmode import acpi

_CANNOT = r"rootmode: warning: this machine cannot be powered off: .*"
_SOFT_OFF = b"\x08_S5_\x12\x06\x04\x00\x00\x00\x00"  # as in QEMU's q35
_ELSE = b"\x10\x06_SB_\x00"  # an empty scope


def _tables(dsdt: bytes, *ssdts: bytes) -> dict[str, Any]:
    """Return what a Machine needs to have these tables instead of the firmware's DSDT and SSDTs."""
    tables = {"/boot/dsdt.aml": acpi.table("DSDT", dsdt, revision=1)}
    tables |= {f"/boot/ssdt{number}.aml": acpi.table("SSDT", ssdt, revision=1) for number, ssdt in enumerate(ssdts)}
    return {"grub_lines": ("insmod acpi", " ".join(["acpi --exclude=SSDT", *tables])), "files": tables}


def _case(name: str, machine: Any, **more: Any) -> Case:
    return Case(f"power-{name}", machine, "UNSUPPORTED no-vmx", (0, 1), **more)


def _off(**more: Any) -> Any:
    return qemu(1, cmdline="exit=poweroff", **more)


test_boot = boot_cases([
    _case("dsdt", _off(), absent=(_CANNOT,)),
    _case("ssdt", _off(**_tables(_ELSE, _SOFT_OFF)), absent=(_CANNOT,)),
    _case("second-ssdt", _off(**_tables(_ELSE, _ELSE, _SOFT_OFF)), absent=(_CANNOT,)),
    _case("nowhere", _off(**_tables(_ELSE, _ELSE)), facts=(_CANNOT,), halts=True),
    # HW_REDUCED_ACPI: the sleep control register and the reset register are in memory.
    _case("hardware-reduced", _off(door="kernel", vehicle_args=("-machine", "microvm", "-vga", "none")), absent=(_CANNOT,)),
])
