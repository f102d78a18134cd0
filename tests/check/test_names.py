"""What operating systems and tools say of VMX by names only."""

import pytest
from program import Run

CPUINFO = """processor	: 0
vendor_id	: GenuineIntel
cpu family	: 6
model		: 158
model name	: Intel(R) Core(TM) i7-7700 CPU @ 3.60GHz
stepping	: 9
flags		: fpu vme lm{flags}
"""
VMX_FLAGS = "vmx flags	: vnmi preemption_timer invvpid ept_ad flexpriority tsc_offset mtf ept vpid unrestricted_guest ple\n"
LSCPU = """Vendor ID:                GenuineIntel
  Model name:             Intel(R) Xeon(R) CPU E5-2620 v2 @ 2.10GHz
    CPU family:           6
    Model:                62
    Stepping:             4
    Flags:                fpu vme lm vmx
Virtualization:           VT-x
"""
FREEBSD = """CPU: Intel(R) Xeon(R) CPU E5-2620 v2 @ 2.10GHz (2100.05-MHz K8-class CPU)
  Origin="GenuineIntel"  Id=0x306e4  Family=0x6  Model=0x3e  Stepping=4
  Features2=0x7fbee3ff<SSE3,DTES64{vmx},SMX>
  AMD Features=0x2c100800<SYSCALL,NX,LM>
"""
XEN = """(XEN) VMX: Supported advanced features:
(XEN)  - APIC TPR shadow
(XEN)  - Extended Page Tables (EPT)
(XEN)  - Unrestricted Guest
(XEN) HVM: VMX enabled
"""
SYSTEMINFO = """Processor(s):              1 Processor(s) Installed.
                           [01]: Intel64 Family 6 Model 158 Stepping 9 {vendor} ~3600 Mhz
Hyper-V Requirements:      VM Monitor Mode Extensions: {vmx}
                           Virtualization Enabled In Firmware: {firmware}
                           Second Level Address Translation: Yes
"""
COMPUTER_INFO = """HyperVRequirementSecondLevelAddressTranslation : True
HyperVRequirementVirtualizationFirmwareEnabled : {firmware}
HyperVRequirementVMMonitorModeExtensions       : True
"""
LIBVIRT = """<domainCapabilities>
      <vendor>Intel</vendor>
      <feature policy='require' name='vmx'/>
      <feature policy='require' name='vmx-ept'/>
      <feature policy='disable' name='vmx-mtf'/>
"""
VMXCAP = """Basic VMX Information
  Hex: 0xda040000000004
  Revision                                 4
pin-based controls
  External interrupt exiting               yes
  NMI exiting                              yes
primary processor-based controls
  HLT exiting                              yes
  CR3-load exiting                         {cr3}
  Activate secondary control               yes
secondary processor-based controls
  Enable EPT                               {ept}
  Unrestricted guest                       no
VPID and EPT capabilities
  Hex: 0xf0106734141
  Page-walk length 4                       yes
"""
WITH_VMX = CPUINFO.format(flags=" vmx")

LIKELY = "says that VMX is supported and enabled, so it most likely would"
NO_FIRMWARE = "lists VMX, but does not say whether the firmware enables it"
UNLISTED = "does not list VMX: the CPU lacks it, a hypervisor hides it, or the firmware disabled it"


