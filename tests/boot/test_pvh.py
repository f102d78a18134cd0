"""Tests the PVH entry: QEMU's -kernel starts the kernel without GRUB, on machines with and without firmware."""

from pathlib import Path

from boot_case import Case, boot_cases, qemu, skip_unless_possible

from rootmode import log, vehicles
from rootmode.machine import Machine


# The TSC rate may be unknown: on a busy host, TCG's timers and its TSC disagree.
_ODD = r"(?!boot: warning: (the )?time-stamp counter).*warning.*"


_MP_TABLE = r"smp: warning: without ACPI, the list of CPUs is the MP table's, .*: CPUs enabled: {}, not enabled: 0"


def _direct(machine: str, cpus: int = 2, cmdline: str = "exit=debug", model: str = "") -> Machine:
    # The firmware of microvm halts if the machine has a VGA.
    vga = ("-vga", "none") if machine.startswith("microvm") else ()
    return qemu(cpus, cmdline=cmdline, door="kernel", model=model, vehicle_args=("-machine", machine, *vga))


def _counted(machine: str, cpus: int) -> Case:
    name = machine.replace(",", "-").replace("=", "-")
    return Case(
        f"pvh-{name}-{cpus}", _direct(machine, cpus), "UNSUPPORTED no-vmx", (0, cpus),
        facts=(r'rootmode: rootmode \S+ at 0x200000, loaded by a PVH loader, command line "exit=debug"',
               "boot: 255 MiB of memory", f"acpi: MADT: CPUs enabled: {cpus}, not enabled: 0"),
        absent=(_ODD,),
    )


test_boot = boot_cases([
    _counted("q35", 1),
    _counted("q35", 8),
    _counted("pc", 2),
    _counted("microvm", 1),
    _counted("microvm", 4),
    _counted("microvm,pic=off,pit=off,rtc=off", 2),
    *(
        Case(
            f"pvh-{machine}-acpi-off-{cpus}", _direct(f"{machine},acpi=off", cpus), "UNSUPPORTED no-vmx", (0, cpus),
            facts=("acpi: warning: .*no RSDP.*", _MP_TABLE.format(cpus)),
        )
        for machine, cpus in (("microvm", 1), ("microvm", 4))
    ),
    Case("pvh-no-long-mode", _direct("q35", model="qemu32"), "UNSUPPORTED no-long-mode", (0, 1)),
    Case(
        "pvh-no-command-line", qemu(1, cmdline="", door="kernel"), "UNSUPPORTED no-vmx", (0, 1),
        facts=('rootmode: .*, command line ""',),
    ),
])


def test_exit_status_alone_has_the_verdict(iso: Path, workdir: Path) -> None:
    """A microVM without a serial port has no console at all."""
    machine = _direct("microvm,isa-serial=off")
    skip_unless_possible(machine)
    outcome = vehicles.run(machine, iso, workdir, lambda line: None)
    assert (outcome.serial, outcome.ended) == ("", "exited")
    assert outcome.status == 2 * log.DEBUG_EXIT_VALUES["UNSUPPORTED"] + 1
