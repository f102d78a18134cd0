"""Reports of programs about a computer, in the shapes that public examples of November 2026 have.

The texts are our own. Only labels and layout, which a reader must know, are those of the programs.
"""

import pytest
from program import Run

ENABLED = "says that VMX is supported and enabled, so it most likely would"
LISTED = "lists VMX, but does not say whether the firmware enables it"
NOT_ENABLED = "says that VMX is not enabled"
UNLISTED = "does not list VMX"
EITHER = "says that VT-x or AMD-V is there, but not which CPU this is"

CAPABILITIES = """<capabilities>
  <host>
    <cpu>
      <arch>x86_64</arch>
      <model>Broadwell</model>
      <vendor>{vendor}</vendor>
      <signature family='6' model='154' stepping='4'/>
      {features}
    </cpu>
  </host>
  <guest>
    <arch name='x86_64'>
      {domain}
      <features><acpi default='on' toggle='yes'/></features>
    </arch>
  </guest>
</capabilities>
"""
DOMAIN_CAPABILITIES = """<domainCapabilities>
  <domain>{domain}</domain>
  <cpu>
    <mode name='host-model' supported='yes'>
      <model fallback='forbid'>Skylake-Client</model>
      <vendor>{vendor}</vendor>
      {features}
      <feature policy='require' name='hypervisor'/>
    </mode>
    <mode name='custom' supported='yes'>
      <model usable='no' vendor='Intel'>Icelake-Server</model>
      <blockers model='Icelake-Server'>
        <feature name='la57'/>
        <feature name='vmx'/>
        <feature name='vmx-ept'/>
      </blockers>
    </mode>
  </cpu>
</domainCapabilities>
"""
DEFINITION = "<domain type='kvm'>\n  <cpu mode='custom'>\n    <feature policy='require' name='vmx'/>\n  </cpu>\n</domain>\n"
HWINFO_HEAD = """ [General Information]
  CPU ID:                                 000906E9
  CPU Brand Name:                         Intel(R) Core(TM) i5-0000 CPU @ 3.00GHz
  CPU Vendor:                             GenuineIntel
"""
HWINFO = HWINFO_HEAD + """ [Standard Feature Flags]
  CPL Qualified Debug Store               Present
  Virtual Machine Extensions              {}
  Safer Mode Extensions (Intel TXT)       Not Present
 [Extended Feature Flags]
  64-bit Extensions                       Present
"""
VPRO = """Intel vPro ----------------------------
  CPU VT-x Support:                       Supported
  CPU VMX Status:                         {}
"""
CPUID = """CPU{number}:
   vendor_id = "GenuineIntel"
   version information (1/eax):
      family          = 0x6 (6)
      model           = 0xe (14)
      stepping id     = 0x9 (9)
      extended family = 0x0 (0)
      extended model  = 0x9 (9)
   feature information (1/ecx):
      CPL-qualified debug store               = true
      VMX: virtual machine extensions         = {vmx}
      hypervisor guest status                 = false
   extended feature flags (0x80000001/edx):
      64-bit extensions technology available = true
   brand = "Intel(R) Core(TM) i5-0000 CPU @ 3.00GHz"
"""
UTILITY = """Intel(R) Processor Identification Utility
Processor Name: Intel(R) Core(TM) i5-0000 CPU @ 3.00GHz
Family: 6
Model: 97
Intel(R) Virtualization Technology: {0}
Intel(R) VT-x with Extended Page Tables: {0}
"""
CHECKTOOL = """CPU vendor          *  GenuineIntel
Intel64 supported   *  Yes
VMX supported       {vmx}
VMX enabled         {enabled}
EPT supported       {vmx}
Hyper-V disabled    {hyperv}
"""
LSHW = """  *-cpu
       description: CPU
       vendor: {vendor}
       capabilities: lm fpu fpu_exception wp vme
                     pni dtes64 monitor ds_cpl {vmx}ssse3 cx16
  *-display
       vendor: Advanced Micro Devices, Inc. [AMD/ATI]
       capabilities: pm msi bus_master
"""
SUSE = """01: None 00.0: 10103 CPU
  Vendor: "GenuineIntel"
  Model: 6.142.10 "Intel(R) Core(TM) i5"
  Features: fpu,vme,lm,{}ssse3
"""
INXI = """CPU:
  Info: quad core model: Intel Core i5-0000 bits: 64 type: MT MCP
    arch: Skylake rev: 3 cache: L1: 256 KiB
  Flags: avx ht lm nx pae sse sse2 {}
"""
OLD_INXI = """CPU:       Quad core Intel Core i5-0000 (-MT-MCP-) cache: 8192 KB
           flags: (lm nx sse sse2 ssse3 vmx) bmips: 9
"""
ESXI = "CPU:0\n   Id: 0\n   Family: 6\n   Model: 94\n   Stepping: 3\n   Brand: GenuineIntel\n"
SMPBOOT = "[    0.1] smpboot: CPU0: {} (family: 0x6, model: 0x9e, stepping: 0x9)\n"
PARAMETERS = "/sys/module/kvm_intel/parameters/ept:Y\n/sys/module/kvm_intel/parameters/ple_gap:128\n"
XEN_CPUID = """Raw policy: 3 leaves, 0 MSRs
 CPUID:
  leaf     subleaf  -> eax      ebx      ecx      edx
  00000000:ffffffff -> 0000000d:756e6547:6c65746e:49656e69
  00000001:ffffffff -> 000806e9:00100800:7ffafbff:bfebfbff
  80000001:ffffffff -> 00000000:00000000:00000121:2c100800
PV Max policy: 1 leaves, 0 MSRs
  00000000:ffffffff -> 00000001:68747541:444d4163:69746e65
  80000000:ffffffff -> 80000008:68747541:444d4163:69746e65
"""