@pytest.mark.parametrize(("text", "part"), [
    (WITH_VMX + VMX_FLAGS, "Linux's /proc/cpuinfo " + LIKELY),
    (WITH_VMX, "Linux's /proc/cpuinfo " + NO_FIRMWARE),
    (CPUINFO.format(flags=""), "Linux's /proc/cpuinfo " + UNLISTED),
    (LSCPU, "lscpu " + NO_FIRMWARE),
    (FREEBSD.format(vmx=",VMX") + "  VT-x: PAT,HLT,MTF,PAUSE,EPT,UG,VPID\n", "FreeBSD's dmesg " + LIKELY),
    (FREEBSD.format(vmx=",VMX") + "  VT-x: (disabled in BIOS) PAT,HLT\n",
     "FreeBSD's dmesg says that VMX is not enabled, but not whether a lock keeps it so"),
    (XEN, "Xen's log " + LIKELY),
    (SYSTEMINFO.format(vendor="GenuineIntel", vmx="Yes", firmware="Yes"), "systeminfo " + LIKELY),
    (SYSTEMINFO.format(vendor="GenuineIntel", vmx="Yes", firmware="No"), "systeminfo says that VMX is not enabled"),
    (COMPUTER_INFO.format(firmware="True"), "Get-ComputerInfo " + LIKELY),
    (LIBVIRT, "libvirt " + NO_FIRMWARE),
    (VMXCAP.format(ept="yes", cr3="default"), "vmxcap " + NO_FIRMWARE),
    ("INFO: /dev/kvm exists\nKVM acceleration can be used\n", "kvm-ok says that VT-x or AMD-V is there"),
    ("INFO: Your CPU does not support KVM extensions\n", "kvm-ok " + UNLISTED),
])
def test_names_alone_are_no_verdict(check: Run, text: str, part: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == 3 and told.stdout.endswith("RESULT: OBSERVED ERROR not-seen\n")
    assert "answer: too little could be read" in told.stdout and part in told.stdout


@pytest.mark.parametrize(("text", "status", "reason"), [
    (CPUINFO.format(flags="").replace("GenuineIntel", "AuthenticAMD"), 77, "no-vmx"),
    (FREEBSD.format(vmx=""), 77, "no-vmx"),
    (SYSTEMINFO.format(vendor="GenuineIntel", vmx="No", firmware="Yes"), 77, "no-vmx"),
    (SYSTEMINFO.format(vendor="AuthenticAMD", vmx="Yes", firmware="Yes"), 77, "no-vmx"),
    ("[    0.1] x86/cpu: VMX (outside TXT) disabled by BIOS\n", 4, "feature-control-locked-off"),
    ("(XEN) CPU0: VMX disabled by BIOS.\n", 4, "feature-control-locked-off"),
    ("INFO: KVM (vmx) is disabled by your BIOS\n", 4, "feature-control-locked-off"),
    (WITH_VMX + "# rdmsr 0x3a\n1\n", 4, "feature-control-locked-off"),
])
def test_what_decides(check: Run, text: str, status: int, reason: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == status and f" {reason}\n" in told.stdout


@pytest.mark.parametrize(("text", "profile", "line"), [
    (WITH_VMX + VMX_FLAGS, "kvm", "not known whether every CPU has what it requires"),
    (WITH_VMX + VMX_FLAGS, "hyper-v", "every CPU has what it requires"),
    (XEN, "hyper-v", "every CPU has what it requires"),
    (LIBVIRT, "hyper-v", "not known whether every CPU has what it requires"),
    (VMXCAP.format(ept="yes", cr3="default"), "hyper-v", "every CPU has what it requires"),
    (VMXCAP.format(ept="no", cr3="default"), "hyper-v", "not every CPU has what it requires"),
    (VMXCAP.format(ept="yes", cr3="forced"), "xen-hap", "not every CPU has what it requires"),
])
def test_requirements(check: Run, text: str, profile: str, line: str) -> None:
    told = check("--from", "-", "--requires", profile, text=text)
    assert told.stdout.endswith(f"requires: {profile}: {line}\n")


def test_a_cpu_that_is_left_open_does_not_pass_for_one_without_vmx(check: Run) -> None:
    told = check("--from", "-", text=CPUINFO.format(flags=""))
    assert "VMX[5] = 0" not in told.stdout and "VMX is not supported" not in told.stdout
    assert told.stdout.startswith("CPUID is missing; what follows is from Linux's /proc/cpuinfo.\n")


def test_the_names_are_listed(check: Run) -> None:
    told = check("--from", "-", text=XEN)
    assert "cpu 0: named by Xen's log: vmx-flexpriority, vmx-secondary-ctls, vmx-ept, vmx-unrestricted-guest\n" in told.stdout
