"""Outputs of other programs in the shapes that public examples of November 2026 have: docs/tools.md says where those are.

The texts are our own. Only labels and layout, which a reader must know, are those of the programs.
"""

import pytest
from program import Run

ENABLED = "says that VMX is supported and enabled, so it most likely would"
LISTED = "lists VMX, but does not say whether the firmware enables it"
NOT_ENABLED = "says that VMX is not enabled"

OPENBSD = """cpu0 at mainbus0: apid 0 (boot processor)
cpu0: Intel(R) Core(TM) i5-0000 CPU @ 3.00GHz, 3000.11 MHz, 06-3a-09, patch 00000021
cpu0: cpuid 1 edx=bfebfbff<FPU,VME,DE> ecx=77bae3ff<SSE3,DS-CPL{vmx},SMX>
cpu0: cpuid 80000001 edx=28100800<NXE,RDTSCP,LONG> ecx=1<LAHF>
cpu1: cpuid 1 edx=bfebfbff<FPU,VME,DE> ecx=77bae3ff<SSE3,DS-CPL,VMX,SMX>
"""
OLD_OPENBSD = """cpu0: Intel(R) Atom(TM) CPU N000 @ 1.50GHz, 1500.11 MHz, 06-1c-0a, patch 00000107
cpu0: FPU,VME,DE,SSE3,DS-CPL,EST,LAHF,LONG,SENSOR
"""
NETBSD = """cpu0: "Intel Xeon 00xx"
cpu0: family 0x6 model 0x17 stepping 0x6 (id 0x10676)
cpu0: features1 0xce3bd<SSE3,DTES64,MONITOR,DS-CPL,VMX,EST>
cpu0: features1 0xce3bd<PDCM,DCA,SSE41>
cpu0: features2 0x20100800<SYSCALL/SYSRET,XD,EM64T>
"""
MACOS = """machdep.cpu.vendor: GenuineIntel
machdep.cpu.signature: {signature}
machdep.cpu.brand_string: Intel(R) Core(TM) i7-0000 CPU @ 2.20GHz
machdep.cpu.features: FPU VME MON DSCPL {vmx} EST TM2
machdep.cpu.extfeatures: SYSCALL XD EM64T LAHF
"""
COREINFO = """Intel(R) Core(TM) i5-0000 CPU @ 2.50GHz
Intel64 Family 6 Model 142 Stepping 9, GenuineIntel
Microcode signature: 000000B4
HYPERVISOR      {hypervisor}       Hypervisor is present
VMX             {vmx}       Supports Intel hardware-assisted virtualization
EPT             {vmx}       Supports Intel extended page tables (SLAT)
URG             {vmx}       Supports Intel unrestricted guest
X64             *       Supports 64-bit mode
"""
PROCESSOR = "VirtualizationFirmwareEnabled{0}{1}\nVMMonitorModeExtensions{0}{2}\n"
WINDOWS = {
    "english": "Hyper-V Requirements:      VM Monitor Mode Extensions: Yes\n    Virtualization Enabled In Firmware: {}\n",
    "msinfo32": "Hyper-V - VM Monitor Mode Extensions\tYes\nHyper-V - Virtualization Enabled in Firmware\t{}\n",
    "german": "Anforderungen für Hyper-V:   Erweiterungen für den VM-Überwachungsmodus: Ja\n"
              "    Virtualisierung in Firmware aktiviert: {}\n",
    "french": "Configuration requise pour Hyper-V:  Extensions de mode du moniteur d’ordinateur virtuel\xa0: Oui\n"
              "    Virtualisation activée dans le microprogramme\xa0: {}\n",
    "spanish": "Requisitos Hyper-V: Extensiones de modo de monitor de VM: Sí\n"
               "    Se habilitó la virtualización en el firmware: {}\n",
    "portuguese": "Requisitos do Hyper-V:  Extensão de Modo de Monitor VM: Sim\n"
                  "    Virtualização Habilitada no Firmware: {}\n",
    "russian": "Требования Hyper-V:   Расширения режима мониторинга виртуальной машины: Да\n"
               "    Виртуализация включена во встроенном ПО: {}\n",
    "chinese": "Hyper-V 要求:     虚拟机监视器模式扩展: 是\n    固件中已启用虚拟化: {}\n",
    "japanese": "Hyper-V の要件: VM モニター モード拡張機能: はい\n    ファームウェアで仮想化が有効になっています: {}\n",
}
ANSWERS = {"english": ("Yes", "No"), "msinfo32": ("Yes", "No"), "german": ("Ja", "Nein"), "french": ("Oui", "Non"),
           "spanish": ("Sí", "No"), "portuguese": ("Sim", "Não"), "russian": ("Да", "Нет"), "chinese": ("是", "否"),
           "japanese": ("はい", "いいえ")}
LSCPU = '{{\n   "lscpu": [\n      {{"field": "Vendor ID:", "data": "GenuineIntel"}},\n      {0}\n   ]\n}}\n'
JSON_FLAGS = ['{"field": "Flags:", "data": "fpu lm vmx"}', '{\n "field": "Flags:",\n "data": "fpu lm vmx"\n }']


