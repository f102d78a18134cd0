"""Injects exceptions, hangs and delays on any CPU at any stage: the log has a report and the right verdict."""

from injected import OUTSIDE, Injected, in_bochs, in_qemu, injected_cases, iso  # noqa: F401

# Each exception: vector, name, error code, and the function in inject/inject_exceptions.c that raises it.
EXCEPTIONS = {
    "de": (0, "#DE divide error", "0x0", "divide_error"),
    "db": (1, "#DB debug exception", "0x0", "debug_exception"),
    "nmi": (2, "NMI", "0x0", ""),
    "bp": (3, "#BP breakpoint", "0x0", "breakpoint"),
    "of": (4, "#OF overflow", "0x0", "overflow"),
    "br": (5, "#BR BOUND range exceeded", "0x0", "bound_range"),
    "ud": (6, "#UD invalid opcode", "0x0", "invalid_opcode"),
    "nm": (7, "#NM device not available", "0x0", "device_not_available"),
    "overrun-stack": (8, "#DF double fault", "0x0", "recurse"),
    "ts": (10, "#TS invalid TSS", "0x0", "invalid_tss"),
    "np": (11, "#NP segment not present", "0x20", "segment_not_present"),
    "ss": (12, "#SS stack fault", "0x0", "stack_fault"),
    "gp": (13, "#GP general protection", "0x0", "general_protection"),
    "pf": (14, "#PF page fault", "0x0", "page_fault"),
    "write-text": (14, "#PF page fault", "0x3", "write_to_text"),
    "jump-data": (14, "#PF page fault", "0x11", OUTSIDE),
    "mf": (16, "#MF x87 floating-point error", "0x0", "x87_error"),
    "ac": (17, "#AC alignment check", "0x0", "alignment_check"),
    "mc": (18, "#MC machine check", "0x0", "machine_check"),
    "xm": (19, "#XM SIMD floating-point exception", "0x0", "simd_error"),
    "ve": (20, "#VE virtualization exception", "0x0", "virtualization_exception"),
    "cp": (21, "#CP control protection", "0x0", "control_protection"),
    "interrupt": (64, "unexpected interrupt", "0x0", "unexpected_interrupt"),
}

NOT_IN_TCG = {"ss", "xm"}  # TCG raises #GP for a non-canonical stack address, and never raises #XM
IN_BOCHS = [
    "ss@0", "ss@1", "xm@0", "xm@1", "nmi@0", "nmi@1", "gp@0", "np@1", "mc@1", "overrun-stack@0", "overrun-stack@1",
    "write-text@1", "jump-data@1",
]


# Events that the hardware reports have their own reason codes.
REASONS = {"nmi": "nmi", "mc": "machine-check"}


_BUILD = "rootmode: the addresses are of a kernel whose code has CRC-32 0x[0-9a-f]{8}: .*"


def _said(what: str, cpu: int) -> str:
    vector, name, error_code, _ = EXCEPTIONS[what]
    return rf"cpu {cpu}: error: exception {vector} \({name}\), error code {error_code}, at RIP 0x[0-9a-f]+"


def _returns(what: str) -> tuple[str, ...]:
    """Return the line of return addresses, if the exception leaves the stack as it was."""
    return (r"cpu \d+: return addresses: 0x[0-9a-f]+ .*",) if what in ("gp", "np") else ()


def _case(
    vehicle: str, what: str, cpu: int, stage: str, count: tuple[int, int], *others: str, unfinished: str = "",
    firmware: str = "bios", absent: tuple[str, ...] = (), long: bool = False,
) -> Injected:
    """Return a boot with one exception."""
    machine = (in_bochs if vehicle == "bochs" else in_qemu)(count[1] or 2, f"{what}@{cpu}/{stage}", *others, firmware=firmware)
    reported: tuple[dict[str, str], ...] = ({"cpus": str(cpu), "result": REASONS.get(what, "exception")},) if count[1] else ()
    reported += ({"cpus": unfinished, "result": "not-finished"},) if unfinished else ()
    return Injected(
        f"fault-{vehicle}-{'uefi-' * (firmware == 'uefi')}{what}-cpu-{cpu}-{stage}{'-others' if others else ''}",
        machine, f"ERROR {REASONS.get(what, 'exception')}", count,
        facts=(_said(what, cpu), r"cpu \d+: RAX .*", r"cpu \d+: CR0 .* CR2 .*", _BUILD, "rootmode: hint: .*", *_returns(what)),
        report=reported, absent=absent, long=long,
        rip=EXCEPTIONS[what][3],
    )


