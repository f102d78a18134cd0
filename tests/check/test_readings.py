"""What other tools print of CPUID and MSRs, as people post it."""

import json
import random
from collections.abc import Callable

import pytest
from computers import BASIC, EXIT_CTLS, Cpu, intel
from program import Run
from test_vbox import MSR_NAMES

Msrs = dict[int, int | None]


def aida64(cpu: Cpu) -> str:
    """AIDA64's CPUID dump."""
    lines = ["------[ CPUID Registers / Logical CPU #0 ]------", "", "allcpu: Package 0 / Core 0 / Thread 0: Valid", ""]
    for leaf, registers in cpu.leaves().items():
        lines.append(f"CPUID {leaf:08X}: " + "-".join(f"{register:08X}" for register in registers) + " [SL 00] [note]")
    lines += ["", "------[ MSR Registers / Logical CPU #0 ]------", ""]
    for msr, value in cpu.msrs.items():
        digits = f"{value:016X}"
        lines.append(f"MSR {msr:08X}: " + "-".join(digits[i:i + 4] for i in range(0, 16, 4)) + " [S200]")
    return "\r\n".join(lines) + "\r\n"


def x86info(cpu: Cpu) -> str:
    """The output of x86info -r, and of rdmsr below it."""
    names = ("eax", "ebx", "ecx", "edx")
    lines = ["x86info v1.31pre", "Found 1 identical CPUs"]
    for leaf, registers in cpu.leaves().items():
        words = (f"{name} = {register:08x}" for name, register in zip(names, registers, strict=True))
        lines.append(f"eax in: 0x{leaf:08x}, " + " ".join(words))
    return "\n".join(lines) + "\n" + rdmsr_loop(cpu.msrs)


def cpu_z(cpu: Cpu) -> str:
    """CPU-Z's text report."""
    lines = ["CPU Thread 0", "APIC ID\t\t\t0", "Function\t\teax\t\tebx\t\tecx\t\tedx"]
    lines += [f"0x{leaf:08X}\t\t" + "\t".join(f"0x{register:08X}" for register in registers)
              for leaf, registers in cpu.leaves().items()]
    for msr, value in cpu.msrs.items():
        assert value is not None
        lines.append(f"MSR 0x{msr:08X}\t\tedx = 0x{value >> 32:08X}\teax = 0x{value & 0xFFFFFFFF:08X}")
    return "\n".join(lines) + "\n"


def cpucontrol(cpu: Cpu) -> str:
    """What FreeBSD's cpucontrol prints."""
    lines = [f"cpuid level 0x{leaf:x}: " + " ".join(f"0x{register:08x}" for register in registers)
             for leaf, registers in cpu.leaves().items()]
    for msr, value in cpu.msrs.items():
        assert value is not None
        lines.append(f"MSR 0x{msr:x}: 0x{value >> 32:08x} 0x{value & 0xFFFFFFFF:08x}")
    return "\n".join(lines) + "\n"


def vmware(cpu: Cpu) -> str:
    """VMware's log, and MSRs by name below it; the guest's leaves are others."""
    lines = [f"2026-01-04T16:19:46.611-08:00| vmx| I125: hostCPUID level {leaf:08x}, 0: "
             + " ".join(f"0x{register:08x}" for register in registers) for leaf, registers in cpu.leaves().items()]
    lines.insert(0, "vmx| I125: guest vs. host CPUID guest level 00000001, 0: 0x000006f2 0x00020800 0x00000000 0x00000000")
    lines += [f"{name}={cpu.msrs[msr]:016x}" for msr, name in MSR_NAMES.items() if cpu.msrs.get(msr) is not None]
    return "\n".join(lines) + "\n"


def rdmsr_loop(msrs: Msrs) -> str:
    """A terminal with a loop over MSRs."""
    return ("root@host:~# for msr in " + " ".join(f"{msr:#x}" for msr in msrs) + "; do rdmsr $msr; done\n"
            + "".join(f"{value:x}\n" for value in msrs.values()))


def rdmsr_single(msrs: Msrs) -> str:
    """A terminal with one command for each."""
    return "".join(f"$ sudo rdmsr -p 0 -x {msr:#x}\n{value:x}\n" for msr, value in msrs.items())


def rdmsr_echo(msrs: Msrs) -> str:
    """A loop that prints the number before the value."""
    return "".join(f"{msr:x}: {value:016x}\n" for msr, value in msrs.items())


def rdmsr_lines(msrs: Msrs) -> str:
    """A loop that prints the number above the value."""
    return "".join(f"{msr:#x}\n{value:#x}\n" for msr, value in msrs.items())


def chipsec(msrs: Msrs) -> str:
    """What chipsec_util msr prints."""
    return "".join(f"[CHIPSEC] CPU0: RDMSR( 0x{msr:x} ) = {value:016X} (EAX={value & 0xFFFFFFFF:08X}, EDX={value >> 32:08X})\n"
                   for msr, value in msrs.items() if value is not None)


def chipsec_verbose(msrs: Msrs) -> str:
    """What chipsec prints with -vv."""
    return "".join(f"[cpu0] RDMSR( 0x{msr:x} ): EAX = 0x{value & 0xFFFFFFFF:08X}, EDX = 0x{value >> 32:08X}\n"
                   for msr, value in msrs.items() if value is not None)


def windbg(msrs: Msrs) -> str:
    """What WinDbg's rdmsr prints."""
    return "".join(f"msr[{msr:x}] = {value >> 32:08x}`{value & 0xFFFFFFFF:08x}\n"
                   for msr, value in msrs.items() if value is not None)


