"""Injects rare values of VMX registers and rare results of VMX instructions: the verdict names each cause."""

from injected import Injected, in_bochs, in_qemu, injected_cases, iso  # noqa: F401

# What VMXON does on CPUs 1 to 4.
VMXON = ("vmxon-faults@1=13", "vmxon-fails-invalid@2", "vmxon-fails-valid@3=15", "vmxon-untouched@4")
VMXON_CODES = "vmxon-fault vmxon-fail-invalid vmxon-fail-valid vmxon-no-effect"
SHOULD_HAVE = "; the SDM predicts success: .*"

FORBIDDEN = ("feature-control@1=0x1", "feature-control@2=0x3", "feature-control@3=0x0", "sibling-locks@3=0x1")
FORBIDDEN_CODES = "feature-control-locked-off feature-control-smx-only"

# IA32_VMX_CR4_FIXED0 and FIXED1 with a bit that a future SDM may define.
UNKNOWN_CR4_BIT = ("msr@3=0x488,0x4000000002000", "msr@3=0x489,0x400000037ffff")


def _error(cpu: int, sentence: str) -> tuple[str, str]:
    return (rf"cpu {cpu}: error: {sentence}", rf"cpu {cpu}: hint: .*")


def _unlike(cpu: int, sentence: str) -> str:
    return rf"cpu {cpu}: warning: unlike cpu 0: {sentence}"