def features(*names: str, policy: str = "") -> str:
    return "\n      ".join(f"<feature{policy} name='{name}'/>" for name in names)


VMX = features("vme", "vmx")
GUESTS_VMX = features("ss", "vmx", "vmx-ept", "vmx-shadow-vmcs", policy=" policy='require'")


@pytest.mark.parametrize(("text", "part"), [
    (CAPABILITIES.format(vendor="Intel", features=VMX, domain="<domain type='qemu'/>"), "libvirt " + LISTED),
    (CAPABILITIES.format(vendor="Intel", features=VMX, domain="<domain type='kvm'/>"), "libvirt " + ENABLED),
    (DOMAIN_CAPABILITIES.format(domain="kvm", vendor="Intel", features=GUESTS_VMX), "libvirt " + ENABLED),
    (HWINFO.format("Present"), "HWiNFO " + LISTED),
    (HWINFO_HEAD + VPRO.format("Enabled"), "HWiNFO " + ENABLED),
    (HWINFO_HEAD + VPRO.format("Disabled"), "HWiNFO " + NOT_ENABLED),
    ("<TR><TD>Virtual Machine Extensions<TD>Present</TR>\n", "HWiNFO " + LISTED),
    ('"Virtual Machine Extensions","Present"\n', "HWiNFO " + LISTED),
    (CPUID.format(number=" 0", vmx="true"), "cpuid " + LISTED),
    (UTILITY.format("Yes"), "Intel's utility " + LISTED),
    (CHECKTOOL.format(vmx="*  Yes", enabled="*  Yes", hyperv="*  Yes"), "HAXM's checktool " + ENABLED),
    (CHECKTOOL.format(vmx="*  Yes", enabled="-  No", hyperv="*  Yes"), "HAXM's checktool " + NOT_ENABLED),
    (LSHW.format(vendor="Intel Corp.", vmx="vmx smx "), "lshw " + LISTED),
    (LSHW.format(vendor="Intel Corp.", vmx=""), "lshw " + UNLISTED),
    (LSHW.format(vendor="Advanced Micro Devices [AMD]", vmx="vmx "), "lshw " + UNLISTED),
    (SUSE.format("vmx,"), "hwinfo " + LISTED),
    (INXI.format("vmx"), "inxi " + LISTED),
    (INXI.format(""), "inxi " + UNLISTED),
    (OLD_INXI, "inxi " + LISTED),
    ("kvm_intel             282624  0\nkvm                   663552  1 kvm_intel\n", "lsmod " + ENABLED),
    (PARAMETERS, "kvm_intel's parameters " + ENABLED),
    ("Virtualization:                  VT-x\n", "lscpu " + LISTED),
    ("64-bit amd64 applications\n        vmx sse4.2 ssse3 cx16\n        cmov fpu\n", "illumos's isainfo " + LISTED),
    ("64-bit amd64 applications\n        sse4.2 ssse3 cx16\n        cmov fpu\n", "illumos's isainfo " + UNLISTED),
    (ESXI + "   HV Support: 3\n", "ESXi " + ENABLED),
    (ESXI + "   HV Support: 2\n", "ESXi " + NOT_ENABLED),
    (ESXI + "   HV Support: 0\n", "ESXi " + UNLISTED),
    ("         |----HV Support............................................3\n", "ESXi " + EITHER),
    ("  QEMU: Checking for hardware virtualization        : PASS\n", "virt-host-validate " + EITHER),
    ("  QEMU: Checking for hardware virtualization        : FAIL (Only emulated CPUs are available, slow)\n",
     "virt-host-validate " + UNLISTED),
    ("kern.hv_support: 1\n", "macOS's sysctl " + EITHER),
    ("kern.hv_support: 1\nmachdep.cpu.vendor: GenuineIntel\n", "macOS's sysctl " + ENABLED),
    ("KVM acceleration can be used\n" + SMPBOOT.format("Intel(R) Core(TM) i5-0000"), "kvm-ok " + ENABLED),
    ("[    9.1] kvm: disabled by bios\n", "VT-x or AMD-V is not enabled, but not which CPU this is"),
    ("VT-x is disabled in the BIOS. (VERR_VMX_MSR_VMX_DISABLED).\n", "VirtualBox " + NOT_ENABLED),
    ("VT-x is not available (VERR_VMX_NO_VMX)\n", "VirtualBox " + UNLISTED),
    ("This host supports Intel VT-x, but Intel VT-x is disabled.\n", "VMware " + NOT_ENABLED),
    ("Intel Virtualization Technology (VT-x) is not turned on.\n", "HAXM " + NOT_ENABLED),
])
def test_what_is_likely(check: Run, text: str, part: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == 3 and part in told.stdout, told.stdout + told.stderr
    assert told.stdout.endswith("RESULT: OBSERVED ERROR not-seen\n")


@pytest.mark.parametrize(("text", "status", "reason"), [
    (CPUID.format(number="", vmx="false"), 77, "no-vmx"),
    (CAPABILITIES.format(vendor="AMD", features=features("svm"), domain=""), 77, "no-vmx"),
    (SMPBOOT.format("Intel(R) Core(TM) i5-0000") + "[    9.1] kvm: disabled by bios\n", 4, "feature-control-locked-off"),
    (SMPBOOT.format("AMD Ryzen 5 0000") + "[    9.1] kvm: disabled by bios\n", 77, "no-vmx"),
    ("[    9.1] kvm: support for 'kvm_intel' disabled by bios\n", 4, "feature-control-locked-off"),
    ("[    9.1] kvm_intel: VMX not enabled (by BIOS) in MSR_IA32_FEAT_CTL on CPU 0\n", 4, "feature-control-locked-off"),
    ("VT-x is disabled in the BIOS for all CPU modes (VERR_VMX_MSR_ALL_VMX_DISABLED)\n", 4, "feature-control-locked-off"),
])
def test_what_decides(check: Run, text: str, status: int, reason: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == status and f" {reason}\n" in told.stdout, told.stdout + told.stderr


@pytest.mark.parametrize("text", [
    DOMAIN_CAPABILITIES.format(domain="kvm", vendor="Intel", features=features("ss", policy=" policy='require'")),
    DOMAIN_CAPABILITIES.format(domain="qemu", vendor="AMD", features=GUESTS_VMX),
], ids=["blockers", "emulated"])
def test_what_libvirt_says_of_others_is_no_feature_of_this_cpu(check: Run, text: str) -> None:
    """Blockers are what the CPU lacks; without KVM, the features and the vendor are those of QEMU's own CPU."""
    told = check("--from", "-", text=text)
    assert told.returncode == 3 and "VMX, but" not in told.stdout and "vmx-ept" not in told.stdout, told.stdout


def test_a_guests_capabilities_are_not_taken_for_the_hosts(check: Run) -> None:
    told = check("--from", "-", text=DOMAIN_CAPABILITIES.format(domain="kvm", vendor="Intel", features=GUESTS_VMX)).stdout
    assert "named by libvirt: vmx-ept\n" in told and "hypervisor" not in told


@pytest.mark.parametrize("text", [
    HWINFO.format("Not Present"), UTILITY.format("No"), CHECKTOOL.format(vmx="-  No", enabled="-  No", hyperv="-  No"),
])
def test_a_no_under_windows_may_be_its_hypervisors(check: Run, text: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == 3 and UNLISTED not in told.stdout and NOT_ENABLED not in told.stdout, told.stdout


def test_haxms_checktool_knows_of_hyper_v(check: Run) -> None:
    told = check("--from", "-", text=CHECKTOOL.format(vmx="-  No", enabled="-  No", hyperv="*  Yes"))
    assert "HAXM's checktool " + UNLISTED in told.stdout


@pytest.mark.parametrize(("text", "identity"), [
    (CPUID.format(number=" 0", vmx="true"), "family 6, model 158, stepping 9"),
    (HWINFO.format("Present"), "family 6, model 158, stepping 9"),
    (ESXI + "HV Support: 3\n", "family 6, model 94, stepping 3"),
    (CAPABILITIES.format(vendor="Intel", features=VMX, domain=""), "family 6, model 154, stepping 4"),
])
def test_the_cpu_is_named(check: Run, text: str, identity: str) -> None:
    assert identity in check("--from", "-", text=text).stdout


def test_a_model_in_hexadecimal_without_a_sign_names_no_cpu(check: Run) -> None:
    assert "model 97" not in check("--from", "-", text=UTILITY.format("Yes")).stdout


def test_xen_cpuid_shows_the_cpu_itself_first(check: Run) -> None:
    told = check("--from", "-", text=XEN_CPUID).stdout
    assert told.startswith("The CPU's vendor string is GenuineIntel.\nVMX is supported.\n") and "model 142" in told


def test_cpucontrol_names_the_subleaf(check: Run) -> None:
    text = "cpuid level 0x0: 0x0000000d 0x756e6547 0x6c65746e 0x49656e69\n" \
           "cpuid level 0x1: 0x000306d4 0x00100800 0x4dfaebbf 0xbfebfbff\n" \
           "cpuid level 0xb, level_type 0x1: 0x00000004 0x00000008 0x00000201 0x00000000\n" \
           "cpuid level 0xb, level_type 0x0: 0x00000001 0x00000002 0x00000100 0x00000005\n"
    assert "APIC ID 5" in check("--from", "-", text=text).stdout


@pytest.mark.parametrize("text", [
    "the flags have no vmx\n", "Flags of this CPU: none\nset vmx in the firmware\n", "Brand: AMD\n", "  *-cpu\n  vendor: AMD\n",
    "kvm_intel is not loaded\n", "grep: /sys/module/kvm_intel/parameters/nested: No such file or directory\n",
    "HV Support for all\n", "Checking for hardware virtualization\n", "<feature>vmx</feature>\n<p name='vmx'>\n",
    "Flags: bus master, fast devsel, latency 0\n",
])
def test_a_sentence_is_no_report(check: Run, text: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == 2 and "text without a CPUID or MSR value" in told.stderr, told.stdout


@pytest.mark.parametrize(("text", "named"), [
    (DEFINITION, "the definition of a virtual machine"),
    ("# dmidecode 3.4\nProcessor Information\n\tFlags:\n\t\tFPU (Floating-point unit on-chip)\n", "what dmidecode prints"),
    ("CPU_FLAGS_X86: aes avx avx2\n", "what cpuid2cpuflags prints"),
    ("Hardware Thread Topology\n", "what likwid-topology prints"),
])
def test_what_cannot_tell_is_named(check: Run, text: str, named: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == 2 and f"this is {named}" in told.stderr and "run cpuid -r" in told.stderr, told.stdout
