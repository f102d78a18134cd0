"""Tests guests that never exit, and NMIs and exceptions during a guest: every CPU gets out of its guest."""

from injected import Injected, in_bochs, injected_cases, iso  # noqa: F401

_PROVE = "prove exit=debug"
_WITHOUT_EPT = "core2_penryn_t9600"  # and without the VMX-preemption timer

# IA32_VMX_MISC of Bochs' corei7_skylake_x, changed to say that the preemption timer counts every 2^31 ticks.
_SHORT_TIMER = "0x485,0x600401ff"

_GUESTS = (
    r"guest: 64-bit with(out)? EPT: .*, all as expected", r"guest: real mode: (.*, all as expected|skipped, .*)",
)


def _meanwhile(cpu: int, stage: str, other: int, *what: str) -> list[str]:
    """Return what a CPU does at a stage, each action while the guest of the other CPU spins."""
    return [word for name in what for word in (f"await-guest@{cpu}/{stage}={other}", f"{name}@{cpu}/{stage}={other}")]


def _goes_on(name: str, *words: str, model: str | None = None, entries: tuple[int, ...] = (1,)) -> Injected:
    """Return a boot in which CPU 1 interrupts CPU 0's guest at these VM entries. All guests still end correctly."""
    spins = [f"guest-spins@0={entry}" for entry in entries]
    nmis = _meanwhile(1, "vmxon", 0, *["send-nmi"] * len(entries))
    return Injected(
        name, in_bochs(2, *spins, *nmis, *words, cmdline=_PROVE, **({"model": model} if model else {})), "PASS", (2, 2),
        facts=tuple(f"cpu {cpu}: {guest}" for cpu in range(2) for guest in _GUESTS),
        absent=(r"cpu \d: (warning|error): .*",), report=({"cpus": "0-1", "result": "ok", "proved": "1"},),
    )


def _error(name: str, cpu: int, said: str, count: tuple[int, int], *words: str, code: str = "exception") -> Injected:
    """Return a boot in which the kernel fails while a guest runs. The judge checks that every CPU leaves."""
    return Injected(
        name, in_bochs(count[1], *words, cmdline=_PROVE), f"ERROR {code}", count, facts=(said, "rootmode: hint: .*"),
        report=({"kind": "machine", "entered": str(count[0]), "left": str(count[0])}, {"cpus": str(cpu), "result": code}),
    )


def _exception(cpu: int, vector: str) -> str:
    return rf"cpu {cpu}: error: exception {vector}, error code 0x0, at RIP 0x[0-9a-f]+"


_NMI = r"2 \(NMI\)"
_GP = r"13 \(#GP general protection\)"


def _never_exits(name: str, cpu: int, said: str, code: str, *words: str, model: str = "corei7_skylake_x") -> Injected:
    return Injected(
        name, in_bochs(2, f"guest-spins@{cpu}=1", *words, cmdline=_PROVE, model=model), f"FAIL {code}", (2, 2),
        facts=(rf"cpu {cpu}: error: {said}", rf"cpu {cpu}: hint: .*", f"cpu {1 - cpu}: {_GUESTS[0]}"),
        report=({"cpus": str(cpu), "result": code, "proved": "0", "long_exits": "0"}, {"cpus": str(1 - cpu), "result": "ok"}),
    )


_TIMER = (
    r"guest, 64-bit with EPT: the exit reason is 0x34 \(VMX-preemption timer expired\), expected 0xa \(CPUID\), at guest"
    r" RIP 0x1ff0, .*"
)
_NO_RETURN = "APIC ID 1 entered VMX operation, but its guest never exited"

test_boot = injected_cases([
    # An NMI that the kernel sends, to a guest in 64-bit mode and one in real mode.
    _goes_on("guest-nmi-once"),
    _goes_on("guest-nmi-often", entries=(1, 2, 3, 8, 15)),
    _goes_on("guest-nmi-without-ept", model=_WITHOUT_EPT),
    # An NMI that nobody expects is an exception of the CPU whose guest it interrupts.
    _error(
        "guest-stray-nmi-bsp", 0, _exception(0, _NMI), (1, 2), "guest-spins@0=1", *_meanwhile(1, "vmxon", 0, "stray-nmi"),
        code="nmi",
    ),
    _error(
        "guest-stray-nmi-ap", 1, _exception(1, _NMI), (2, 2), "guest-spins@1=1", *_meanwhile(0, "done", 1, "stray-nmi"),
        code="nmi",
    ),
    # An exception or a panic while the guests of other CPUs run.
    _error("guest-fault-on-bsp", 0, _exception(0, _GP), (2, 2), "guest-spins@1=1", *_meanwhile(0, "done", 1, "gp")),
    _error("guest-fault-on-ap", 1, _exception(1, _GP), (1, 2), "guest-spins@0=1", *_meanwhile(1, "vmxon", 0, "gp")),
    _error(
        "guest-fault-real-mode", 0, _exception(0, _GP), (2, 2), "guest-spins@1=12", *_meanwhile(0, "done", 1, "gp"),
    ),
    _error(
        "guest-fault-all-others", 0, _exception(0, _GP), (4, 4), "guest-spins@aps=3", "await-guest@0/done=1",
        "await-guest@0/done=2", *_meanwhile(0, "done", 3, "gp"),
    ),
    _error(
        "guest-panic", 0, "rootmode: error: stack smashing detected, at RIP 0x[0-9a-f]+", (2, 2), "guest-spins@1=1",
        *_meanwhile(0, "done", 1, "smash-canary"), code="panic",
    ),
    # The guest takes a second NMI after the first.
    _error(
        "guest-fault-after-nmi", 1, _exception(1, _GP), (1, 2), "guest-spins@0=1", "guest-spins@0=2",
        *_meanwhile(1, "vmxon", 0, "send-nmi", "gp"),
    ),
    # A guest that never exits: the timer ends it. On an AP without the timer, the BSP gives up the AP and stops it by NMI.
    _never_exits("guest-endless-bsp", 0, _TIMER, "vm-exit", f"msr@0={_SHORT_TIMER}"),
    _never_exits("guest-endless-ap", 1, _TIMER, "vm-exit", f"msr@1={_SHORT_TIMER}"),
    _never_exits("guest-endless-without-timer", 1, _NO_RETURN, "ap-timeout", model=_WITHOUT_EPT),
])
