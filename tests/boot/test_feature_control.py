"""Boots with values of IA32_FEATURE_CONTROL that firmware may leave, which a loader writes on the BSP."""

import unlocked
from boot_case import Case, bochs, boot_cases
from spoiled import spoiled

from rootmode.machine import Machine


def _written(value: int, cmdline: str = "exit=debug") -> Machine:
    """Return two CPUs with the register unlocked, except on the BSP, where the loader writes it."""
    return spoiled(f"fc={value:#x}", 2, cmdline, **unlocked.firmware())


def _written_by_grub(value: int) -> Machine:
    return bochs(2, "seabios", grub_lines=("insmod wrmsr", f"wrmsr 0x3a {value:#x}"))


_UNTOUCHED_AP = (
    r"cpu 1: IA32_FEATURE_CONTROL = 0x0: unlocked, .*",
    r"cpu 1: IA32_FEATURE_CONTROL after writing it = 0x[57]: locked, VMX outside SMX on, .*",
)

test_boot = boot_cases([
    Case(
        "locked-off", _written(0x1), "BLOCKED feature-control-locked-off", (1, 2),
        facts=(
            r"cpu 0: IA32_FEATURE_CONTROL = 0x1: locked, VMX outside SMX off, VMX in SMX off",
            r"cpu 0: error: .*locked.*", r"cpu 0: hint: .*", *_UNTOUCHED_AP,
        ),
        absent=(r"cpu 0: .*VMXON succeeded", r"cpu 0: IA32_FEATURE_CONTROL after.*"),
        report=(
            {"cpus": "0", "result": "feature-control-locked-off", "feature_control": "0x1"},
            {"cpus": "1", "result": "ok", "feature_control": "0x0", "vmxon": "succeeded"},
        ),
    ),
    Case(
        "smx-only", _written(0x3), "BLOCKED feature-control-smx-only", (1, 2),
        facts=(
            r"cpu 0: IA32_FEATURE_CONTROL = 0x3: locked, VMX outside SMX off, VMX in SMX on",
            r"cpu 0: error: .*SMX.*", r"cpu 0: hint: .*", *_UNTOUCHED_AP,
        ),
        absent=(r"cpu 0: .*VMXON succeeded",),
        report=({"cpus": "0", "result": "feature-control-smx-only", "feature_control": "0x3"},),
    ),
    Case(
        "set-but-unlocked", _written(0x4), "PASS", (2, 2),
        facts=(
            r"cpu 0: IA32_FEATURE_CONTROL = 0x4: unlocked, VMX outside SMX on, VMX in SMX off",
            r"cpu 0: IA32_FEATURE_CONTROL after writing it = 0x[57]: locked, .*", *_UNTOUCHED_AP,
        ),
    ),
    Case(
        "locked-on-by-grub", _written_by_grub(0x5), "PASS", (2, 2),
        facts=(r"cpu 0: IA32_FEATURE_CONTROL = 0x5: locked, .*", *_UNTOUCHED_AP),
        absent=(r"cpu 0: IA32_FEATURE_CONTROL after.*",),
    ),
    Case(
        "observe-unlocked", _written(0x0, "observe exit=debug"), "OBSERVED PASS", (0, 2),
        facts=(r"cpu 0: IA32_FEATURE_CONTROL = 0x0: .*", r"cpu 1: IA32_FEATURE_CONTROL = 0x0: .*"),
        absent=(r".*IA32_FEATURE_CONTROL after.*", r".*VMXON succeeded"),
    ),
    Case(
        "observe-locked-off", _written(0x1, "observe exit=debug"),
        "OBSERVED BLOCKED feature-control-locked-off", (0, 2),
        facts=(r"cpu 0: error: .*locked.*",),
        absent=(r".*IA32_FEATURE_CONTROL after.*", r".*VMXON succeeded"),
    ),
])
