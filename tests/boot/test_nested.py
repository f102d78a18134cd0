"""Tests the VMX that KVM provides to its guests, on machines of several kinds.

If this host has KVM with nested VMX, the machines boot on it (test_boot_here). Otherwise KVM runs in
Bochs, and the machines of a group boot there one after the other (test_boot).
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from boot_case import Case, boot_cases, errors_said, judge
from selftest_results import selftest_faults

from rootmode import bochs_program, kvm, log, nested, nested_bochs, nested_linux, vehicles
from rootmode.machine import Machine, MachineError
from rootmode.nested import KVM_OFF, KVM_ON, Inner, NestedOutcome
from rootmode.nested_archive import File, Link, pack
from rootmode.nested_serial import Splitter, is_done
from rootmode.project import TOP

_KVM_REVISION = "0x11e57ed0"  # KVM's own, the same on every host CPU
_KVM_FEATURE_CONTROL = "0x100005"  # locked, VMX outside SMX, local machine checks
_UNDER_KVM = r"GenuineIntel, .*, hypervisor KVMKVMKVM.*"

_CHECK = TOP / "build" / "check" / "rootmode-check"

_PC = ("-machine", "pc")
_MACHINE = Machine(
    vehicle="nested", firmware="seabios", cpus=2, memory_mib=128, cmdline="exit=debug", timeout_s=90
)
_DIRECT = replace(_MACHINE, door="kernel")  # where no loader is tested
_PROVES = replace(_DIRECT, cpus=4, cmdline="prove exit=debug")
_MEASURED = r" alone( +[1-9]\d*){3}, together( +[1-9]\d*){3}"
_SELFTEST = replace(_DIRECT, cmdline="selftest exit=debug", timeout_s=400)
_RISKY = 29  # VM entries that are announced before they are tried
_NOT_KEPT = "VMWRITE does not keep the reserved bits"  # of access rights
_WITHOUT_EPT = f"{KVM_ON} ept=0"  # KVM does not use EPT, and provides none


def _for_each_cpu(machine: Machine, *facts: str) -> tuple[str, ...]:
    return tuple(f"cpu {cpu}: {fact}" for cpu in range(machine.cpus) for fact in facts)


def _enters(name: str, machine: Machine, guest: str = "64-bit with EPT") -> Case:
    """Return a boot in which every CPU enters KVM's VMX, and runs its guests if the command line has prove."""
    proves = "prove" in machine.cmdline.split()
    return Case(
        name, machine, "PASS", (machine.cpus, machine.cpus),
        facts=_for_each_cpu(
            machine, _UNDER_KVM,
            rf"IA32_FEATURE_CONTROL = {_KVM_FEATURE_CONTROL}: locked, VMX outside SMX on, .*",
            rf"IA32_VMX_BASIC = 0x[0-9a-f]+: revision identifier {_KVM_REVISION}, .*, write-back",
            *((rf"guest: {guest}: .*, all as expected",) if proves else ()),
        ),
    )


def _finds_none(name: str, machine: Machine) -> Case:
    """Return a boot without VMX from KVM: the log names the host hypervisor, and says what to change there."""
    return Case(
        name, machine, "UNSUPPORTED no-vmx", (0, machine.cpus),
        facts=_for_each_cpu(
            machine, _UNDER_KVM, r"CPUID\.1:ECX\.VMX\[5\] = 0", r"error: .*not (support|expose) VMX.*",
            r"hint: .*KVM virtual machine.*nested=1.*-cpu host.*",
        ),
        report=({"result": "no-vmx", "hypervisor": "KVMKVMKVM"},),
    )


@dataclass(frozen=True)
class Group:
    """Machines that boot in one Bochs. For `hidden`, kvm_intel is loaded with nested=0; for `without_ept`, with ept=0."""

    name: str
    model: str
    bochs_cpus: int
    cost: float  # approximate wall time in seconds
    shown: tuple[Case, ...]
    without_ept: tuple[Case, ...] = ()
    hidden: tuple[Case, ...] = ()


# Both inner CPUs share the only CPU of that Bochs, so a CPU that waits for the other must give up its time.
_BENCH = Case(
    "q35-2-bench", replace(_DIRECT, cmdline="bench exit=debug"), "PASS", (2, 2),
    facts=_for_each_cpu(_MACHINE, rf"bench: VMCALL:{_MEASURED}", rf"bench: EPT violation:{_MEASURED}"),
)

