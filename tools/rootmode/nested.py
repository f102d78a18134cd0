"""The vehicle for nested VMX under KVM, on any host: KVM itself runs in an emulator that has VMX.

    Bochs > Debian's cloud kernel with kvm_intel > QEMU with KVM and -cpu host > the shipped kernel

The kernel uses the VMX that KVM provides. The Machine describes the inner machine: `model` is QEMU's
-cpu, `vehicle_args` are QEMU's arguments. The directory of a run has serial.txt (the output of the inner
machines' serial ports, see nested_serial.py) and linux.txt (the output of Linux, KVM and QEMU: read it if
an inner machine prints nothing). If Linux panics, it causes a triple fault, which ends Bochs: then
Outcome.ended is "exited", and linux.txt has the panic.

If the host has KVM with nested VMX, run() uses that instead of Bochs.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rootmode import bochs, console_line, kvm, nested_bochs, nested_image, nested_linux, process, qemu
from rootmode.machine import Machine, MachineError, OnLine, Outcome, SerialLine
from rootmode.nested_archive import File
from rootmode.nested_serial import STATUS_AFTER_VERDICT, STATUS_LIMIT, Section, Splitter, is_done

DEFAULT_MODEL = "host"
# No APIC virtualization: Bochs 3.0 refuses VM entry unless the posted-interrupt descriptor has a page's address ("phy
# addr malformed"), which KVM's has not, and 2.7 has no posted interrupts.
_KVM = "enable_apicv=0"
KVM_ON = f"nested=1 {_KVM}"
KVM_OFF = f"nested=0 {_KVM}"  # KVM hides VMX from its guests

_OVMF = Path("/usr/share/ovmf/OVMF.fd")


@dataclass(frozen=True)
class Inner:
    """An inner machine, and the parameters of kvm_intel for it."""

    machine: Machine
    kvm: str = KVM_ON


@dataclass(frozen=True)
class NestedOutcome(Outcome):
    """The outcome of an inner machine, with KVM's counters, such as "exits" and "io_exits".

    There are no counters if QEMU created no machine. Counters that are 0 are left out.
    """

    counts_before: Mapping[str, int] = field(default_factory=dict)  # up to the first byte on the serial port
    counts: Mapping[str, int] = field(default_factory=dict)  # of the whole run


def why_not() -> str:
    """Return what is missing on this host for this vehicle, or ""."""
    if not kvm.why_not():
        return ""
    return bochs.why_not() or nested_linux.why_not() or nested_image.why_not()


def warning(machine: Machine) -> str:
    """Return a warning to show before the machine runs, or ""."""
    return kvm.warning(machine) if not kvm.why_not() else bochs.warning(machine)


def run(
    machine: Machine, iso: Path, workdir: Path, on_line: OnLine, line: SerialLine | None = None
) -> Outcome:
    """Boot one inner machine until its log ends or it times out."""
    if not kvm.why_not():
        return kvm.run(replace(machine, vehicle="kvm"), iso, workdir, on_line, line)
    if line:
        raise MachineError("nobody can type to a nested machine: use another vehicle")
    if machine.vnc:
        raise MachineError("a nested machine has no screen to show: use another vehicle")
    if machine.model and qemu.why_not_model(machine.model):
        raise MachineError(qemu.why_not_model(machine.model))
    start = time.monotonic()
    outcome = run_many([Inner(machine)], iso, workdir, on_line, timeout_s=machine.timeout_s)[0]
    cause = cause_of_end(outcome, 1)
    events = (*outcome.events, *([cause] if cause else []))
    return replace(outcome, wall_s=time.monotonic() - start, events=events)


def cause_of_end(outcome: NestedOutcome, number: int) -> str:
    """Return why this inner machine ended without a verdict, or "". Raises MachineError if QEMU refuses the machine."""
    if outcome.ended != "exited":
        return ""
    cause = nested_bochs.why_machine_ended(nested_bochs.linux_log(outcome.workdir), number)
    if cause and outcome.status == qemu.REFUSED and not outcome.serial.strip():
        raise MachineError(f"the QEMU in Bochs refuses this machine: {cause}")
    return cause


def run_many(
    inners: Sequence[Inner],
    iso: Path,
    workdir: Path,
    on_line: OnLine,
    *,
    model: str = bochs.DEFAULT_MODEL,
    cpus: int = 1,
    timeout_s: float | None = None,
    program: Path | None = None,
) -> list[NestedOutcome]:
    """Boot inner machines one after the other, in one Bochs with this CPU model and number of CPUs.

    With one Bochs CPU, the inner CPUs take turns on it. With two, they run concurrently. A machine's
    timeout_s limits its own run by Bochs' clock, which is about as fast as wall time. The argument
    timeout_s limits the whole by wall time. A machine whose turn did not come before that has ended by
    "timeout", with an empty log. Linux runs `program` before the machines: see nested_bochs.said_by_program().
    """
    if timeout_s is None:
        timeout_s = nested_bochs.LINUX_S + sum(inner.machine.timeout_s for inner in inners)
    splitter, clock = Splitter(), _Clock()

    def take(line: str) -> None:
        for own_line in splitter.take(line):
            on_line(own_line)
        clock.note(len(splitter.sections))

    runs = _runs(inners, iso, workdir) | (nested_bochs.program(program.read_bytes()) if program else {})
    command = nested_bochs.prepare(
        runs, workdir, model=model, cpus=cpus, inner_mib=max(inner.machine.memory_mib for inner in inners)
    )
    whole = process.run(
        command, workdir, take, timeout_s, halts=True, event=bochs.event, is_last=is_done
    )
    bochs.check_started(whole)
    sections = splitter.sections + [Section() for _ in inners[len(splitter.sections):]]
    return [_outcome(*pair, whole) for pair in zip(sections, clock.times(len(inners)), strict=True)]


class _Clock:
    """Measures the time of each section."""

    def __init__(self) -> None:
        self._begins: list[float] = []

    def note(self, sections: int) -> None:
        """Note that there are now this many sections."""
        if sections > len(self._begins):
            self._begins.append(time.monotonic())

    def times(self, sections: int) -> list[float]:
        """Return each section's seconds, 0 for those that did not begin."""
        edges = [*self._begins, time.monotonic()]
        times = [end - begin for begin, end in zip(edges, edges[1:])]
        return times + [0.0] * (sections - len(times))