test_boot = injected_cases([
    # IA32_FEATURE_CONTROL, on APs only. The BSP's is locked with VMX enabled.
    Injected(
        "inject-unlocked",
        in_bochs(
            5, "feature-control@1=0x0", "feature-control@2=0xff06", "feature-control@3=0x2", "sibling-locks@3=0x5",
            "feature-control@4=0x160000",
        ),
        "PASS", (5, 5),
        facts=(
            "cpu 0: IA32_FEATURE_CONTROL = 0x5: locked, .*",
            "cpu 1: IA32_FEATURE_CONTROL = 0x0: unlocked, .*",
            "cpu 1: IA32_FEATURE_CONTROL after writing it = 0x[57]: locked, .*",
            "cpu 2: IA32_FEATURE_CONTROL = 0xff06: unlocked, .*",
            "cpu 2: IA32_FEATURE_CONTROL after writing it = 0x[57]: locked, .*",
            "cpu 3: IA32_FEATURE_CONTROL after writing it = 0x5: locked, .*",
            "cpu 3: warning: writing IA32_FEATURE_CONTROL faulted: another CPU locked it first, with VMX enabled",
            "cpu 4: IA32_FEATURE_CONTROL after writing it = 0x16000[57]: locked, .*",
            _unlike(1, "IA32_FEATURE_CONTROL = 0x0: lacks lock, lacks VMX outside SMX"),
            _unlike(2, "IA32_FEATURE_CONTROL = 0xff06: lacks lock, has VMX in SMX, SENTER functions 0x7f .*, has SENTER"),
        ),
        absent=("cpu 0: IA32_FEATURE_CONTROL after.*",),
    ),
    Injected(
        "inject-forbidden", in_bochs(5, *FORBIDDEN), f"BLOCKED {FORBIDDEN_CODES}", (2, 5),
        facts=(
            *_error(1, "VMX is disabled: IA32_FEATURE_CONTROL is locked with bit 2 clear"),
            *_error(2, "VMX is enabled in SMX operation only: IA32_FEATURE_CONTROL is locked with bit 2 clear"),
            "cpu 3: IA32_FEATURE_CONTROL after writing it = 0x1: locked, VMX outside SMX off, .*",
            *_error(3, "VMX is disabled: .*"),
        ),
        absent=("cpu [12]: IA32_FEATURE_CONTROL after.*", "cpu [123]: .*VMXON succeeded"),
        report=(
            {"cpus": "0,4", "result": "ok"}, {"cpus": "1", "result": "feature-control-locked-off", "feature_control": "0x1"},
            {"cpus": "3", "feature_control": "0x0", "feature_control_after": "0x1"},
        ),
    ),
    Injected(
        "inject-forbidden-observed", in_qemu(5, *FORBIDDEN[:2], cmdline="observe exit=debug"),
        f"OBSERVED BLOCKED {FORBIDDEN_CODES}", (0, 5), absent=(".*IA32_FEATURE_CONTROL after.*",),
    ),
    Injected(
        "inject-refused",
        in_bochs(
            4, "rdmsr-faults@1", "feature-control@2=0x0", "write-faults@2", "feature-control@3=0x0", "write-ignored@3",
        ),
        "FAIL feature-control-fault feature-control-write-refused", (1, 4),
        facts=(
            "cpu 1: IA32_FEATURE_CONTROL: RDMSR faults",
            *_error(1, "CPUID reports VMX, but RDMSR of IA32_FEATURE_CONTROL faults"),
            *_error(2, "IA32_FEATURE_CONTROL is unlocked, but writing 0x[57] to it faults"),
            *_error(3, "IA32_FEATURE_CONTROL is unlocked, but writing 0x[57] to it has no effect"),
            _unlike(1, "IA32_FEATURE_CONTROL cannot be read"),
        ),
        report=({"cpus": "1", "feature_control": "fault"},),
    ),
    Injected(
        "inject-one-of-many", in_qemu(64, "feature-control@40=0x1"), "BLOCKED feature-control-locked-off", (63, 64),
        facts=(
            "cpus 0-39,41-63: .*VMXON succeeded", *_error(40, "VMX is disabled: .*"),
            _unlike(40, "IA32_FEATURE_CONTROL = 0x1: lacks VMX outside SMX"),
        ),
    ),
    # Capability MSRs.
    Injected(
        "inject-capabilities-differ",
        in_bochs(5, "msr@1=0x48b,0x0", "msr@2=0x48c,0x106334141", "msr@3=0x8b,0x700000000", "msr-faults@4=0x485"), "PASS", (5, 5),
        facts=(
            _unlike(1, "IA32_VMX_PROCBASED_CTLS2 = 0x0: lacks vmx-apicv-xapic, lacks vmx-ept, .* and more: bits 0x[0-9a-f]+"),
            _unlike(1, "IA32_VMX_EPT_VPID_CAP does not exist"),
            _unlike(2, "IA32_VMX_EPT_VPID_CAP = 0x106334141: lacks .*"),
            _unlike(3, "IA32_BIOS_SIGN_ID .* = 0x700000000: revision 0x7 .cpu 0: 0x0."),
            _unlike(4, "IA32_VMX_MISC cannot be read"),
        ),
        report=({"msr": "0x48b", "cpus": "1", "value": "0x0"}, {"msr": "0x485", "cpus": "4", "value": "fault"}),
    ),
    Injected(
        "inject-capabilities-fail",
        in_bochs(5, "msr-faults@1=0x480", "msr-faults@2=0x486", *UNKNOWN_CR4_BIT, "msr@4=0x487,0x7fffffff"),
        "FAIL capability-msr-fault capability-msr-invalid cr-fixed-bits", (1, 5),
        facts=(
            *_error(1, "CPUID reports VMX, but RDMSR of its capability MSRs faults"), *_error(2, "CPUID reports VMX, .*"),
            *_error(3, "VMX operation requires bits that this kernel cannot set: CR4 bits 0x4000000000000"),
            *_error(4, "IA32_VMX_CR0_FIXED1 = 0x7fffffff is invalid: each bit .*"),
        ),
    ),
    # VMXON.
    Injected(
        "inject-vmxon", in_bochs(5, *VMXON), f"FAIL {VMXON_CODES}", (1, 5),
        facts=(
            *_error(1, f"VMXON faulted with vector 13, error code 0x0{SHOULD_HAVE}"),
            *_error(2, f"VMXON failed with VMfailInvalid{SHOULD_HAVE}"),
            *_error(3, f"VMXON failed with VM-instruction error 15{SHOULD_HAVE}"),
            *_error(4, f"VMXON was not executed: it changed neither CF nor ZF, or VMPTRST faults after it{SHOULD_HAVE}"),
        ),
        report=tuple({"cpus": str(cpu + 1), "result": code} for cpu, code in enumerate(VMXON_CODES.split())),
    ),
    Injected(
        "inject-vmxon-revision", in_bochs(2, "msr@1=0x480,0xd8100000000077"), "FAIL vmxon-fail-invalid", (1, 2),
        facts=(
            *_error(1, f"VMXON failed with VMfailInvalid{SHOULD_HAVE}"),
            _unlike(1, "IA32_VMX_BASIC = 0xd8100000000077: revision identifier 0x77 .cpu 0: 0x2b."),
        ),
    ),
    Injected(
        "inject-vmxon-on-the-bsp", in_qemu(3, "vmxon-faults@0=6"), "FAIL vmxon-fault", (2, 3),
        facts=_error(0, "VMXON faulted with vector 6, .*"),
    ),
    Injected(
        "inject-worst-wins", in_qemu(3, "feature-control@1=0x1", "vmxon-faults@2=13"), "FAIL vmxon-fault", (1, 3),
        facts=(*_error(1, "VMX is disabled: .*"), *_error(2, "VMXON faulted .*")),
    ),
    # The judge must report that a CPU is still in VMX operation. The test kernel then does not end the machine.
    Injected(
        "inject-vmxoff", in_qemu(3, "vmxoff-fails@1"), "FAIL vmxoff-failed", (3, 3),
        facts=_error(1, "VMXOFF failed: the CPU is still in VMX operation"),
        faults=("CPUs that left VMX: expected '3', saw '2'", "exit status: expected 35, saw None"),
    ),
])