WITH_CPUID = [aida64, x86info, cpu_z, cpucontrol, vmware]
MSRS_ONLY = [rdmsr_loop, rdmsr_single, rdmsr_echo, rdmsr_lines, chipsec, chipsec_verbose, windbg]


@pytest.mark.parametrize("tool", WITH_CPUID)
@pytest.mark.parametrize(("feature_control", "status", "result"), [
    (5, 0, "OBSERVED PASS"), (1, 4, "OBSERVED BLOCKED feature-control-locked-off"),
])
def test_cpuid_and_msrs(check: Run, tool: Callable[[Cpu], str], feature_control: int, status: int, result: str) -> None:
    told = check("--from", "-", text=tool(intel(feature_control)))
    assert (told.returncode, told.stderr) == (status, "")
    assert "GenuineIntel, Some CPU, family 6, model 140" in told.stdout
    assert told.stdout.endswith(f"RESULT: {result}\n")


@pytest.mark.parametrize("tool", MSRS_ONLY)
@pytest.mark.parametrize(("feature_control", "status"), [(5, 0), (1, 4)])
def test_msrs_alone_imply_vmx(check: Run, tool: Callable[[Msrs], str], feature_control: int, status: int) -> None:
    cpu = intel(feature_control)
    told = check("--from", "-", text=tool(cpu.msrs))
    assert (told.returncode, told.stderr) == (status, "")
    assert told.stdout.startswith("CPUID is missing, but there are values of MSRs that only CPUs with VMX have.\n")
    assert "cpu 0: not in the dump: CPUID.1, which says whether the CPU has VMX\n" in told.stdout
    found = json.loads(check("--json", "--from", "-", text=tool(cpu.msrs)).stdout)["cpus"][0]["msrs"]
    assert {int(value, 16) for value in found.values()} >= {v for m, v in cpu.msrs.items() if m >= BASIC and v is not None}


def test_locked_off_needs_no_other_msr(check: Run) -> None:
    told = check("--from", "-", text="0x3a: 1\n0x480: da040000000004\n")
    assert told.returncode == 4 and "RESULT: OBSERVED BLOCKED feature-control-locked-off\n" in told.stdout


def test_a_locked_register_alone_does_not_say_whether_there_is_vmx(check: Run) -> None:
    told = check("--from", "-", text="# rdmsr 0x3a\n1\n")
    assert told.returncode == 3
    assert "cpu 0: IA32_FEATURE_CONTROL = 0x1: locked, VMX outside SMX off, VMX in SMX off\n" in told.stdout


def test_all_cpus(check: Run) -> None:
    told = check("--from", "-", text="# rdmsr -a 0x3a\n5\n1\n5\n")
    assert told.returncode == 3
    assert "cpu 1: warning: unlike cpu 0: IA32_FEATURE_CONTROL = 0x1: lacks VMX outside SMX\n" in told.stdout


def test_one_cpu_by_its_number(check: Run) -> None:
    told = check("--from", "-", text="# rdmsr -p3 0x3a\n5\n[*] IA32_FEATURE_CONTROL = 0x1 << (MSR 0x3A Thread 0x7)\n")
    assert "cpus 0-1: numbered 3,7 in the dump\n" in told.stdout


def test_an_msr_that_faults(check: Run) -> None:
    text = rdmsr_single(intel(5).msrs).replace(f"$ sudo rdmsr -p 0 -x {BASIC:#x}\n", "").split("\n", 1)
    broken = f"# rdmsr {BASIC:#x}\nrdmsr: CPU 0 cannot read MSR 0x{BASIC:08x}\n" + "\n".join(text)
    told = check("--from", "-", text=broken)
    assert told.returncode == 1 and "capability-msr-fault" in told.stdout


def test_decimal_values(check: Run) -> None:
    told = check("--from", "-", text=f"# rdmsr -d 0x480\n{0xDA040000000004}\n# rdmsr -u 0x3a\n5\n")
    assert "IA32_VMX_BASIC = 0xda040000000004: " in told.stdout


@pytest.mark.parametrize("text", [
    "[*] cpu0: IA32_FEATURE_CONTROL Lock = 1\n",
    "5\nda040000000004\n",
    "for i in $(seq 0 9); do rdmsr 0x48$i; done\nda040000000004\n7f00000016\n",
    "IA32_FEATURE_CONTROL: bad, see MSR 0x3a in the manual\n",
    "# rdmsr -a 0x480\n",
    "the MSR 0x480 is read first\n",
])
def test_what_is_no_value(check: Run, text: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == 2 and "this is text without a CPUID or MSR value; expected " in told.stderr


def test_only_the_first_values_of_a_cpu_count(check: Run) -> None:
    told = check("--from", "-", text="0x3a: 0x5\n0x480: 0xda040000000004\n0x3a: 0x1\n")
    assert "IA32_FEATURE_CONTROL = 0x5" in told.stdout and told.returncode == 3


def test_an_amd_cpu_in_any_format(check: Run) -> None:
    for tool in WITH_CPUID:
        told = check("--from", "-", text=tool(Cpu(vendor="AuthenticAMD", vmx=False, signature=0x870F10)))
        assert told.returncode == 77 and "no-vmx" in told.stdout


@pytest.mark.parametrize("tool", [aida64, cpu_z, vmware])
@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_text_never_passes(check: Run, tool: Callable[[Cpu], str], seed: int) -> None:
    chance = random.Random(seed)
    text = bytearray(tool(intel(1, {EXIT_CTLS: 0x1FFFFFF00036DFF})).encode())
    del text[chance.randrange(len(text)):]
    for _ in range(20):
        text[chance.randrange(len(text))] = chance.choice(b"\n :=/x0fG")
    assert check("--from", "-", text=text.decode("latin-1")).returncode in (1, 2, 3, 4, 77)