_SKYLAKE = Group(
    "nested-skylake", "corei7_skylake_x", bochs_cpus=1, cost=125,
    shown=(
        _enters("pc-1", replace(_MACHINE, cpus=1, vehicle_args=_PC)),
        _enters("q35-2", _MACHINE),
        _enters("q35-4-prove", _PROVES),
        _BENCH,
        _finds_none("cpu-without-vmx", replace(_DIRECT, model="host,-vmx")),
    ),
    without_ept=(_enters("q35-2-without-ept", replace(_PROVES, cpus=2), "64-bit without EPT"),),
    hidden=(_finds_none("kvm-without-nested", _DIRECT),),
)
_HASWELL = Group(
    "nested-haswell", "corei7_haswell_4770", bochs_cpus=2, cost=50,
    shown=(_enters("q35-4-prove", _PROVES),),
)
_UEFI = Group(
    "nested-uefi", "corei7_skylake_x", bochs_cpus=1, cost=80, shown=(_enters("uefi-2", replace(_MACHINE, firmware="uefi")),),
)
# Boots last, in each group: QEMU knows no such feature.
_REFUSED = replace(_DIRECT, model="host,vmxx=on")
_REFUSAL = "can't apply global host-x86_64-cpu.vmxx=on: Property 'host-x86_64-cpu.vmxx' not found"


@pytest.fixture
def in_bochs() -> None:
    """Skip the test if this host has nested VMX, or if it lacks what KVM in Bochs needs."""
    if not kvm.why_not():
        pytest.skip("this host has nested VMX: see test_boot_here")
    reason = nested.why_not() or ("" if _CHECK.is_file() else "make rootmode-check first")
    if not reason:
        try:
            nested_linux.prepare()
        except MachineError as error:
            reason = str(error)
    if reason:
        pytest.skip(f"no KVM in Bochs here: {reason}")


@pytest.mark.parametrize("case", [
    pytest.param(_SKYLAKE, id=_SKYLAKE.name),
    pytest.param(_HASWELL, id=_HASWELL.name, marks=pytest.mark.long),
    pytest.param(_UEFI, id=_UEFI.name, marks=pytest.mark.long),
])
def test_boot(case: Group, iso: Path, workdir: Path, in_bochs: None) -> None:
    inners = [Inner(one.machine) for one in case.shown]
    inners += [Inner(one.machine, _WITHOUT_EPT) for one in case.without_ept]
    inners += [Inner(one.machine, KVM_OFF) for one in case.hidden]
    inners.append(Inner(_REFUSED, inners[-1].kvm))
    outcomes = nested.run_many(
        inners, iso, workdir, lambda line: None, model=case.model, cpus=case.bochs_cpus, program=_CHECK
    )
    cases = (*case.shown, *case.without_ept, *case.hidden)
    faults = [
        f"{one.name}: {fault}"
        for one, outcome in zip(cases, outcomes[:-1], strict=True)
        for fault in _faults(one, outcome)
    ]
    faults += _refusal_faults(outcomes[-1], len(outcomes))
    faults += _check_is_right(workdir, iso, case.model)
    assert not faults, "\n  ".join([case.name, *faults, f"(the run's files: {workdir})"])
    (workdir / "cd.iso").unlink()


@pytest.mark.long
@pytest.mark.cost(180)
def test_selftest(iso: Path, workdir: Path, in_bochs: None) -> None:
    """The self-test ends, on both CPUs, and fails only in known checks. Each risky entry is announced first."""
    outcome = nested.run_many([Inner(_SELFTEST)], iso, workdir, lambda line: None)[0]
    case = Case("selftest", _SELFTEST, "PASS", (2, 2), facts=(r"vmx: self-test: ran on 2 of 2 CPUs",))
    parsed = log.parse(outcome.serial)
    faults = judge(case, outcome)
    faults += selftest_faults(parsed, f"kvm/bochs-{bochs_program.version()}", range(2), (_NOT_KEPT,))
    announced = [line for line in parsed.sentences("vmx") if line.startswith("self-test: next: ")]
    if len(set(announced)) != _RISKY:
        faults.append(f"expected {_RISKY} announcements, saw {announced}")
    assert not faults, "\n  ".join([*faults, f"(the run's files: {workdir})"])
    (workdir / "cd.iso").unlink()


def _faults(case: Case, outcome: NestedOutcome) -> list[str]:
    faults = [*judge(case, outcome), *_uncounted(case, outcome)]
    return [*faults, *errors_said(outcome)] if faults else []


def _refusal_faults(outcome: NestedOutcome, number: int) -> list[str]:
    """Check that a machine that the QEMU in Bochs refuses is named, with the cause."""
    try:
        nested.cause_of_end(outcome, number)
    except MachineError as error:
        said = str(error)
        return [] if said == f"the QEMU in Bochs refuses this machine: {_REFUSAL}" else [f"of the refused machine: {said}"]
    return [f"the refused machine ended by {outcome.ended}, status {outcome.status}"]


def _check_is_right(workdir: Path, iso: Path, model: str) -> list[str]:
    """Check that rootmode-check, with a real msr driver, reads the same MSRs as the kernel on this CPU model."""
    said, status = nested_bochs.said_by_program(workdir)
    kernels = workdir / "kernel-alone"
    kernels.mkdir(exist_ok=True)
    machine = Machine(cpus=1, model=model, cmdline="observe exit=debug", door="kernel")
    alone = vehicles.run(machine, iso, kernels, lambda line: None)
    seen, expected = (sorted(re.findall(r"^msr=(\S+) .*value=(\S+)$", text, re.MULTILINE)) for text in (said, alone.serial))
    faults = [] if status == 0 else [f"rootmode-check: status {status}"]
    if not expected or seen != expected:
        faults.append(f"rootmode-check: MSRs: expected {expected}, saw {seen}")
    if "IA32_FEATURE_CONTROL = 0x5: locked" not in said or "RESULT: OBSERVED PASS" not in said:
        faults.append(f"rootmode-check said: {said}")
    return faults