@pytest.mark.parametrize(("text", "part"), [
    (OPENBSD.format(vmx=",VMX"), "OpenBSD's dmesg " + LISTED),
    (OPENBSD.format(vmx=",VMX") + "vmm0 at mainbus0: VMX/EPT\n", "OpenBSD's dmesg " + ENABLED),
    (NETBSD, "NetBSD's dmesg " + LISTED),
    (MACOS.format(signature=526570, vmx="VMX"), "macOS's sysctl " + LISTED),
    (COREINFO.format(hypervisor="-", vmx="*"), "Coreinfo " + LISTED),
    (PROCESSOR.format("=", "TRUE", "TRUE"), "Win32_Processor " + ENABLED),
    (PROCESSOR.format("  : ", "False", "True"), "Win32_Processor " + NOT_ENABLED),
    *[(LSCPU.format(flags), "lscpu " + LISTED) for flags in JSON_FLAGS],
    *[(text.format(ANSWERS[name][0]), "systeminfo " + ENABLED) for name, text in WINDOWS.items()],
    *[(text.format(ANSWERS[name][1]), "systeminfo " + NOT_ENABLED) for name, text in WINDOWS.items()],
])
def test_what_is_likely(check: Run, text: str, part: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == 3 and part in told.stdout, told.stdout + told.stderr
    assert told.stdout.endswith("RESULT: OBSERVED ERROR not-seen\n")


@pytest.mark.parametrize("text", [
    OPENBSD.format(vmx=""), OLD_OPENBSD, MACOS.format(signature=526570, vmx="EST"),
    COREINFO.format(hypervisor="-", vmx="-"),
], ids=["openbsd", "openbsd-old", "macos", "coreinfo"])
def test_a_cpu_without_vmx(check: Run, text: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == 77 and told.stdout.endswith("RESULT: OBSERVED UNSUPPORTED no-vmx\n"), told.stdout


@pytest.mark.parametrize("text", [
    COREINFO.format(hypervisor="*", vmx="-"),
    PROCESSOR.format(" : ", "False", "False"),
    PROCESSOR.format(" : ", "False", "False") + "HypervisorPresent : True\n",
    "HyperVisorPresent                                 : True\nHyperVRequirementVMMonitorModeExtensions          :\n",
    "Hyper-V Requirements: A hypervisor has been detected. Features required for Hyper-V will not be displayed.\n",
    "Hyper-V 要求:     已检测到虚拟机监控程序。将不显示 Hyper-V 所需的功能。\n",
    "Exigences Hyper-V : Un hyperviseur a été détecté. Les fonctionnalités requises pour Hyper-V ne seront pas affichées.\n",
    "Requisitos Hyper-V:   Se detectó un hipervisor. No se mostrarán las características necesarias para Hyper-V.\n",
], ids=["coreinfo", "win32", "win32-present", "computer-info", "systeminfo", "chinese", "french", "spanish"])
def test_windows_under_a_hypervisor_denies_what_it_cannot_see(check: Run, text: str) -> None:
    """Virtualization-based security is one. A "no" is none then."""
    told = check("--from", "-", text=text)
    assert told.returncode == 3 and "no-vmx" not in told.stdout and NOT_ENABLED not in told.stdout, told.stdout


def test_win32_processor_without_a_hypervisor_is_believed(check: Run) -> None:
    told = check("--from", "-", text=PROCESSOR.format(" : ", "False", "False") + "HypervisorPresent : False\n")
    assert "Win32_Processor does not list VMX" in told.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp850"])
@pytest.mark.parametrize("name", ["german", "french", "spanish", "portuguese"])
def test_the_encodings_of_windows(check: Run, name: str, encoding: str) -> None:
    text = WINDOWS[name].format(ANSWERS[name][1]).replace("’", "'")
    told = check("--from", "-", text=text.encode(encoding))
    assert "systeminfo " + NOT_ENABLED in told.stdout, told.stdout + told.stderr


@pytest.mark.parametrize("text", [
    "[CHIPSEC] CPU0: RDMSR( 0x3a ) = 0000000000000001 (EAX=00000001, EDX=00000000)\n",
    "[cpu0] RDMSR( 0x3a ): EAX = 0x00000001, EDX = 0x00000000\n",
    "1: kd> rdmsr 3a\nmsr[3a] = 00000000`00000001\n",
    "MSR 0x3a: 0x00000000 0x00000001\n",
], ids=["chipsec", "chipsec-old", "windbg", "cpucontrol"])
def test_the_value_of_an_msr(check: Run, text: str) -> None:
    told = check("--from", "-", text=text)
    assert "cpu 0: IA32_FEATURE_CONTROL = 0x1: locked, VMX outside SMX off" in told.stdout


def test_what_coreinfo_and_openbsd_say_of_the_cpu(check: Run) -> None:
    told = check("--from", "-", "-R", "hyper-v", text=COREINFO.format(hypervisor="-", vmx="*")).stdout
    assert "GenuineIntel, no brand string, family 6, model 142, stepping 9" in told
    assert "named by Coreinfo: vmx-ept, vmx-unrestricted-guest" in told and "every CPU has what it requires" in told
    told = check("--from", "-", text=OPENBSD.format(vmx=",VMX")).stdout
    assert "GenuineIntel, Intel(R) Core(TM) i5-0000 CPU @ 3.00GHz, family 6, model 58, stepping 9" in told


@pytest.mark.parametrize(("text", "named"), [
    ("Available CPUs:\nx86 Some-Model\n\nRecognized CPUID flags:\n  vmx vmx-ept\n", "what QEMU's -cpu help prints"),
    ("HWiNFO64 Version 0\n\nVMX\tSupported\n", "a report of HWiNFO"),
])
def test_what_says_nothing_of_a_computer_is_named(check: Run, text: str, named: str) -> None:
    told = check("--from", "-", text=text)
    assert told.returncode == 2 and f"this is {named}" in told.stderr
