"""Finds a vehicle by name, or the default one, and boots machines on it."""

from pathlib import Path

from rootmode import bochs, kvm, nested, qemu
from rootmode.machine import VEHICLES, Machine, MachineError, OnLine, Outcome, SerialLine, Vehicle

_VEHICLES: dict[str, Vehicle] = {"bochs": bochs, "qemu": qemu, "kvm": kvm, "nested": nested}

_DOOR_NAMES = {"iso": "GRUB on the ISO", "kernel": "the kernel, without GRUB"}
_FIRMWARE_NAMES = {
    "bochs": {"bios": "Bochs BIOS", "seabios": "SeaBIOS", "uefi": "UEFI (OVMF)"},
    "other": {"bios": "SeaBIOS", "seabios": "SeaBIOS", "uefi": "UEFI (OVMF)", "uefi32": "32-bit UEFI (OVMF)"},
}


def why_not(vehicle: str) -> str:
    """Return what is missing on this host to run the vehicle, or ""."""
    return _VEHICLES[vehicle].why_not()


def why_not_machine(machine: Machine) -> str:
    """Return what is missing on this host to run the machine (the vehicle, CPU model or firmware), or ""."""
    reason = why_not(machine.vehicle)
    if reason:
        return f"no {machine.vehicle} here: {reason}"
    return bochs.why_not_model(machine.model) if machine.vehicle == "bochs" else qemu.why_not_firmware(machine.firmware)


def require(vehicle: str) -> None:
    """Raise MachineError if the vehicle cannot run on this host."""
    reason = why_not(vehicle)
    if reason:
        possible = [name for name in VEHICLES if not why_not(name)]
        raise MachineError(f"no vehicle '{vehicle}' here: {reason} (possible here: {', '.join(possible) or 'none'})")


def default() -> str:
    """Return the default vehicle: KVM if this host has nested VMX, otherwise Bochs."""
    return "kvm" if not why_not("kvm") else "bochs"


def default_model(vehicle: str) -> str:
    """Return the CPU model of a machine that names none."""
    return _VEHICLES[vehicle].DEFAULT_MODEL


def describe(machine: Machine) -> str:
    """Describe the machine in a line, such as 'bochs, corei7_skylake_x, 4 CPUs, 256 MiB, Bochs BIOS, GRUB on the ISO'."""
    model = machine.model or default_model(machine.vehicle)
    firmware = _FIRMWARE_NAMES.get(machine.vehicle, _FIRMWARE_NAMES["other"])[machine.firmware]
    cpus = f"{machine.cpus} CPU" + ("s" if machine.cpus > 1 else "")
    return f"{machine.vehicle}, {model}, {cpus}, {machine.memory_mib} MiB, {firmware}, {_DOOR_NAMES[machine.door]}"


def warning(machine: Machine) -> str:
    """Return a warning to show before the machine runs, or ""."""
    return _VEHICLES[machine.vehicle].warning(machine)


def run(
    machine: Machine, iso: Path, workdir: Path, on_line: OnLine, line: SerialLine | None = None
) -> Outcome:
    """Boot the machine on its vehicle. Raises MachineError if this host cannot do that."""
    require(machine.vehicle)
    return _VEHICLES[machine.vehicle].run(machine, iso, workdir, on_line, line)
