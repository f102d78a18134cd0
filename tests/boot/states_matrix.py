"""Lists boots with each word of the loader in spoil/, alone and in pairs, and their results."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

SEED = 14
PAIRS = 200
CPUS = (1, 2, 4)
CMDLINES = ("exit=debug prove", "exit=debug prove bench", "exit=debug prove cycles=2")

# The reasons by which a CPU does not enter VMX operation, the worst verdict first.
FAIL, BLOCKED, UNSUPPORTED = "FAIL", "BLOCKED", "UNSUPPORTED"
VERDICTS = {
    "out-of-memory": FAIL,
    "no-low-memory": FAIL,
    "apic-disabled": FAIL,
    "feature-control-locked-off": BLOCKED,
    "feature-control-smx-only": BLOCKED,
    "no-vmx": UNSUPPORTED,
}

# Why an AP does not enter; the first that applies is the one that is reported.
AP_ORDER = ("no-low-memory", "apic-disabled", "feature-control-locked-off")


@dataclass(frozen=True)
class Word:
    """Why the BSP or the APs do not enter VMX operation in this state; "" if they do.

    pages       the largest free range has so many pages; 0: enough.
    unlocked    works only where the firmware leaves IA32_FEATURE_CONTROL unlocked.
    bochs_only  QEMU without VMX cannot make the state.
    """

    bsp: str = ""
    aps: str = ""
    pages: int = 0
    unlocked: bool = False
    bochs_only: bool = False


FINE = Word()
WORDS: dict[str, Word] = {
    "none": FINE,
    # the local APIC, and interrupts
    "isr=0x31": FINE,
    "isr=0xF0": FINE,
    "isr=0xF1": FINE,
    "isr=0xFF": FINE,
    "irr=0x31": FINE,
    "irr=0xF0": FINE,
    "irr=0xF1": FINE,
    "irr=0xFF": FINE,
    "lapic-timer": FINE,
    "lapic-timer=0xF8": FINE,
    "tpr=0xFF": FINE,
    "svr-off": FINE,
    "x2apic": FINE,
    "apic-off": Word(aps="apic-disabled"),
    "ioapic=0xF8:0": FINE,
    "ioapic=0xF8:1": FINE,
    "ioapic=0x31:1": FINE,
    "pic": FINE,
    # the other CPUs
    "ap-started": FINE,
    "ap-msr=0x1B:0xFEE00C00": FINE,  # their local APICs are in x2APIC mode, unlike the BSP's
    "ap-msr=0x1B:0xFEE00000": FINE,  # and disabled, which does not keep INIT from them under Bochs and QEMU
    "ap-msr=0x10:0": FINE,  # their time-stamp counters are behind, or ahead
    "ap-msr=0x10:0xFFFFFFFFFFFE0000": FINE,
    "ap-msr=0xC0000080:0x801": FINE,
    # registers
    "pat=0": FINE,
    "mtrr-off": FINE,
    "misc-enable-nx": FINE,
    "limit-cpuid": FINE,
    "msr=0x1D9:1": FINE,  # last branches are recorded
    "msr=0xC0000080:0x801": FINE,  # IA32_EFER: SYSCALL and NX enabled
    "msr=0xC0000080:0x100": FINE,  # IA32_EFER: LME without paging
    "cr0=0x10000": FINE,
    "cr0=0x20000": FINE,
    "cr4=0x40": FINE,
    "cr4=0x2000": Word(bochs_only=True),  # VMXE, which does not fault but hangs QEMU 7.2
    "df": FINE,
    "eflags=0x4000": FINE,  # a nested task, with which IRET faults in 64-bit mode
    "eflags=0x3000": FINE,
    "eflags=0x40000": FINE,
    "tsc=0": FINE,
    "tsc=0xFFFFFFFFFFFE0000": FINE,  # it wraps while rootmode runs
    # IA32_FEATURE_CONTROL, of the BSP and of the APs
    "fc=0": Word(unlocked=True),
    "fc=1": Word(bsp="feature-control-locked-off", unlocked=True),
    "fc=3": Word(bsp="feature-control-smx-only", unlocked=True),
    "fc=4": Word(unlocked=True),
    "fc=5": Word(unlocked=True),
    "ap-msr=0x3A:1": Word(aps="feature-control-locked-off", unlocked=True),
    # memory, and what the loader says
    "base=0x4000000": FINE,
    "mmap=60": FINE,
    "mmap=60 mmap-reverse": FINE,
    "mmap=63 piece=1 mmap-tail": FINE,
    "mmap=100 mmap-reverse": FINE,
    "mmap=20000": Word(pages=2),
    "mmap=30000": Word(pages=1),
    "nolow": Word(aps="no-low-memory"),
    "low-free": FINE,
    "acpi-free": FINE,
    "acpi-free mmap-reverse": FINE,
    "ebda=0": FINE,
    "ebda=0x9000": FINE,
    "ebda=0x1000": Word(aps="no-low-memory"),
    "base-memory=256": FINE,
    "no-mmap": FINE,
    "no-acpi": FINE,  # a BIOS has another RSDP in its memory
    "nocmdline": FINE,
}

# Of these, two may go together; of the others, the second would replace the first.
REPEATABLE = frozenset({"isr", "irr", "ioapic"})

# Without a memory map, what is in it changes nothing.
OF_THE_MAP = frozenset({"mmap", "nolow", "low-free", "acpi-free"})

# What acpi-free frees in one piece, without what the tables take.
ACPI_PAGES = 15

# These leave the kernel without its command line, which ends the machine: the run ends by its verdict.
HALTS = frozenset({"nocmdline"})


@dataclass(frozen=True)
class State:
    """One boot: words of WORDS, CPUs, the kernel's command line, and the vehicle."""

    words: tuple[str, ...]
    cpus: int
    cmdline: str = CMDLINES[0]
    vehicle: str = "bochs"

    @property
    def name(self) -> str:
        """Return the name of the test and of its directory."""
        options = self.cmdline.split()[2:]
        words = "+".join(self.words).replace(" ", "+").replace(":", "-")
        return "-".join([self.vehicle, words, *options, str(self.cpus)])

    @property
    def unlocked(self) -> bool:
        """Return whether the firmware must leave IA32_FEATURE_CONTROL unlocked."""
        return any(WORDS[word].unlocked for word in self.words)

    def expected(self) -> tuple[str, tuple[int, int]]:
        """Return the RESULT line, and N and M of "N of M CPUs"."""
        effects = [WORDS[word] for word in self._effective()]
        no_vmx = "no-vmx" if self.vehicle == "qemu" else ""
        bsp = next((effect.bsp for effect in effects if effect.bsp), no_vmx)
        pages = max(effect.pages for effect in effects)
        if pages > 0:
            return f"{FAIL} out-of-memory", self._count_without_memory(bsp, pages)
        reasons = [effect.aps for effect in effects]
        aps = next((reason for reason in AP_ORDER if reason in reasons), no_vmx)
        causes = {bsp, aps} if self.cpus > 1 else {bsp}
        return _result(causes - {""}), ((not bsp) + (self.cpus - 1) * (not aps), self.cpus)

    def _count_without_memory(self, bsp: str, pages: int) -> tuple[int, int]:
        """Return the count: each CPU needs two pages, all in a row; without them, the BSP is reported alone."""
        if any(_name(word) == "acpi-free" for word in self.words):
            pages = ACPI_PAGES
        return (int(not bsp), self.cpus) if 2 * self.cpus <= pages else (0, 1)

    def _effective(self) -> Iterable[str]:
        without_map = "no-mmap" in self.words
        return (word for word in self.words if not (without_map and _name(word) in OF_THE_MAP))


