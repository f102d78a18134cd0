"""What would be done, from dumps of CPUs in every state that a firmware leaves them in."""

import json

import pytest
from computers import (
    BASIC, CR0_FIXED0, CR0_FIXED1, CR4_FIXED0, CR4_FIXED1, EXIT_CTLS, FEATURE_CONTROL, MICROCODE, Cpu, dump, intel,
)
from program import Run


def _without_exit_controls(cpu: Cpu) -> Cpu:
    """The CPU of a dump that lacks the capability MSR of VM-exit controls."""
    del cpu.msrs[EXIT_CTLS]
    return cpu


CASES = {
    "locked-on": (intel(5), 0, "OBSERVED PASS", "would leave IA32_FEATURE_CONTROL unchanged"),
    "locked-on-both": (intel(7, smx=True), 0, "OBSERVED PASS", "VMX in SMX on"),
    "unlocked": (intel(0), 0, "OBSERVED PASS", "would write IA32_FEATURE_CONTROL = 0x5, "),
    "unlocked-smx": (intel(0, smx=True), 0, "OBSERVED PASS", "would write IA32_FEATURE_CONTROL = 0x7, "),
    "unlocked-sgx": (intel(1 << 18), 0, "OBSERVED PASS", "would write IA32_FEATURE_CONTROL = 0x40005, "),
    "locked-off": (intel(1), 4, "OBSERVED BLOCKED feature-control-locked-off", "Intel Virtualization Technology"),
    "smx-only": (intel(3), 4, "OBSERVED BLOCKED feature-control-smx-only", "Trusted Execution"),
    "no-feature-control": (intel(None), 1, "OBSERVED FAIL feature-control-fault", "RDMSR faults"),
    "no-basic": (intel(5, {BASIC: None}), 1, "OBSERVED FAIL capability-msr-fault", "capability MSRs faults"),
    "no-fixed-bits": (intel(5, {CR0_FIXED1: None}), 1, "OBSERVED FAIL capability-msr-fault", "hint: "),
    "cr0-wants": (intel(5, {CR0_FIXED0: 0x80000029}), 1, "OBSERVED FAIL cr-fixed-bits", "CR0 bits 0x8"),
    "cr4-wants": (intel(5, {CR4_FIXED0: 0x12000}), 1, "OBSERVED FAIL cr-fixed-bits", "CR4 bits 0x10000"),
    "cr0-forbids": (intel(5, {CR0_FIXED1: 0xFFFEFFFF}), 1, "OBSERVED FAIL cr-fixed-bits", "CR0 bits 0x10000"),
    "basic-zero": (intel(5, {BASIC: 0}), 1, "OBSERVED FAIL capability-msr-invalid",
                   "IA32_VMX_BASIC = 0x0 is invalid: the size of the VMXON region, bits 44:32, must be 1 to 4096 (SDM"),
    "no-vmxe": (intel(5, {CR4_FIXED1: 0}), 1, "OBSERVED FAIL capability-msr-invalid",
                "IA32_VMX_CR4_FIXED1 = 0x0 is invalid: each bit that is 1 in IA32_VMX_CR4_FIXED0 must be 1 (SDM"),
    "no-vmxe-needed": (intel(5, {CR4_FIXED0: 0, CR4_FIXED1: 0}), 1, "OBSERVED FAIL capability-msr-invalid",
                       "IA32_VMX_CR4_FIXED1 = 0x0 is invalid: the bit of CR4.VMXE must be 1 (SDM"),
    "amd": (Cpu("AuthenticAMD", 0x800F11, vmx=False), 77, "OBSERVED UNSUPPORTED no-vmx", "SVM, its AMD counterpart, is not"),
    "kvm": (Cpu(vmx=False, hypervisor="KVMKVMKVM"), 77, "OBSERVED UNSUPPORTED no-vmx", "nested=1"),
    "amd-kvm": (Cpu("AuthenticAMD", 0x800F11, vmx=False, hypervisor="KVMKVMKVM"), 77,
                "OBSERVED UNSUPPORTED no-vmx", "hint: VMX requires an Intel CPU"),
    "32-bit": (intel(5, long_mode=False), 77, "OBSERVED UNSUPPORTED no-long-mode", "choose a 64-bit CPU model"),
    "32-bit-unread": (Cpu(long_mode=False), 77, "OBSERVED UNSUPPORTED no-long-mode", "has no 64-bit mode"),
    "64-bit-by-msr": (intel(5, long_mode=None), 0, "OBSERVED PASS", "would leave IA32_FEATURE_CONTROL unchanged"),
    "32-bit-by-msr": (intel(5, {EXIT_CTLS: 0x36DFF00036DFF & ~(1 << 41)}, long_mode=None), 77,
                      "OBSERVED UNSUPPORTED no-long-mode", "needs a 64-bit CPU"),
    "no-long-mode-leaf": (_without_exit_controls(intel(5, long_mode=None)), 3, "OBSERVED ERROR not-seen",
                          "cpu 0: not in the dump: CPUID.80000001H, which says whether the CPU has 64-bit mode\n"),
    "locked-off-without-leaf": (_without_exit_controls(intel(1, long_mode=None)), 4,
                                "OBSERVED BLOCKED feature-control-locked-off", "not in the dump: CPUID.80000001H"),
    "cpuid-alone": (Cpu(), 3, "OBSERVED ERROR not-seen", "too little could be read"),
    "half": (Cpu(msrs={FEATURE_CONTROL: 5, BASIC: 0x1D8100000000004}), 3, "OBSERVED ERROR not-seen",
             "cpu 0: not in the dump: IA32_VMX_CR4_FIXED1\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_plan(check: Run, name: str) -> None:
    cpu, status, result, sentence = CASES[name]
    told = check("--from", "-", text=dump(cpu))
    assert told.returncode == status
    assert told.stdout.splitlines()[-1] == f"RESULT: {result}"
    assert sentence in told.stdout
    assert check("--quiet", "--from", "-", text=dump(cpu)).stdout == ""


@pytest.mark.parametrize("name", CASES)
def test_plan_in_json(check: Run, name: str) -> None:
    cpu, status, result, _ = CASES[name]
    told = json.loads(check("--json", "--from", "-", text=dump(cpu)).stdout)
    verdict, *reasons = result.split()[1:]
    assert (told["verdict"], told["reasons"], told["exit_status"]) == (verdict, reasons, status)
    assert told["entered"] is False
    assert ("plan" in told["cpus"][0]) == (status == 0)


def test_an_msr_that_decides_nothing_may_be_missing(check: Run) -> None:
    whole = intel(5)
    for msr in whole.msrs.keys() - {FEATURE_CONTROL, MICROCODE, BASIC, CR0_FIXED0, CR0_FIXED1, CR4_FIXED0, CR4_FIXED1}:
        told = check("--from", "-", text=dump(whole, Cpu(msrs={k: v for k, v in whole.msrs.items() if k != msr})))
        assert told.returncode == 0
        assert "cpu 1: not in the dump: IA32_VMX_" in told.stdout and "modprobe" not in told.stdout


def test_the_worst_cpu_decides_and_all_are_told(check: Run) -> None:
    cpus = [intel(5), intel(1, apic_id=2), intel(5, apic_id=4), Cpu(vmx=False, apic_id=6)]
    told = check("--from", "-", text=dump(*cpus))
    assert told.returncode == 4
    assert "VMX is supported by 3 of 4 CPUs." in told.stdout
    assert "cpus=0,2 apic_ids=0,4 result=ok" in told.stdout
    assert "cpus=1 apic_ids=2 result=feature-control-locked-off" in told.stdout


def test_differences_between_cpus(check: Run) -> None:
    cpus = [intel(5), intel(5, {MICROCODE: 0x2B << 32}), intel(5, {0x48B: 0x2977FFD00000000}), intel(0)]
    told = check("--from", "-", text=dump(*cpus)).stdout
    assert "cpu 1: warning: unlike cpu 0: IA32_BIOS_SIGN_ID (microcode revision) = 0x2b00000000" in told
    assert "cpu 2: warning: unlike cpu 0: IA32_VMX_PROCBASED_CTLS2 = 0x2977ffd00000000: lacks vmx-ept" in told
    assert "cpu 3: warning: unlike cpu 0: IA32_FEATURE_CONTROL = 0x0" in told
    assert len(json.loads(check("--json", "--from", "-", text=dump(*cpus)).stdout)["differences"]) == 3


def test_many_cpus_share_lines_unless_verbose(check: Run) -> None:
    text = dump(*[intel(5, apic_id=i) for i in range(40)])
    assert "cpus 0-39: VMXON would succeed" in check("--from", "-", text=text).stdout
    assert "cpu 39: VMXON would succeed" in check("-v", "--from", "-", text=text).stdout


def test_hybrid_cores_and_numbers_with_gaps(check: Run) -> None:
    text = dump(intel(core_type=0x40), intel(core_type=0x20), numbers=(0, 8))
    told = check("--from", "-", text=text).stdout
    assert "performance core" in told and "efficient core" in told
    assert "cpu 1: unlike cpu 0: CPUID.1AH:EAX[31:24] = 0x20: core type 0x20 (cpu 0: 0x40); normal between" in told
    assert "cpus 0-1: numbered 0,8 in the dump" in told


def test_hostile_strings_stay_printable_and_json_stays_json(check: Run) -> None:
    cpu = intel(vendor='a"\\\x01\xff', brand='\x7f<"%s%n">\\', hypervisor="\x1b[31m")
    told = check("--from", "-", text=dump(cpu)).stdout
    assert all(" " <= c <= "~" or c == "\n" for c in told)
    assert json.loads(check("--json", "--from", "-", text=dump(cpu)).stdout)["cpus"][0]["brand"] == cpu.brand


def test_output_of_the_program_cpuid_with_our_msrs(check: Run) -> None:
    """cpuid -1 -r heads its lines with "CPU:"."""
    text = "# by hand\n\n" + dump(intel()).replace("CPU 0:", "CPU:")
    assert check("--from", "-", text=text.replace("\n", "\r\n")).returncode == 0