def _outcome(section: Section, wall_s: float, whole: Outcome) -> NestedOutcome:
    """Return the outcome of one inner machine. If its section has no end, the outer machine ended first."""
    if any(map(console_line.is_result, section.lines)):
        ended = "verdict"
    elif section.status is None:
        ended = whole.ended
    else:
        ended = "timeout" if section.status == STATUS_LIMIT else "exited"
    was_stopped = section.status in (STATUS_LIMIT, STATUS_AFTER_VERDICT)
    return NestedOutcome(
        "".join(line + "\n" for line in section.lines), ended, wall_s,
        None if was_stopped else section.status, whole.workdir, whole.events,
        section.counts_before, section.counts,
    )


def _runs(inners: Sequence[Inner], iso: Path, workdir: Path) -> dict[str, File]:
    """Return the files that tools/nested/init reads, by path."""
    files: dict[str, File] = {}
    for number, inner in enumerate(inners, start=1):
        name = f"{number:02}"
        directory = workdir / name
        directory.mkdir(exist_ok=True)
        files[f"runs/{name}/image"] = File(nested_image.for_machine(inner.machine, iso, directory).read_bytes())
        files[f"runs/{name}/kvm"] = File(inner.kvm.encode())
        files[f"runs/{name}/limit"] = File(b"%d" % inner.machine.timeout_s)
        arguments = _arguments(inner.machine, f"/runs/{name}/image")
        files[f"runs/{name}/arguments"] = File("\n".join(arguments).encode())
        if inner.machine.firmware == "uefi":
            files[f"firmware/{_OVMF.name}"] = File(_OVMF.read_bytes())
    return files


def _arguments(machine: Machine, boot: str) -> list[str]:
    """Return QEMU's arguments. There is no display, because drawing costs VM exits.

    There is no SMM either: SeaBIOS would enter it to move SMBASE. After a virtual CPU was in SMM,
    Bochs 2.7 keeps virtual NMIs blocked in the next guest (bug 1456 of Bochs), and the guest's
    interruptibility state shows that.
    """
    kernel = ["-kernel", boot]
    if machine.firmware == "uefi":
        from_disk = ["-bios", _OVMF.name, *kernel]
    else:
        from_disk = [*kernel, "-append", machine.cmdline] if machine.door == "kernel" else ["-cdrom", boot]
    return [
        "-L", "/firmware", "-machine", "q35,smm=off", "-accel", "kvm",
        "-cpu", machine.model or DEFAULT_MODEL, "-smp", str(machine.cpus),
        "-m", str(machine.memory_mib),
        *from_disk, "-nodefaults",
        "-display", "none", "-serial", "stdio", "-no-reboot",
        "-device", "isa-debug-exit,iobase=0xf4,iosize=0x4", *machine.vehicle_args,
    ]
