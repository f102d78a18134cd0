"""Lists boots with each word of the loader in spoil/, alone and in pairs, and their permitted results."""

import random
from dataclasses import dataclass

SEED = 14
PAIRS = 200
CPUS = (1, 2, 4)

# Each word, and the reason codes that it may cause. Without any, every CPU must enter VMX operation.
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

# With these the kernel has no command line, and so no exit=debug: the run ends at the verdict.
HALTS = frozenset({"nocmdline"})


@dataclass(frozen=True)
class State:
    """A boot: the words, the number of CPUs, and the permitted reason codes."""

    words: str
    cpus: int
    reasons: frozenset[str]

    @property
    def name(self) -> str:
        """The name of the test and of its directory."""
        return f"{self.words.replace(' ', '+').replace(':', '-')}-{self.cpus}"


def alone() -> list[State]:
    """Return each word with each number of CPUs."""
    return [State(word, cpus, reasons) for word, reasons in WORDS.items() for cpus in CPUS]


def pairs() -> list[State]:
    """Return pseudo-random pairs of words, the same in each run, with alternating numbers of CPUs."""
    chooser = random.Random(SEED)
    chosen = [chooser.sample(sorted(WORDS), 2) for _ in range(PAIRS)]
    return [
        State(f"{first} {second}", CPUS[number % len(CPUS)], WORDS[first] | WORDS[second])
        for number, (first, second) in enumerate(chosen)
    ]


def share() -> list[State]:
    """Return a small selection, for each run of the tests."""
    return alone()[1::25] + pairs()[::40]
