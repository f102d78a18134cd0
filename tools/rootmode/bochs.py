"""The vehicle that has VMX on every host: Bochs without a display, with its serial port written to a file.

Bochs emulates time, so the same inputs give the same run, whatever the speed of the host.
"""

import re
import shutil
from dataclasses import replace
from pathlib import Path

from rootmode import acpi, bochs_door, bochs_program, image, namespace, process
from rootmode.machine import Machine, MachineError, OnLine, Outcome, SerialLine

DEFAULT_MODEL = "corei7_skylake_x"
_HOST_MIB_MOST = 512  # Bochs keeps the unused memory of a larger machine in a file
MOST_CPUS = 15  # with 16, Bochs 2.7 stops with "too many registered timers"

ROMS = {
    "bios": Path("/usr/share/bochs/BIOS-bochs-latest"),
    "seabios": Path("/usr/share/seabios/bios-256k.bin"),
    "uefi": Path("/usr/share/ovmf/OVMF.fd"),
}
_VGA_ROM = Path("/usr/share/bochs/VGABIOS-lgpl-latest")

# timeout=0: do not wait for a VNC viewer.
# Dummy sound: with ALSA and no sound card, Bochs 2.7 may abort in its mixer.
_CONFIG = """\
display_library: rfb, options="timeout=0"
cpu: model={model}, count={cpus}, ips=50000000, reset_on_triple_fault=0
memory: guest={memory_mib}, host={host_mib}
romimage: file={rom}
vgaromimage: file={vga_rom}
boot: cdrom
{boot}
com1: enabled=1, {serial}
log: {log}
panic: action=fatal
error: action=report
info: action=report
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
clock: sync=none, time0=1767225600
{extra}
"""

# Without a display, Debian's Bochs needs the display library rfb: a VNC server that listens on all
# interfaces, with no option to prevent it. Bochs therefore runs in its own network namespace, where
# nobody can reach the server. If namespaces are not permitted, two instances that start at the same time
# may choose the same port. One of them then fails and is started again after a random delay.
_START_SHARED = f"""\
for attempt in 1 2 3 4 5; do
    "$@"
    status=$?
    grep -qs 'RFB could not bind any port' {process.VEHICLE_LOG} || break
    sleep "0.$(($$ % 90 + 10))"
done
exit $status
"""


def why_not() -> str:
    """Return what is missing on this host to run Bochs, or ""."""
    if not shutil.which("bochs"):
        return "bochs is not installed: run tools/setup"
    missing = [str(path) for path in (*ROMS.values(), _VGA_ROM) if not path.is_file()]
    return f"{', '.join(missing)} missing: run tools/setup" if missing else ""


def why_not_model(model: str) -> str:
    """Return why the installed Bochs cannot emulate this CPU model, or ""."""
    models = bochs_program.models()
    if not model or model in models:
        return ""
    return f"Bochs {bochs_program.version()} has no CPU model '{model}'"


def warning(machine: Machine) -> str:
    """Return a warning to show before the machine runs, or ""."""
    if not machine.vnc and namespace.prefix():
        return ""
    reason = "" if machine.vnc else ": this user cannot make a network namespace (unshare --net)"
    return f"Bochs shows its screen by VNC to every host that can reach this one, from port 5900 on{reason}"


def run(
    machine: Machine, iso: Path, workdir: Path, on_line: OnLine, line: SerialLine | None = None
) -> Outcome:
    """Boot the machine until it ends, halts, or times out."""
    command = prepare(machine, iso, workdir, ["c"], line)
    outcome = process.run(
        command, workdir, on_line, machine.timeout_s, halts=machine.halts, event=event, line=line
    )
    check_started(outcome)
    return outcome


