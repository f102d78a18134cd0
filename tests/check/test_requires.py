"""--requires: the VMX capabilities that a hypervisor, or a file of names, requires."""

import json
from pathlib import Path

import pytest
from computers import dump, intel
from program import Run

WITHOUT_EPT = intel(5, {0x48B: 0x5FBCFD00000000})


@pytest.mark.parametrize("name", ["rootmode", "kvm", "kvm-ept", "kvm-unrestricted", "hyper-v", "xen",
                                  "xen-hap", "bhyve", "sel4", "acrn"])
def test_a_cpu_that_has_all(check: Run, name: str) -> None:
    told = check("--from", "-", "--requires", name, text=dump(intel()))
    assert told.returncode == 0
    assert told.stdout.endswith(f"requires: {name}: every CPU has what it requires\n")


def test_what_is_lacking_is_named_for_the_cpus_that_lack_it(check: Run) -> None:
    told = check("--from", "-", "--caps", "-R", "kvm-unrestricted", text=dump(intel(), WITHOUT_EPT, WITHOUT_EPT))
    assert told.returncode == 1
    assert told.stdout.endswith("requires: cpus 1-2 lack vmx-ept\n"
                                "requires: kvm-unrestricted: not every CPU has what it requires\n")
    assert "cpu 0: caps: enough-for-kvm-ept=on\n" in told.stdout
    assert "cpus 1-2: caps: enough-for-kvm-ept=off, lacks vmx-ept\n" in told.stdout


def test_quiet_only_sets_the_status(check: Run) -> None:
    for name, status in (("kvm-ept", 1), ("kvm", 0)):
        told = check("-q", "--from", "-", "-R", name, text=dump(WITHOUT_EPT))
        assert (told.returncode, told.stdout) == (status, "")


def test_what_was_not_read_is_not_lacking(check: Run) -> None:
    cpu = intel()
    del cpu.msrs[0x48C]
    told = check("--from", "-", "-R", "kvm-ept", text=dump(cpu))
    assert told.returncode == 3 and "lack" not in told.stdout
    assert "requires: cpu 0: not known, since its MSR was not read: vmx-page-walk-4\n" in told.stdout
    assert told.stdout.endswith("requires: kvm-ept: not known whether every CPU has what it requires\n")
    assert check("--from", "-", "-R", "kvm", text=dump(cpu)).returncode == 0


def test_a_verdict_that_is_worse_remains(check: Run) -> None:
    assert check("--from", "-", "-R", "hvci", text=dump(intel(1))).returncode == 4


def test_a_file_of_names(check: Run, tmp_path: Path) -> None:
    path = tmp_path / "needs"
    path.write_text("# ours\n\n  vmx-ept\nvmx-vpid  \r\n")
    assert check("--from", "-", "-R", path, text=dump(intel())).returncode == 0
    path.write_text("vmx-ept\nvmx-epd\n")
    told = check("--from", "-", "-R", path, text=dump(intel()))
    assert told.returncode == 2 and f"{path}:2: no VMX capability has the name vmx-epd (see --caps)" in told.stderr
    path.write_text("# nothing\n")
    assert check("--from", "-", "-R", path, text=dump(intel())).returncode == 2


def test_neither_a_profile_nor_a_file(check: Run) -> None:
    told = check("--from", "-", "-R", "kvm-epd", text=dump(intel()))
    assert told.returncode == 2
    assert "--requires kvm-epd: no such profile, and no file: No such file or directory" in told.stderr
    assert "profiles: rootmode kvm kvm-ept " in told.stderr
    assert all(line.startswith("rootmode-check: ") for line in told.stderr.splitlines())


@pytest.mark.parametrize("other", ["--json", "--record"])
def test_what_it_cannot_be_combined_with(check: Run, other: str) -> None:
    assert check("-R", "kvm", other).returncode == 2


# What a dump lacks, a capability that only this MSR has, and a profile that requires it.
UNREAD = [
    (0x480, "vmx-ins-outs", "kvm-ept"), (0x481, "vmx-vnmi", "sel4"), (0x482, "vmx-hlt-exit", "kvm"),
    (0x483, "host-address-space-size", "sel4"), (0x484, "vmx-entry-load-efer", "bhyve"), (0x485, "vmx-activity-hlt", "jailhouse"),
    (0x48B, "vmx-ept", "hyper-v"), (0x48C, "vmx-page-walk-4", "kvm-ept"), (0x491, "vmx-eptp-switching", "introspection-ve"),
]


@pytest.mark.parametrize("msr, name, profile", UNREAD, ids=[f"{msr:#x}" for msr, *_ in UNREAD])
def test_the_capabilities_of_an_msr_that_a_dump_lacks_are_unknown(check: Run, msr: int, name: str, profile: str) -> None:
    cpu = intel()
    if 0x481 <= msr <= 0x484:
        del cpu.msrs[msr + 0xC]  # the TRUE one has the same
    del cpu.msrs[msr]
    told = check("--from", "-", "--caps", text=dump(cpu)).stdout
    if msr == 0x480:  # without it there are no capabilities at all
        assert "caps: " not in told
        return
    assert f"caps: {name}=unknown\n" in told and f"caps: {name}=off" not in told
    assert f"caps: enough-for-{profile}=" in told and f"enough-for-{profile}=on" not in told
    lacks = [line for line in told.splitlines() if f"enough-for-{profile}=" in line]
    assert name not in lacks[0].split("not read:")[0], lacks
    answer = json.loads(check("--json", "--caps", "--from", "-", text=dump(cpu)).stdout)
    assert answer["cpus"][0]["caps"][name] == {"has": False, "state": "unknown"}


def test_what_hangs_on_an_msr_that_a_dump_lacks_is_unknown_too(check: Run) -> None:
    """Without the secondary controls nobody knows whether there are EPT's capabilities, read or not."""
    cpu = intel()
    for msr in (0x48B, 0x48C, 0x491):
        del cpu.msrs[msr]
    told = check("--from", "-", "--caps", "-R", "kvm-ept", text=dump(cpu))
    assert "caps: vmx-page-walk-4=unknown\n" in told.stdout and "caps: vmx-eptp-switching=unknown\n" in told.stdout
    assert "IA32_VMX_EPT_VPID_CAP was not read\n" in told.stdout
    assert told.returncode == 3 and "lack" not in told.stdout.split("requires: ", 1)[1]


def test_an_msr_that_a_cpu_does_not_have_is_no_gap(check: Run) -> None:
    told = check("--from", "-", "--caps", text=dump(intel())).stdout
    assert "=unknown" not in told and "caps: IA32_VMX_PROCBASED_CTLS3 does not exist\n" in told


def test_only_the_true_msr_says_whether_cr3_can_be_loaded_without_an_exit(check: Run) -> None:
    cpu = intel()
    del cpu.msrs[0x48E]
    told = check("--from", "-", "--caps", text=dump(cpu)).stdout
    assert "caps: vmx-cr3-load-noexit=unknown\n" in told and "caps: vmx-hlt-exit=on, optional\n" in told
