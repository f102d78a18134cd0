"""Boots CPUs without VMX in Bochs: the log has what was found, a hint, and UNSUPPORTED."""

from boot_case import Case, bochs, boot_cases


def _no_vmx(model: str, vendor: str, cpus: int = 2) -> Case:
    facts = [
        rf"cpu {cpu}: {sentence}"
        for cpu in range(cpus)
        for sentence in (rf"{vendor}, .*", r"CPUID\.1:ECX\.VMX\[5\] = 0", r"error: .*not (support|expose) VMX.*", r"hint: .*")
    ]
    return Case(
        f"no-vmx-{model}", bochs(cpus, model=model), "UNSUPPORTED no-vmx", (0, cpus), facts=tuple(facts),
        absent=(r".*VMXON.*", r".*IA32_FEATURE_CONTROL.*"),
        report=({"result": "no-vmx", "vendor": vendor, "vmx": "0"},),
    )


def _no_long_mode(model: str) -> Case:
    """Return a boot that halts after its verdict: the kernel does not read the command line, so there is nothing to wait for."""
    return Case(
        f"no-long-mode-{model}", bochs(1, cmdline="exit=halt", model=model), "UNSUPPORTED no-long-mode", (0, 1),
        facts=(r"cpu 0: error: .*64-bit.*", r"cpu 0: hint: .*"),
    )


test_boot = boot_cases([
    _no_vmx("ryzen", "AuthenticAMD"),
    _no_vmx("phenom_8650_toliman", "AuthenticAMD"),
    _no_vmx("p4_prescott_celeron_336", "GenuineIntel"),
    _no_long_mode("p4_willamette"),
    _no_long_mode("p3_katmai"),
])
