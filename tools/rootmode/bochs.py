"""The vehicle with VMX everywhere: Bochs, headless, its serial port to a file.

Its time is emulated: the same inputs give the same run, however slow the host is.
"""

import re
import shutil
from dataclasses import replace
from pathlib import Path

from rootmode import acpi, bochs_program, image, namespace, process
from rootmode.machine import Machine, MachineError, OnLine, Outcome, SerialLine

DEFAULT_MODEL = "corei7_skylake_x"
_HOST_MIB_MOST = 512  # of a larger machine's memory, what is not in use lies in a file
MOST_CPUS = 15  # with 16, this version stops with "too many registered timers"

_ROMS = {
    "bios": Path("/usr/share/bochs/BIOS-bochs-latest"),
    "seabios": Path("/usr/share/seabios/bios-256k.bin"),
    "uefi": Path("/usr/share/ovmf/OVMF.fd"),
}
_VGA_ROM = Path("/usr/share/bochs/VGABIOS-lgpl-latest")

# timeout=0: the display server waits for no viewer.
# Dummy sound: with ALSA, and no sound card, this version may abort in its mixer.
_CONFIG = """\
display_library: rfb, options="timeout=0"
cpu: model={model}, count={cpus}, ips=50000000, reset_on_triple_fault=0
memory: guest={memory_mib}, host={host_mib}
romimage: file={rom}
vgaromimage: file={vga_rom}
ata0-master: type=cdrom, path={iso}, status=inserted
boot: cdrom
com1: enabled=1, {serial}
log: {log}
panic: action=fatal
error: action=report
info: action=report
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
clock: sync=none, time0=1767225600
{extra}
"""

# Debian's Bochs can only run headless with the display library rfb: a VNC server on all interfaces, which
# no option turns off. It runs in its own network namespace, where nobody can reach that server.
# Without a namespace, two that start at the same time may both find the same port free. The one that
# loses it between bind and listen ends, and must be started again, at another time.
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
    """What is missing here to run Bochs, or ""."""
    if not shutil.which("bochs"):
        return "bochs is not installed: run tools/setup"
    missing = [str(path) for path in (*_ROMS.values(), _VGA_ROM) if not path.is_file()]
    return f"{', '.join(missing)} missing: run tools/setup" if missing else ""


def why_not_model(model: str) -> str:
    """Why the installed Bochs cannot be a CPU of this model, or ""."""
    models = bochs_program.models()
    if not model or model in models:
        return ""
    return f"Bochs {bochs_program.version()} has no CPU model '{model}'"


def warning(machine: Machine) -> str:
    """What to know before the machine runs, or ""."""
    if not machine.vnc and namespace.prefix():
        return ""
    reason = "" if machine.vnc else ": this user cannot make a network namespace (unshare --net)"
    return f"Bochs shows its screen by VNC to every host that can reach this one, from port 5900 on{reason}"


def run(
    machine: Machine, iso: Path, workdir: Path, on_line: OnLine, line: SerialLine | None = None
) -> Outcome:
    """Boot the machine until it ends, halts for good, or its time is over."""
    command = prepare(machine, iso, workdir, ["c"], line)
    outcome = process.run(
        command, workdir, on_line, machine.timeout_s, halts=machine.halts, event=event, line=line
    )
    check_started(outcome)
    return outcome


def debug(machine: Machine, iso: Path, workdir: Path, commands: list[str]) -> str:
    """Boot under Bochs' own debugger and return what it printed.

    `commands` are its commands, as "lb 0x...", "c", "ptime"; it quits after the last one, so
    that a "c" with no breakpoint ahead runs until the time is over, or the machine ends itself.
    Raises MachineError if they do not come to an end within machine.timeout_s.
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
    """What Bochs printed; MachineError if it refused the machine, and so never came to tick 0."""
    output = (outcome.workdir / process.OUTPUT).read_text("utf-8", "replace")
    if outcome.status is None or "Next at t=0" in output:
        return output
    refusal = re.search(r"Bochs is exiting with the following message:\n\[.*?\] (.*)", output)
    raise MachineError(f"Bochs takes no such machine: {refusal[1] if refusal else 'no reason given'}")


def event(line: str) -> str:
    """What a line of Bochs' log says about the machine as a whole, or ""."""
    if "exception with no resolution" in line:
        return "triple fault"
    if "Reset(" in line and not line.startswith("00000000000"):  # at tick 0: power-on
        return "reset"
    return ""


def prepare(
    machine: Machine, iso: Path, workdir: Path, commands: list[str], line: SerialLine | None = None
) -> list[str]:
    """Write all that Bochs reads to workdir; the command that starts it there."""
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
        rom=_ROMS[machine.firmware], vga_rom=_VGA_ROM, iso=image.for_machine(machine, iso, workdir),
        serial=serial, log=process.VEHICLE_LOG, extra="\n".join(machine.vehicle_args),
    )
    (workdir / "bochsrc").write_text(config, "utf-8")
    (workdir / "commands").write_text("\n".join(commands) + "\n", "utf-8")
    return start


def _start(machine: Machine, line: SerialLine | None) -> list[str]:
    """The command that starts Bochs, in a network namespace unless its screen is to be shown."""
    command = bochs_program.command()
    if machine.vnc or not namespace.prefix():
        return ["sh", "-c", _START_SHARED, "sh", *command]
    if line:
        return namespace.with_listener(command, line.listen_in_namespace())
    return [*namespace.prefix(), *command]


def _with_cpu_list(machine: Machine) -> Machine:
    """SeaBIOS lists just the BSP here, and OVMF has no ACPI at all: GRUB gives the list instead."""
    if machine.firmware == "bios" or not machine.list_cpus or acpi.MADT_PATH in machine.files:
        return machine
    return replace(
        machine, grub_lines=acpi.GRUB_LINES + machine.grub_lines,
        files={**machine.files, acpi.MADT_PATH: acpi.cpu_list(machine.cpus)},
    )
