"""Takes every CPU into VMX operation in Bochs, with various numbers of CPUs, firmwares and CPU models."""

from boot_case import Case, bochs, boot_cases

from rootmode.machine import Machine


def _counted(cpus: int, door: str = "kernel") -> Case:
    """Return a boot with the Bochs BIOS, which locks IA32_FEATURE_CONTROL with VMX enabled."""
    all_cpus = "0" if cpus == 1 else f"0-{cpus - 1}"
    return Case(
        f"bochs-bios-{cpus}", bochs(cpus, door=door), "PASS", (cpus, cpus),
        facts=tuple(
            f"cpu {cpu}: IA32_FEATURE_CONTROL = 0x5: locked, VMX outside SMX on, VMX in SMX off"
            for cpu in range(cpus)
        ),
        absent=(r".*IA32_FEATURE_CONTROL after.*", r".*(warning|error): .*"),
        report=(
            {"kind": "machine", "cpus": str(cpus), "entered": str(cpus)},
            {"cpus": all_cpus, "result": "ok", "vmx": "1", "feature_control": "0x5", "vmxon": "succeeded"},
            {"msr": "0x480", "cpus": all_cpus},
        ),
    )


def _unlocked(name: str, machine: Machine, long: bool = False) -> Case:
    """Return a boot with SeaBIOS or OVMF, which do not write IA32_FEATURE_CONTROL: the kernel does, on every CPU."""
    cpus = machine.cpus
    facts = [
        rf"cpu {cpu}: IA32_FEATURE_CONTROL{when}"
        for cpu in range(cpus)
        for when in (" = 0x0: unlocked, VMX outside SMX off, .*", " after writing it = 0x[57]: locked, VMX outside SMX on, .*")
    ]
    return Case(name, machine, "PASS", (cpus, cpus), facts=tuple(facts), report=({"feature_control": "0x0"},), long=long)


def _model(model: str) -> Case:
    return Case(f"bochs-model-{model}", bochs(2, model=model), "PASS", (2, 2))


test_boot = boot_cases([
    _unlocked("bochs-uefi-4", bochs(4, "uefi"), long=True),
    _counted(14),
    _counted(8),
    _unlocked("bochs-uefi-1", bochs(1, "uefi"), long=True),  # test_prove.py has a UEFI with 2 CPUs
    _unlocked("bochs-seabios-2", bochs(2, "seabios")),  # no more CPUs, because SeaBIOS leaves the APs running arbitrary code
    _unlocked("bochs-seabios-1", bochs(1, "seabios")),
    _counted(4, door="iso"),
    _counted(2),
    _counted(1, door="iso"),
    _model("core2_penryn_t9600"),  # without TRUE controls: IA32_VMX_BASIC[55] is 0, and reading MSR 0x48D faults
    _model("bx_generic"),
    _model("corei7_sandy_bridge_2600k"),
    _model("corei7_haswell_4770"),
    _model("tigerlake"),
    _model("sapphire_rapids"),  # this and the next one need Bochs 3.0
    _model("arrow_lake"),
])