def _result(causes: set[str]) -> str:
    for verdict in (FAIL, BLOCKED, UNSUPPORTED):
        worst = [reason for reason in VERDICTS if reason in causes and VERDICTS[reason] == verdict]
        if worst:
            return " ".join([verdict, *worst])
    return "PASS"


def _name(word: str) -> str:
    return word.split()[0].split("=")[0]


def alone() -> list[State]:
    """Return each word on each number of CPUs under Bochs, and on two under QEMU, which has no VMX."""
    states = [State((word,), cpus) for word in WORDS for cpus in CPUS]
    possible = [word for word, effect in WORDS.items() if not (effect.unlocked or effect.bochs_only)]
    return states + [State((word,), 2, "exit=debug", "qemu") for word in possible]


def pairs() -> list[State]:
    """Return random pairs of words, the same in each run. The numbers of CPUs and the command lines take turns."""
    chooser = random.Random(SEED)
    chosen: list[tuple[str, ...]] = []
    while len(chosen) < PAIRS:
        pair = tuple(chooser.sample(sorted(WORDS), 2))
        names = {_name(word) for word in pair}
        if len(names) == 2 or names <= REPEATABLE:
            chosen.append(pair)
    return [
        State(pair, CPUS[number % len(CPUS)], CMDLINES[number // len(CPUS) % len(CMDLINES)])
        for number, pair in enumerate(chosen)
    ]


def share() -> list[State]:
    """Return a small part of all that, for each run of the tests."""
    return alone()[1::40] + pairs()[::40]
