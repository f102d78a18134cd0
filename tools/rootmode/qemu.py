"""The vehicle with many CPUs, machine types and firmwares: QEMU with TCG, which has no VMX.

If the machine's vehicle is "kvm", QEMU uses KVM and the host's CPU: see kvm.py.
"""

import re
import shutil
from pathlib import Path

from rootmode import image, process
from rootmode.machine import Machine, MachineError, OnLine, Outcome, SerialLine
from rootmode.programs import output

DEFAULT_MODEL = "Skylake-Client"  # its vendor is GenuineIntel; that of -cpu max is AuthenticAMD
MOST_CPUS = 255  # QEMU 7.2 has no x2APIC without KVM

_QEMU = "qemu-system-x86_64"
REFUSED = 1  # QEMU's exit status for wrong arguments
ROMS = {
    "uefi": Path("/usr/share/OVMF/OVMF_CODE_4M.fd"),  # the only size in Debian 13
    "uefi32": Path("/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd"),
}
# Debian's 32-bit build keeps its variables in flash only. What a run writes to them is discarded.
_VARIABLES = {
    "uefi32": ("-drive", "if=pflash,format=raw,snapshot=on,file=/usr/share/OVMF/OVMF32_VARS_4M.fd"),
}


def why_not() -> str:
    """Return what is missing on this host to run QEMU, or ""."""
    if not shutil.which(_QEMU):
        return f"{_QEMU} is not installed: run tools/setup"
    return "" if ROMS["uefi"].is_file() else f"{ROMS['uefi']} is missing: run tools/setup"


def why_not_model(model: str) -> str:
    """Return why the installed QEMU has no such CPU model, or "". Features may follow the model's name."""
    listed = output([_QEMU, "-cpu", "help"]).decode().partition("\nRecognized CPUID")[0]
    known = re.findall(r"^ *(?:x86 +)?(\S+)", listed, re.MULTILINE)
    name = model.partition(",")[0]
    return "" if name in known else f"QEMU has no CPU model '{name}': {_QEMU} -cpu help lists them"


def why_not_firmware(firmware: str) -> str:
    """Return what is missing on this host for this firmware, or ""."""
    if firmware != "uefi32" or ROMS[firmware].is_file():
        return ""
    return f"{ROMS[firmware]} is missing: install the package ovmf-ia32, or run tools/setup"


def warning(machine: Machine) -> str:
    """Return a warning to show before the machine runs, or ""."""
    return "the screen is at the first free VNC port of localhost from 5900 on" if machine.vnc else ""


def run(
    machine: Machine, iso: Path, workdir: Path, on_line: OnLine, line: SerialLine | None = None
) -> Outcome:
    """Boot the machine until it ends, halts, or times out."""
    if machine.cpus > MOST_CPUS:
        raise MachineError(f"{machine.cpus} CPUs: QEMU has at most {MOST_CPUS} here")
    if why_not_firmware(machine.firmware):
        raise MachineError(why_not_firmware(machine.firmware))
    outcome = process.run(
        command(machine, boot_arguments(machine, iso, workdir), line), workdir, on_line, machine.timeout_s,
        halts=machine.halts, line=line,
    )
    if outcome.status == REFUSED and not outcome.serial:
        printed = (workdir / process.OUTPUT).read_text("utf-8", "replace").strip()
        raise MachineError(f"QEMU refuses this machine: {printed.splitlines()[-1] if printed else 'no reason given'}")
    return outcome


def boot_arguments(machine: Machine, iso: Path, workdir: Path) -> list[str]:
    """Return the arguments for the image, or for the kernel beside it."""
    if machine.door == "kernel":
        return ["-kernel", str(image.kernel_beside(iso)), "-append", machine.cmdline]
    return ["-cdrom", str(image.for_machine(machine, iso, workdir))]


def command(machine: Machine, boot: list[str], line: SerialLine | None = None) -> list[str]:
    """Return QEMU's command line. The first serial port is line, or the file that process.run() reads."""
    serial = f"tcp:127.0.0.1:{line.port},nodelay=on" if line else f"file:{process.SERIAL}"
    return [
        _QEMU, "-machine", "q35", *_cpu(machine), "-smp", str(machine.cpus),
        "-m", str(machine.memory_mib), *_flash(machine),
        *boot, "-nodefaults", "-monitor", "none",
        "-display", "vnc=127.0.0.1:0,to=49" if machine.vnc else "none", "-vga", "std",
        "-serial", serial, "-no-reboot",
        "-device", "isa-debug-exit,iobase=0xf4,iosize=0x4", *machine.vehicle_args,
    ]


def _flash(machine: Machine) -> tuple[str, ...]:
    """Return the arguments for the firmware, if it is not QEMU's own."""
    rom = machine.rom or ROMS.get(machine.firmware)
    if not rom:
        return ()
    return ("-drive", f"if=pflash,format=raw,readonly=on,file={rom}", *_VARIABLES.get(machine.firmware, ()))


def _cpu(machine: Machine) -> list[str]:
    if machine.vehicle == "kvm":
        return ["-enable-kvm", "-cpu", machine.model or "host"]
    return ["-accel", "tcg", "-cpu", machine.model or DEFAULT_MODEL]
