"""VBox.log, which has the host's CPUID and VMX MSRs."""

import json
import random

import pytest
from computers import Cpu, intel
from program import Run

MSR_NAMES = {
    0x3A: "IA32_FEATURE_CONTROL", 0x480: "IA32_VMX_BASIC", 0x481: "IA32_VMX_PINBASED_CTLS",
    0x482: "IA32_VMX_PROCBASED_CTLS", 0x483: "IA32_VMX_EXIT_CTLS", 0x484: "IA32_VMX_ENTRY_CTLS",
    0x485: "IA32_VMX_MISC", 0x486: "IA32_VMX_CR0_FIXED0", 0x487: "IA32_VMX_CR0_FIXED1",
    0x488: "IA32_VMX_CR4_FIXED0", 0x489: "IA32_VMX_CR4_FIXED1", 0x48A: "IA32_VMX_VMCS_ENUM",
    0x48B: "IA32_VMX_PROCBASED_CTLS2", 0x48C: "IA32_VMX_EPT_VPID_CAP",
    0x48D: "IA32_VMX_TRUE_PINBASED_CTLS", 0x48E: "IA32_VMX_TRUE_PROCBASED_CTLS",
    0x48F: "IA32_VMX_TRUE_EXIT_CTLS", 0x490: "IA32_VMX_TRUE_ENTRY_CTLS", 0x491: "IA32_VMX_VMFUNC",
}


def vbox_log(cpu: Cpu, old: bool = False) -> str:
    """A log of VirtualBox on this CPU: of version 4 if old, else of 7."""
    lines = ["VirtualBox VM 7.0.20 r163906 linux.amd64 (Jul  9 2026 16:43:45) release log",
             "HM: HMR3Init: VT-x w/ nested paging and unrestricted guest execution hw support"]
    for msr, value in cpu.msrs.items():
        if msr in MSR_NAMES and value is not None:
            name = MSR_NAMES[msr] + ("_INFO" if old and msr == 0x480 else "")
            lines.append(f"HM: MSR_{name:<30} = " + (f"{value:X}" if old else f"{value:#x}"))
            lines.append("HM:   LOCK (must be set)")
    lines.append("         Raw Standard CPUID Leaves")
    for leaf, registers in cpu.leaves().items():
        words = " ".join(f"{register:08x}" for register in registers)
        if leaf % 3:  # a leaf that the guest has, too
            lines.append(f"Gst: {leaf:08x}/0000  00000001 00000002 00000003 00000004")
            lines.append(f"Hst:                {words}")
        else:
            lines.append(f"Hst: {leaf:08x}/0000  {words}")
    lines.append("Gst: 00000004/0001  04000122 01c0003f 0000003f 00000000")
    return "".join(f"00:00:04.8092{i:02} {line}\n" for i, line in enumerate(lines))


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize(("feature_control", "status", "result"), [
    (5, 0, "OBSERVED PASS"), (1, 4, "OBSERVED BLOCKED feature-control-locked-off"),
])
def test_the_host_is_examined(check: Run, feature_control: int, status: int, result: str, old: bool) -> None:
    told = check("--from", "-", text=vbox_log(intel(feature_control), old))
    assert (told.returncode, told.stderr) == (status, "")
    assert "GenuineIntel, Some CPU, family 6, model 140" in told.stdout
    assert told.stdout.endswith(f"RESULT: {result}\n")


def test_every_msr_is_read(check: Run) -> None:
    cpu = intel(5)
    told = json.loads(check("--json", "--from", "-", text=vbox_log(cpu).replace("\n", "\r\n")).stdout)
    expected = {value for msr, value in cpu.msrs.items() if msr >= 0x480 and value is not None}
    assert {int(value, 16) for value in told["cpus"][0]["msrs"].values()} == expected


def test_a_host_where_virtualbox_found_no_vmx(check: Run) -> None:
    told = check("--from", "-", text=vbox_log(Cpu(vmx=False)))
    assert told.returncode == 77 and told.stdout.endswith("RESULT: OBSERVED UNSUPPORTED no-vmx\n")


def test_a_log_without_msrs_is_no_verdict(check: Run) -> None:
    told = check("--from", "-", text=vbox_log(Cpu()))
    assert told.returncode == 3 and "cpu 0: not in the dump: IA32_FEATURE_CONTROL\n" in told.stdout


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_log_never_passes_for_another(check: Run, seed: int) -> None:
    chance = random.Random(seed)
    text = bytearray(vbox_log(intel(1)).encode())
    del text[chance.randrange(len(text)):]
    for _ in range(20):
        text[chance.randrange(len(text))] = chance.choice(b"\n :=/x0fG")
    assert check("--from", "-", text=text.decode("latin-1")).returncode in (1, 2, 3, 4, 77)
