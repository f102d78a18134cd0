"""Tests the kernel's command line, and each way in which a run can end."""

from typing import Any

import unlocked
from boot_case import Case, bochs, boot_cases, qemu


def _passes(name: str, cmdline: str, **more: Any) -> Case:
    return Case(name, bochs(2, cmdline=cmdline), "PASS", (2, 2), **more)


def _qemu(name: str, cmdline: str, result: str = "UNSUPPORTED no-vmx") -> Case:
    return Case(name, qemu(2, cmdline=cmdline), result, (0, 2))


test_boot = boot_cases([
    _passes("exit-by-default", ""),
    _passes("exit=halt", "exit=halt"),
    _passes("exit=reboot", "exit=reboot", events=("reset",)),
    _passes("exit=poweroff", "exit=poweroff"),
    _passes("exit=debug", "exit=debug"),
    _passes("verbose", "verbose exit=debug"),
    _passes(
        "malformed-options", "exit=debug cpus=none console=ttyS9",
        facts=(r"boot: warning: option cpus=none .*", r"boot: warning: option console=ttyS9 .*"),
    ),
    _passes(
        "unknown-options", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro exit=debug quiet",
        facts=(r"boot: warning: unknown options ignored: BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet",),
    ),
    _passes(
        "many-unknown-options", " ".join(["exit=debug", *(f"frobnicate{i}" for i in range(20)), 100 * "x"]),
        facts=(r"boot: warning: unknown options ignored:( frobnicate\d+){16} and 5 more",),
    ),
    # Unlocked, so that a kernel without this rule would write IA32_FEATURE_CONTROL.
    Case(
        "misspelt", bochs(2, cmdline="observ prove exit=debug", **unlocked.firmware()), "OBSERVED PASS", (0, 2),
        facts=(
            r"boot: warning: unknown option observ: did you mean observe\? .*",
            r"cpus? .*: IA32_FEATURE_CONTROL = 0x0: unlocked.*", r"vmx: no VMX setting was written.* misspelt.*",
        ),
        absent=(r".*VMXON succeeded.*", r".*IA32_FEATURE_CONTROL.*(written|after).*", r".*guest: .*"),
    ),
    Case(
        "observe", bochs(2, cmdline="observe exit=debug"), "OBSERVED PASS", (0, 2),
        facts=(r"cpu 0: IA32_FEATURE_CONTROL = 0x5: locked, .*", r"cpu 1: IA32_VMX_BASIC = .*"),
        absent=(r".*VMXON succeeded",),
    ),
    Case("cpus=1", bochs(2, cmdline="cpus=1 exit=debug"), "PASS", (1, 1)),
    _qemu("qemu-exit=halt", "exit=halt"),
    _qemu("qemu-exit=reboot", "exit=reboot"),
    _qemu("qemu-exit=poweroff", "exit=poweroff"),
    _qemu("qemu-observe", "observe exit=debug", "OBSERVED UNSUPPORTED no-vmx"),
])