def debug(machine: Machine, iso: Path, workdir: Path, commands: list[str]) -> str:
    """Boot under Bochs' own debugger and return what it printed.

    `commands` are debugger commands, such as "lb 0x...", "c" and "ptime". The debugger quits after
    the last one. A "c" that meets no breakpoint runs until the machine ends or times out. Raises
    MachineError if the commands do not finish within machine.timeout_s.
    """
    command = prepare(machine, iso, workdir, [*commands, "q"])
    outcome = process.run(
        command, workdir, lambda line: None, machine.timeout_s, is_last=lambda line: False
    )
    output = check_started(outcome)
    if outcome.status is None:
        raise MachineError(f"the debugger's commands did not end within {machine.timeout_s:g} s:\n{output}")
    return output


def check_started(outcome: Outcome) -> str:
    """Return what Bochs printed. Raises MachineError if Bochs refused the machine and never reached tick 0."""
    output = (outcome.workdir / process.OUTPUT).read_text("utf-8", "replace")
    if outcome.status is None or "Next at t=0" in output:
        return output
    refusal = re.search(r"Bochs is exiting with the following message:\n\[.*?\] (.*)", output)
    raise MachineError(f"Bochs refuses this machine: {refusal[1] if refusal else 'no reason given'}")


def event(line: str) -> str:
    """Return the event of the whole machine that a line of Bochs' log reports, or ""."""
    if "exception with no resolution" in line:
        return "triple fault"
    if "Reset(" in line and not line.startswith("00000000000"):  # a reset at tick 0 is the power-on
        return "reset"
    return ""


def prepare(
    machine: Machine, iso: Path, workdir: Path, commands: list[str], line: SerialLine | None = None
) -> list[str]:
    """Write Bochs' input files to workdir, and return the command that starts Bochs there."""
    if machine.cpus > MOST_CPUS:
        raise MachineError(f"{machine.cpus} CPUs: Bochs has at most {MOST_CPUS}; QEMU has more")
    reason = why_not_model(machine.model)
    if reason:
        raise MachineError(f"{reason}: it has {', '.join(bochs_program.models())}")
    machine = _with_cpu_list(machine)
    start = _start(machine, line)
    serial = f"mode=socket-client, dev=127.0.0.1:{line.port}" if line else f"mode=file, dev={process.SERIAL}"
    config = _CONFIG.format(
        model=machine.model or DEFAULT_MODEL, cpus=machine.cpus, memory_mib=machine.memory_mib,
        host_mib=min(machine.memory_mib, _HOST_MIB_MOST),
        rom=machine.rom or ROMS[machine.firmware], vga_rom=_VGA_ROM, boot=_boot(machine, iso, workdir),
        serial=serial, log=process.VEHICLE_LOG, extra="\n".join(machine.vehicle_args),
    )
    (workdir / "bochsrc").write_text(config, "utf-8")
    (workdir / "commands").write_text("\n".join(commands) + "\n", "utf-8")
    return start


def _boot(machine: Machine, iso: Path, workdir: Path) -> str:
    """Return the lines of bochsrc that say what boots."""
    if machine.door == "kernel":
        return bochs_door.config(machine, image.kernel_beside(iso), workdir)
    return f"ata0-master: type=cdrom, path={image.for_machine(machine, iso, workdir)}, status=inserted"


def _start(machine: Machine, line: SerialLine | None) -> list[str]:
    """Return the command that starts Bochs, in a network namespace unless VNC must be reachable."""
    command = bochs_program.command()
    if machine.vnc or not namespace.prefix():
        return ["sh", "-c", _START_SHARED, "sh", *command]
    if line:
        return namespace.with_listener(command, line.listen_in_namespace())
    return [*namespace.prefix(), *command]


def _with_cpu_list(machine: Machine) -> Machine:
    """Add a list of CPUs through GRUB: SeaBIOS in Bochs lists only the BSP, and OVMF has no ACPI tables."""
    if machine.firmware == "bios" or not machine.list_cpus or acpi.MADT_PATH in machine.files:
        return machine
    return replace(
        machine, grub_lines=acpi.GRUB_LINES + machine.grub_lines,
        files={**machine.files, acpi.MADT_PATH: acpi.cpu_list(machine.cpus)},
    )
