"""Boots from states that firmware may leave, made by the loader in spoil/: each boot ends with the right verdict."""

import re
import shutil
import subprocess

from boot_case import Case, boot_cases
from spoiled import fine, spoiled, spoiled_qemu

DOZING_IPS = 5_000_000  # slow enough for the BSP to sleep while it waits by the clock


def _qemu_major() -> int:
    """Return QEMU's major version; 0 without QEMU."""
    if not shutil.which("qemu-system-x86_64"):
        return 0
    said = subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    found = re.search(r"version (\d+)", said)
    return int(found[1]) if found else 0


# The log of a QEMU where INIT leaves a local APIC disabled: 7.2 does, 10.0 does not.
AP_APIC_OFF = (r"cpus 1-2: warning: its local APIC is disabled in IA32_APIC_BASE, .*",) if _qemu_major() < 10 else ()


def _interrupts(name: str, words: str, fact: str, cpus: int = 2) -> Case:
    """Return a boot with interrupts from devices. The bench sleeps, so it takes those that are still pending."""
    return Case(
        f"state-{name}", spoiled(words, cpus, "exit=debug prove bench", ips=DOZING_IPS), "PASS", (cpus, cpus),
        facts=(f"cpu {fact}: acknowledged",),
    )


IN_SERVICE = "warning: interrupts left in service:"

test_boot = boot_cases([
    fine("none", "none", absent=(r".*(warning|error): .*",)),
    fine("vmxe", "cr4=0x2000"),
    fine("direction", "df"),
    fine("x2apic", "x2apic", report=({"apic": "x2apic", "apic_found": "x2apic"},)),
    fine("apic-disabled-by-software", "svr-off"),
    fine("priority", "tpr=0xFF"),
    fine("pic", "pic"),
    fine("timer", "lapic-timer"),
    fine("aps-started", "ap-started", 4),
    _interrupts("in-service-f0", "isr=0xF0", rf"0: {IN_SERVICE} 1, pending: 0, the highest with vector 0xf0"),
    _interrupts("in-service-f1", "isr=0xF1", rf"0: {IN_SERVICE} 1, pending: 0, the highest with vector 0xf1"),
    _interrupts("in-service-ff", "isr=0xFF", rf"0: {IN_SERVICE} 1, pending: 0, the highest with vector 0xff"),
    _interrupts("in-service-many", "isr=0x30 isr=0x80 isr=0xF0", rf"0: {IN_SERVICE} 3, .* 0xf0"),
    _interrupts("pending-ff", "irr=0xFF", rf"0: {IN_SERVICE} 0, pending: 1, .* 0xff"),
    _interrupts("pending-f1", "irr=0xF1", rf"0: {IN_SERVICE} 0, pending: 1, .* 0xf1"),
    _interrupts("timer-f8", "lapic-timer=0xF8", rf"0: {IN_SERVICE} 0, pending: 1, .* 0xf8"),
    _interrupts("io-apic-to-an-ap", "ioapic=0xF8:1", r"1: warning: interrupts that rootmode did not ask for: [0-9]+, .* 0xf8"),
    _interrupts("io-apic-to-the-bsp", "ioapic=0xF8:0", r"0: warning: interrupts that rootmode did not ask for: [0-9]+, .* 0xf8"),
    fine(
        "ap-without-mtrrs", "ap-msr=0x2FF:0",
        facts=(
            r"cpu 1: warning: unlike cpu 0: IA32_MTRR_DEF_TYPE = 0x0, lacks bits 0xc06",
            r"cpu 1: warning: its MTRRs are disabled, .*",
        ),
    ),
    fine(
        "ap-with-another-pat", "ap-msr=0x277:0x0007010600070106 ap-msr=0x201:0",
        facts=(
            r"cpu 1: warning: unlike cpu 0: IA32_PAT = 0x7010600070106, .*",
            r"cpu 1: warning: unlike cpu 0: IA32_MTRR_PHYSMASK0 = 0x0, lacks bits 0x[0-9a-f]+",
        ),
        report=({"msr": "0x201", "cpus": "1", "value": "0x0"},),
    ),
    fine(
        "ap-with-caches-disabled", "cr0-clear=0x60000000",
        facts=(r"cpu 1: warning: CR0 = 0x60000010 at the first instruction: the caches were disabled \(CD\): enabled",),
    ),
    Case(
        "state-ap-in-vmx", spoiled("ap-vmx"), "FAIL ap-timeout", (1, 2),
        facts=(
            r"cpu 1: error: APIC ID 1 did not start after INIT-SIPI-SIPI",
            r"cpu 1: hint: .* left it in VMX operation, where INIT is blocked: .*",
        ),
    ),
    Case(
        "state-ap-in-vmx-after-kexec", spoiled("ap-vmx loader=kexec", cmdline="/boot/rootmode.elf exit=debug prove"),
        "FAIL ap-timeout", (1, 2),
        facts=(
            r"cpu 1: error: APIC ID 1 ignores INIT: Linux left it in VMX root operation, or it does not exist",
            r"cpu 1: hint: .* before the next kexec, unload what uses VMX .*",
        ),
        absent=(r"boot: warning: unknown options .*",),
    ),
    Case(
        "state-apic-off", spoiled("apic-off"), "FAIL apic-disabled", (1, 2),
        facts=(
            r"smp: warning: the local APIC is disabled in IA32_APIC_BASE, and enabling it has no effect: .*",
            r"cpu 0: .*VMXON succeeded", r"cpu 1: error: the BSP's local APIC is disabled.*", r"cpu 1: hint: .*reset.*",
        ),
        absent=(r"smp: .*trampoline.*",),
        report=({"apic": "disabled", "apic_found": "disabled"},),
    ),
    Case(
        "state-apic-absent", spoiled_qemu("none", model="qemu64,-apic"), "FAIL apic-disabled", (0, 2),
        facts=(r"smp: warning: the local APIC is absent: .*", r"cpu 1: error: the BSP's local APIC is .*absent, .*"),
        absent=(r"smp: .*trampoline.*",),
        report=({"apic": "none", "apic_found": "none"},),
    ),
    Case(
        "state-ap-apic-off", spoiled_qemu("ap-msr=0x1B:0xFEE00000", 3), "UNSUPPORTED no-vmx", (0, 3),
        facts=AP_APIC_OFF,
    ),
    Case(
        "state-apic-off-without-x2apic", spoiled("apic-off", model="core2_penryn_t9600"), "FAIL apic-disabled", (1, 2),
        facts=(r"cpu 0: .*APIC ID 0.*",),
    ),
])
