"""kexec: Debian's Linux loads the kernel, and leaves the machine to it as it is; by examples/fleet/kexec-now, too."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from boot_case import Case, judge

from rootmode import bochs, nested_bochs, nested_kexec, nested_linux, process, qemu
from rootmode.image import kernel_beside
from rootmode.machine import Machine, MachineError, Outcome
from rootmode.nested_archive import File, pack
from rootmode.project import TOP

_CMDLINE = "prove exit=debug"
_LINUX = "linux.txt"
_KERNEL = "runs/rootmode.elf"

# A virtual machine that exists keeps VMX on, on every CPU.
_WITH_KVM = """\
insmod /modules/kvm-intel.ko nested=1
qemu-system-x86_64 -machine none -accel kvm -display none -serial none -S &
vmx=
while [ -z "$vmx" ]; do
    for machine in /sys/kernel/debug/kvm/*-*; do
        [ -d "$machine" ] && vmx=on
    done
    busybox sleep 1
done
echo "a virtual machine runs"
"""
# By the example for fleets; and with options that it does not have.
_SCRIPT = "runs/kexec-now"
_BY_SCRIPT = f"""\
sh /{_SCRIPT} /runs/none.elf
sh /{_SCRIPT} /{_KERNEL} "{_CMDLINE}"
"""
_LOADS = rf"^kexec-now: /{_KERNEL} is loaded, and starts with: {_CMDLINE}$"
_KEXEC = f"""\
kexec -c -l /{_KERNEL} {{options}} --command-line="{_CMDLINE}"
echo "kexec -l: $?"
kexec -e
"""
_LOADED = rf'rootmode: rootmode .*at 0x[0-9a-f]+, loaded by kexec \S+, command line "/{_KERNEL} {_CMDLINE}"'
_RSDP = "acpi: the loader passed no RSDP: using the one that the firmware has in memory"
_NOT_KNOWN = r"boot: warning: unknown options ignored: .*"


@pytest.fixture(scope="module")
def kexec() -> dict[str, File]:
    """kexec and its libraries, by path."""
    reason = nested_linux.why_not()
    if not reason:
        try:
            nested_linux.prepare()
            return nested_kexec.files()
        except MachineError as error:
            reason = str(error)
    pytest.skip(f"no Linux with kexec here: {reason}")


def _program(options: str = "", before: str = "") -> bytes:
    return f"#!/bin/sh\n{before}{_KEXEC.format(options=options) if options else _BY_SCRIPT}".encode()


def _said_by_linux(workdir: Path) -> str:
    return (workdir / _LINUX).read_text("utf-8", "replace").replace("\r", "")


def _files(kexec: dict[str, File], iso: Path) -> dict[str, File]:
    script = TOP / "examples" / "fleet" / "kexec-now"
    return {_KERNEL: File(kernel_beside(iso).read_bytes()), _SCRIPT: File(script.read_bytes()), **kexec}


@pytest.mark.long
@pytest.mark.cost(60)
def test_linux_with_kvm_on_two_cpus_in_bochs(kexec: dict[str, File], iso: Path, workdir: Path) -> None:
    """KVM has VMX on when Linux leaves; both CPUs are started again, and enter."""
    if bochs.why_not():
        pytest.skip(f"no bochs here: {bochs.why_not()}")
    outcome = nested_bochs.run_program(_program(before=_WITH_KVM), _files(kexec, iso), workdir, cpus=2)
    case = Case(
        "kexec-bochs", Machine(cpus=2, cmdline=_CMDLINE), "PASS", (2, 2), facts=(_LOADED, _RSDP), absent=(_NOT_KNOWN,),
    )
    assert judge(case, outcome) == [], f"the run's files: {workdir}"
    said = _said_by_linux(workdir)
    assert re.search(r"^a virtual machine runs$", said, re.MULTILINE) and re.search(_LOADS, said, re.MULTILINE)


@dataclass(frozen=True)
class _Qemu:
    """A kexec under QEMU, without VMX, and what comes of it."""

    result: str
    firmware: str = "bios"
    options: str = ""
    facts: tuple[str, ...] = ()
    count: tuple[int, int] = (0, 2)


_QEMU = {
    "bios": _Qemu("UNSUPPORTED no-vmx", facts=(_LOADED, _RSDP)),
    "uefi": _Qemu("UNSUPPORTED no-vmx", "uefi", facts=(_LOADED, _RSDP)),
    "module": _Qemu("UNSUPPORTED no-vmx", options=f"--module=/{_KERNEL}", facts=(_LOADED,)),
    "elf-type": _Qemu(
        "ERROR not-multiboot2", options="--type=elf-x86_64", count=(0, 1), facts=(r"boot: hint: .*kexec --type=multiboot2-x86",),
    ),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.long] if name == "uefi" else []) for name in _QEMU])
def test_linux_in_qemu(name: str, kexec: dict[str, File], iso: Path, workdir: Path) -> None:
    if qemu.why_not():
        pytest.skip(qemu.why_not())
    one = _QEMU[name]
    machine = Machine(
        vehicle="qemu", firmware=one.firmware, cpus=2, memory_mib=512,
        cmdline="" if "ERROR" in one.result else _CMDLINE,  # it is not read then
        vehicle_args=("-serial", f"file:{_LINUX}"), timeout_s=120,
    )
    outcome = _run_in_qemu(machine, nested_bochs.program(_program(one.options)) | _files(kexec, iso), workdir)
    case = Case(name, machine, one.result, one.count, one.facts, absent=(_NOT_KNOWN,))
    assert judge(case, outcome) == [], f"the run's files: {workdir}"
    said = _said_by_linux(workdir)
    assert re.search(r"^kexec -l: 0$" if one.options else _LOADS, said, re.MULTILINE)
    assert one.options or "kexec-now: cannot read /runs/none.elf: copy build/rootmode.elf there\n" in said


def _run_in_qemu(machine: Machine, runs: dict[str, File], workdir: Path) -> Outcome:
    linux = nested_linux.prepare()
    initrd = workdir / "initrd"
    initrd.write_bytes(pack(runs) + linux.initrd.read_bytes())
    boot = ["-kernel", str(linux.kernel), "-initrd", str(initrd), "-append", "console=ttyS1 quiet panic=-1"]
    outcome = process.run(qemu.command(machine, boot), workdir, lambda line: None, machine.timeout_s, halts=machine.halts)
    initrd.unlink()
    return outcome