def _uncounted(case: Case, outcome: NestedOutcome) -> list[str]:
    """Check that every run has KVM's counters, and that they show VM entries exactly if guests ran."""
    before, total = outcome.counts_before.get("exits", 0), outcome.counts.get("exits", 0)
    entries = outcome.counts.get("nested_run", 0)
    faults = [] if 0 < before < total else [f"KVM counted {before} exits before the log, {total} in all"]
    if (entries > 0) != bool({"prove", "bench"} & set(case.machine.cmdline.split())):
        faults.append(f"KVM counted {entries} entries to guests of the kernel")
    return faults


# kvm_intel has the host's parameters there, so the machines that need others are left out.
test_boot_here = boot_cases([
    replace(case, name=f"here-{case.name}", machine=replace(case.machine, vehicle="kvm"))
    for case in (*_SKYLAKE.shown, *_UEFI.shown)
])


def test_sections_are_cut_apart() -> None:
    serial = [
        "before all", "== BEGIN 01", "firmware", "", "RESULT: PASS", "", "== KVM-BEFORE exits=7",
        "== KVM-TOTAL exits=9 io_exits=1", "", "== END 01 status=33", "between", "== BEGIN 02",
        "half a li",
    ]
    splitter = Splitter()
    own = [line for one in serial for line in splitter.take(one)]
    first, second = splitter.sections
    assert own == ["firmware", "", "RESULT: PASS", "half a li"]
    assert first.lines == ["firmware", "", "RESULT: PASS"]
    assert (first.status, first.counts_before) == (33, {"exits": 7})
    assert first.counts == {"exits": 9, "io_exits": 1}
    assert (second.lines, second.status, second.counts) == (["half a li"], None, {})
    assert is_done("== DONE") and not is_done("== BEGIN 01")


@pytest.mark.parametrize("said, cause", [
    pytest.param(
        "qemu-system-x86_64: warning: host doesn't support requested feature: CPUID.01H:ECX.x [bit 1]\n"
        "qemu-system-x86_64: can't apply global host-x86_64-cpu.vmxx=on: Property 'host-x86_64-cpu.vmxx' not found\n",
        "can't apply global host-x86_64-cpu.vmxx=on: Property 'host-x86_64-cpu.vmxx' not found", id="wrong-feature"),
    pytest.param(
        "insmod: can't insert '/modules/kvm-intel.ko': Operation not supported\n",
        "insmod: can't insert '/modules/kvm-intel.ko': Operation not supported", id="no-kvm"),
    pytest.param("", "", id="nothing-said"),
])
def test_why_an_inner_machine_ended(said: str, cause: str) -> None:
    linux = f"run 01: qemu-system-x86_64 -cpu x \r\n{said}run 01: status 1, 9.5 s after Linux began\r\nkvm: other\r\n"
    assert nested_bochs.why_machine_ended(linux, 1) == cause
    assert nested_bochs.why_machine_ended(linux, 2) == ""


def test_a_panic_of_linux_is_the_cause() -> None:
    linux = "[    1.5] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n[    1.6] CPU: 0\r\n"
    assert nested_bochs.why_machine_ended(linux, 1) == "Linux panicked: VFS: Unable to mount root fs"


def test_a_cpu_model_that_qemu_lacks_is_refused_before_bochs_starts(iso: Path, workdir: Path) -> None:
    _skip_unless_nested_in_bochs()
    with pytest.raises(MachineError, match="QEMU has no CPU model '8086': qemu-system-x86_64 -cpu help lists them"):
        vehicles.run(replace(_DIRECT, model="8086,vmx=on"), iso, workdir, lambda line: None)
    assert not (workdir / "linux.txt").exists()


def _skip_unless_nested_in_bochs() -> None:
    if vehicles.why_not("nested") or not kvm.why_not():
        pytest.skip(f"no Bochs with KVM in it here: {vehicles.why_not('nested') or 'this host has nested VMX'}")


def test_archive_is_one_that_cpio_reads() -> None:
    packed = pack({"bin/a": File(b"12345", is_program=True), "bin/b": Link("a")}, ["proc"])
    assert len(packed) % 4 == 0
    names = [b"bin\0", b"proc\0", b"bin/a\0", b"bin/b\0", b"TRAILER!!!\0"]
    at = [packed.index(name) for name in names]
    assert at == sorted(at)
    size = packed[at[2] - 56:at[2] - 48]
    assert size == b"00000005" and packed[at[2] - 110:].startswith(b"070701")
    assert b"12345" in packed[at[2] + 6:at[3]]