def _in_operation(vehicle: str, what: str, cpu: int) -> Injected:
    """Return an exception while all CPUs are in VMX operation: on the BSP before it prints, on an AP before it leaves."""
    return _case(vehicle, what, cpu, "leave" if cpu else "narrate", (3, 3))


def _everywhere() -> list[Injected]:
    emulated = [_in_operation("qemu", what, cpu) for what in EXCEPTIONS for cpu in (0, 1) if what not in NOT_IN_TCG]
    pairs = [one.split("@") for one in IN_BOCHS]
    return emulated + [_in_operation("bochs", what, int(cpu)) for what, cpu in pairs]


def _stopped(cpu: int, where: str) -> tuple[str, str]:
    return (rf"cpu {cpu}: error: .*APIC ID {cpu} {where}.*", rf"cpu {cpu}: hint: .*")


test_boot = injected_cases([
    *_everywhere(),
    # Each stage, on the BSP and on an AP.
    _case("qemu", "gp", 0, "options", (0, 0), absent=(".*exception 14.*",)),
    # The list of CPUs is not made yet, but the firmware's tables are known.
    Injected(
        "fault-before-the-list-of-cpus", in_qemu(3, "gp@0/listing"), "ERROR exception", (0, 3),
        facts=(_said("gp", 0), _BUILD, "rootmode: hint: .*"), report=({"kind": "machine", "cpus": "3", "entered": "0"},),
        absent=("smp: the list of CPUs had not been read.*",), rip=EXCEPTIONS["gp"][3],
    ),
    _case("qemu", "gp", 0, "reading", (0, 2), unfinished="1"),
    _case("qemu", "gp", 0, "evidence", (0, 2), unfinished="1"),
    _case("qemu", "gp", 0, "vmxon", (0, 2)),
    _case("qemu", "gp", 0, "done", (1, 2), "late@1/start", unfinished="1"),
    _case("qemu", "gp", 0, "leave", (2, 2)),
    _case("qemu", "gp", 1, "start", (1, 2)),
    _case("qemu", "gp", 1, "reading", (1, 2)),
    _case("qemu", "gp", 1, "evidence", (1, 2)),
    _case("qemu", "gp", 1, "vmxon", (1, 2)),
    _case("qemu", "gp", 1, "done", (2, 2)),
    _case("bochs", "gp", 1, "done", (2, 2)),
    # OVMF leaves other tables, another memory map, and a framebuffer.
    _case("qemu", "ud", 0, "options", (0, 0), firmware="uefi"),
    _case("qemu", "gp", 0, "narrate", (3, 3), firmware="uefi"),
    _case("qemu", "pf", 1, "leave", (3, 3), firmware="uefi"),
    _case("qemu", "overrun-stack", 0, "narrate", (3, 3), firmware="uefi"),
    _case("qemu", "overrun-stack", 1, "leave", (3, 3), firmware="uefi"),
    _case("bochs", "pf", 1, "done", (2, 2), firmware="uefi", long=True),
    # Other CPUs are entering VMX operation, and must not continue after the report.
    _case("qemu", "ud", 1, "done", (2, 3), "late@2/vmxon", unfinished="2"),
    _case("qemu", "de", 1, "done", (2, 3), "late@2/start", unfinished="2"),
    _case("bochs", "ud", 1, "done", (2, 3), "late@2/vmxon", unfinished="2"),
    Injected(
        "fault-on-all-at-once", in_qemu(4, "gp@all/leave"), "ERROR exception", (4, 4), facts=(r"cpu \d: error: exception 13 .*",),
    ),
    Injected(
        "fault-in-the-report-of-a-fault", in_qemu(2, "gp@1/leave", "pf@1/report"), "ERROR exception", (2, 2),
        facts=(_said("gp", 1), _said("pf", 1)),
    ),
    # The consoles get the end of the log completely or not at all, and nothing after it.
    _case("qemu", "gp", 0, "report", (2, 2)),
    _case("bochs", "gp", 0, "report", (2, 2)),
    Injected(
        "fault-behind-the-result", in_qemu(2, "gp@0/flush"), "PASS", (2, 2), report=({"cpus": "0-1", "result": "ok"},),
        absent=(".*exception.*",), faults=("exit status: expected 33, saw 41",),
    ),
    *(
        Injected(
            f"fault-{vehicle}-smash-canary-cpu-{cpu}", machine(2, f"smash-canary@{cpu}/{stage}"), "ERROR panic", (2, 2),
            facts=("rootmode: error: stack smashing detected, at RIP 0x[0-9a-f]+", _BUILD, "rootmode: hint: .*"),
            report=({"cpus": str(cpu), "result": "panic"},),
            rip="overrun_array", rip_returns=True,
        )
        for vehicle, machine, cpu, stage in (
            ("qemu", in_qemu, 0, "narrate"), ("qemu", in_qemu, 1, "leave"), ("bochs", in_bochs, 1, "leave"),
        )
    ),
    # CPUs that hang, each after another step, and CPUs that continue after the BSP gave them up.
    Injected(
        "fault-stopped-everywhere",
        in_qemu(
            9, "hang@1/start", "hang@2/reading", "hang@3/evidence", "hang@4/vmxon", "late@5/start", "late@6/vmxon",
            "hang-real=7",
        ),
        "FAIL ap-timeout", (2, 9),
        facts=(
            *_stopped(1, "started, but hung in the trampoline, before 64-bit mode"),
            *_stopped(2, "started, but hung while reading CPUID and MSRs"),
            *_stopped(3, "started, but hung after reading CPUID and MSRs"),
            *_stopped(4, "started, but hung before VMXON completed"),
            *_stopped(5, "started, but hung in the trampoline"), *_stopped(6, "started, but hung before VMXON"),
            *_stopped(7, "did not start after INIT-SIPI-SIPI"),
            r"smp: warning: CPUs that started but hung before they read their APIC ID: 1",
        ),
        report=({"cpus": "0,8", "result": "ok"},),
    ),
    Injected(
        "fault-bochs-stopped", in_bochs(4, "hang@1/start", "hang@2/vmxon", "late@3/vmxon"), "FAIL ap-timeout", (1, 4),
        facts=(*_stopped(1, "started"), *_stopped(2, "started, but hung before VMXON"), *_stopped(3, "started")),
    ),
    Injected(
        "fault-does-not-leave", in_qemu(3, "hang@1/done"), "FAIL ap-timeout", (3, 3),
        facts=_stopped(1, "finished, but later hung while leaving VMX operation"),
        report=({"kind": "machine", "left": "3"}, {"cpus": "1", "result": "ap-timeout"}),
    ),
    Injected(
        "fault-bochs-hangs-in-the-bench", in_bochs(3, "hang@1/bench", cmdline="exit=debug bench"), "FAIL ap-timeout", (3, 3),
        facts=(
            *_stopped(1, "finished, but later hung while running the bench"),
            "cpu 1: hint: this CPU can enter VMX operation.*",
        ),
        report=({"cpus": "1", "result": "ap-timeout"}, {"kind": "machine", "left": "3"}),
    ),
    # A cycle that a CPU does not complete is not counted.
    Injected(
        "fault-in-a-cycle", in_bochs(2, "hang@1/leave", cmdline="exit=debug cycles=3"), "FAIL ap-timeout", (2, 2),
        facts=(
            *_stopped(1, "finished, but later hung while leaving VMX operation"),
            "vmx: cycles of VMXON, guests, VMXOFF and INIT-SIPI-SIPI: 1 of 3",
        ),
    ),
    # IA32_MISC_ENABLE[34] is set on the APs only, and stays set.
    Injected(
        "fault-no-execute-disable", in_bochs(3, "no-execute-disable@0"), "FAIL ap-timeout", (1, 3),
        facts=_stopped(1, r"started, but its execute-disable \(NX\) bit is disabled"),
        report=({"cpus": "1-2", "result": "ap-timeout"},),
    ),
    # The machine is paused while the BSP waits for APs, after it checked them and before it reads the clock.
    Injected("fault-gap-in-the-wait", in_bochs(4, "gap@0/wait=3000000", "slow@aps/evidence=1000"), "PASS", (4, 4)),
    Injected("fault-slow", in_qemu(3, "slow@1/evidence=1200000", "slow@2/leave=300000"), "PASS", (3, 3)),
])
