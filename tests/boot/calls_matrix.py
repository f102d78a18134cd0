"""Lists boots in which one call of an instruction fails or lies (inject/calls), and judges how they end."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from boot_case import bochs, qemu

from rootmode import log, process, vehicles
from rootmode.machine import Machine, Outcome

SEED = 18
CPUS = 2
CALLS_MAX = {"qemu": 40, "bochs": 6}  # of a function on a CPU: where there are more, a sample

# Ports of emulators show what calls.c prints: QEMU's debug console in a file, Bochs' on its standard output.
_PORT_FILE = "port.txt"
_PORT = {"qemu": _PORT_FILE, "bochs": process.OUTPUT}
_ARGUMENTS = {"qemu": ("-debugcon", f"file:{_PORT_FILE}"), "bochs": ("port_e9_hack: enabled=1",)}
_TIMEOUT_S = 60.0

# How a call can lie: the numbers of enum lie in inject/calls/calls.h.
KINDS = {
    1: "reads-0", 2: "reads-ones", 3: "reads-inverted", 4: "faults", 5: "ignored", 6: "VMfailInvalid", 7: "VMfailValid",
    8: "done-but-faults", 9: "sent-twice",
}
_READS, _WRITES, _SAFE, _VMX, _SENDS = (1, 2, 3), (5,), (4, 5, 8), (4, 5, 6, 7, 8), (4, 5, 9)
_QEMU = {
    "cpuid": _READS, "rdtsc": _READS, "rdmsr": _READS, "wrmsr": _WRITES,
    "in8": _READS, "in16": _READS, "in32": _READS, "out8": _WRITES, "out16": _WRITES, "out32": _WRITES,
    "rdmsr_safe": _READS + _SAFE, "wrmsr_safe": _SAFE, "write_cr0_safe": _SAFE, "write_cr4_safe": _SAFE,
    "vmxon_safe": _VMX, "vmxoff_safe": _VMX, "apic_send_init": _SENDS, "apic_send_startup": _SENDS,
}
# What needs real VMX.
_BOCHS = {
    "rdmsr_safe": _READS + _SAFE, "wrmsr_safe": _SAFE, "vmxon_safe": _VMX, "vmxoff_safe": _VMX, "vmclear_safe": _VMX,
    "vmptrld_safe": _VMX, "vmread_safe": _READS + _VMX, "vmwrite_safe": _VMX, "guest_enter": _VMX,
}
FUNCTIONS = {"qemu": _QEMU, "bochs": _BOCHS}
_LASTING = ("in8", "out8", "in32")  # a device that goes away: all calls from one on lie, too


@dataclass(frozen=True)
class Lie:
    """One boot: the call that lies, and how; lasting: all calls after it, too."""

    vehicle: str
    cpu: int
    function: str
    number: int
    kind: int
    lasting: bool = False

    @property
    def name(self) -> str:
        """Return the name of the test and of its directory."""
        word = "from" if self.lasting else "call"
        return f"lie-{self.vehicle}-cpu-{self.cpu}-{self.function}-{word}-{self.number}-{KINDS[self.kind]}"

    @property
    def word(self) -> str:
        """Return the word for the kernel's command line."""
        return f"inject=call{'s' * self.lasting}@{self.cpu}/{self.function}={self.number},{self.kind}"


@dataclass(frozen=True)
class Judged:
    """How a boot with a lie ended. verdict: "" if there is none. wrong: what must not be; "" if nothing."""

    lie: Lie
    reached: bool
    verdict: str
    wrong: str


def machine_of(vehicle: str, word: str = "") -> Machine:
    """Return the machine. QEMU has no VMX: all its CPUs appear to have it."""
    if vehicle == "qemu":
        machine = qemu(CPUS, cmdline=f"exit=debug inject=vmx {word}".strip())
    else:
        machine = bochs(CPUS, cmdline=f"exit=debug prove {word}".strip())
    return replace(machine, vehicle_args=machine.vehicle_args + _ARGUMENTS[vehicle], timeout_s=_TIMEOUT_S)


def count_calls(vehicle: str, iso: Path, workdir: Path) -> dict[tuple[int, str], int]:
    """Boot without a lie. Return the number of calls of each function on each CPU."""
    outcome = vehicles.run(machine_of(vehicle), iso, workdir, lambda line: None)
    found = re.findall(r"calls: cpu (\d+): (\w+): (\d+)\n", _port(vehicle, workdir))
    counts = {(int(cpu), function): int(number) for cpu, function, number in found}
    if not counts:
        raise AssertionError(f"the kernel did not count its calls: {outcome.ended}, {outcome.serial[-500:]}")
    return counts


def lies(vehicle: str, counts: dict[tuple[int, str], int]) -> Iterator[Lie]:
    """Yield each call of each function that was counted, or a sample of them, with each way to lie."""
    chooser = random.Random(SEED)
    for function, kinds in FUNCTIONS[vehicle].items():
        for cpu in range(CPUS):
            for number in _sample(counts.get((cpu, function), 0), CALLS_MAX[vehicle], chooser):
                for kind in kinds:
                    yield Lie(vehicle, cpu, function, number, kind)
                    if function in _LASTING:
                        yield Lie(vehicle, cpu, function, number, kind, lasting=True)


def _sample(count: int, most: int, chooser: random.Random) -> list[int]:
    if count <= most:
        return list(range(1, count + 1))
    ends = [1, 2, 3, count - 1, count]
    return sorted({*ends, *chooser.sample(range(4, count - 1), most - len(ends))})


def judge(lie: Lie, outcome: Outcome) -> Judged:
    """Say how the boot ended, by the log and, under QEMU, by the exit status, which a spoilt log does not change."""
    said = _port(lie.vehicle, outcome.workdir)
    executed = len(set(re.findall(r"calls: (cpu \d+): executed VMXON\n", said)))
    parsed = log.parse(outcome.serial)
    verdict = parsed.verdict or _verdict_of_status(lie, outcome)
    wrong = ""
    if not verdict:
        wrong = f"no verdict ({outcome.ended})"
    elif verdict == "ERROR":
        wrong = "ERROR, which only a defect of the kernel may cause"
    elif verdict == "PASS" and executed < CPUS:
        wrong = f"PASS, but {executed} of {CPUS} CPUs executed VMXON"
    return Judged(lie, " lies\n" in said, verdict, wrong)


def _verdict_of_status(lie: Lie, outcome: Outcome) -> str:
    if lie.vehicle != "qemu" or outcome.status is None:
        return ""
    return next((verdict for verdict, value in log.DEBUG_EXIT_VALUES.items() if 2 * value + 1 == outcome.status), "")


def _port(vehicle: str, workdir: Path) -> str:
    file = workdir / _PORT[vehicle]
    return file.read_text("latin-1") if file.is_file() else ""


def share(vehicle: str, counts: dict[tuple[int, str], int]) -> list[Lie]:
    """Return a small part of all that, for each run of the tests: each function once, and each way to lie."""
    everything = list(lies(vehicle, counts))
    random.Random(SEED).shuffle(everything)
    first = {lie.function: lie for lie in everything} | {lie.kind: lie for lie in everything}
    return sorted(set(first.values()), key=lambda lie: lie.name)
