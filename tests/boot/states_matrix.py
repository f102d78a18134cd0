"""All words of the spoiling loader, alone and in pairs: the cases, and what each may end with."""

import random
from dataclasses import dataclass

SEED = 14
PAIRS = 200
CPUS = (1, 2, 4)

# Each word, and the reason codes that it may lead to. Without one, every CPU has to enter VMX operation.
WORDS: dict[str, frozenset[str]] = {
    "none": frozenset(),
    "isr=0x31": frozenset(),
    "isr=0xF0": frozenset(),
    "isr=0xF1": frozenset(),
    "isr=0xFF": frozenset(),
    "irr=0x31": frozenset(),
    "irr=0xF1": frozenset(),
    "irr=0xFF": frozenset(),
    "lapic-timer": frozenset(),
    "lapic-timer=0xF8": frozenset(),
    "tpr=0xFF": frozenset(),
    "svr-off": frozenset(),
    "x2apic": frozenset(),
    "apic-off": frozenset({"apic-disabled"}),
    "ioapic=0xF8:0": frozenset(),
    "ioapic=0xF8:1": frozenset(),
    "ioapic=0x31:1": frozenset(),
    "pic": frozenset(),
    "ap-started": frozenset(),
    "pat=0": frozenset(),
    "mtrr-off": frozenset(),
    "misc-enable-nx": frozenset(),
    "limit-cpuid": frozenset(),
    "cr0=0x20000": frozenset(),
    "cr4=0x2000": frozenset(),
    "df": frozenset(),
    "eflags=0x40000": frozenset(),
    "tsc=0": frozenset(),
    "base=0x4000000": frozenset(),
    "mmap=60": frozenset(),
    "mmap=60 mmap-reverse": frozenset(),
    "nocmdline": frozenset(),
    "nolow": frozenset({"no-low-memory"}),
    "no-acpi": frozenset({"no-cpu-list"}),
}

# These leave the kernel without its command line, which ends the machine: the run ends by its verdict.
HALTS = frozenset({"nocmdline"})


@dataclass(frozen=True)
class State:
    """One boot: words, CPUs, and the reason codes that it may end with."""

    words: str
    cpus: int
    reasons: frozenset[str]

    @property
    def name(self) -> str:
        """The state as a test's and a directory's name."""
        return f"{self.words.replace(' ', '+').replace(':', '-')}-{self.cpus}"


def alone() -> list[State]:
    """Each word on each number of CPUs."""
    return [State(word, cpus, reasons) for word, reasons in WORDS.items() for cpus in CPUS]


def pairs() -> list[State]:
    """Random pairs of words, the same in each run; the numbers of CPUs take turns."""
    chooser = random.Random(SEED)
    chosen = [chooser.sample(sorted(WORDS), 2) for _ in range(PAIRS)]
    return [
        State(f"{first} {second}", CPUS[number % len(CPUS)], WORDS[first] | WORDS[second])
        for number, (first, second) in enumerate(chosen)
    ]


def share() -> list[State]:
    """A small part of all that, for each run of the tests."""
    return alone()[1::25] + pairs()[::40]
