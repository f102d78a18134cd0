"""On this host, whatever it is, and on computers of our making."""

import errno
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from computers import Cpu, block, dump, intel
from program import Result, Run

INTEL_LINUX = {
    "/sys/devices/system/cpu/online": "0-1\n",
    "/proc/meminfo": "MemTotal:        1000 kB\nMemFree: 1 kB\n",
    "/proc/cpuinfo": "processor : 0\nflags\t\t: fpu vmx smx\nvmx flags\t: vnmi ept\n",
}
TWO = dump(intel(), intel(apic_id=2))


def flags_of_this_host() -> set[str]:
    return set(of_this_host("flags").split())


def of_this_host(name: str) -> str:
    """What the host's Linux says of its first CPU."""
    found = re.search(rf"^{name}\s*: (.*)$", Path("/proc/cpuinfo").read_text("utf-8"), re.M)
    assert found, name
    return found[1]


def check_host(result: Result) -> None:
    """What has to be said, whatever this host is."""
    lines = result.stdout.splitlines()
    assert lines[0] == f"The CPU's vendor string is {of_this_host('vendor_id')}."
    assert lines[1] in ("VMX is supported.", "VMX is not supported.")
    if "vmx" in flags_of_this_host():
        assert lines[1] == "VMX is supported."
    else:
        assert result.returncode in (77, 4, 3)
    assert f"machine cpus={os.cpu_count()} entered=0 left=0 " in block(result.stdout)
    assert lines[-1].startswith("RESULT: OBSERVED ")


def test_this_host(check: Run) -> None:
    check_host(check())


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv")
def test_this_host_as_nobody(check: Run) -> None:
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    check_host(check(before=nobody))


def test_this_host_recorded_says_the_same(check: Run, tmp_path: Path) -> None:
    recorded = check("--record")
    (tmp_path / "dump").write_text(recorded.stdout)
    live, again = json.loads(check("--json").stdout), json.loads(check("--json", "--from", tmp_path / "dump").stdout)
    assert again["cpus"] == live["cpus"] and again["verdict"] == live["verdict"]


def test_without_sys_no_cpu_is_left_out(fake: Run) -> None:
    count = os.sysconf("SC_NPROCESSORS_ONLN")
    cpus = [intel(apic_id=cpu) for cpu in range(count)]
    files = {path: text for path, text in INTEL_LINUX.items() if not path.startswith("/sys/")}
    assert f"machine cpus={count} " in block(fake(dump(*cpus), files=files).stdout)


def test_json_of_this_host(check: Run) -> None:
    told = json.loads(check("--json", "--caps").stdout)
    assert told["origin"] == "live" and len(told["cpus"]) == os.cpu_count()
    assert told["host"]["kvm"] == Path("/dev/kvm").exists()


def test_all_is_seen_with_the_msr_driver(fake: Run) -> None:
    result = fake(TWO, files=INTEL_LINUX)
    assert result.returncode == 0
    assert "answer: rootmode would take every CPU into VMX root operation" in result.stdout
    assert "not read" not in result.stdout and "not examined" not in result.stdout
    assert "cpus=0-1 apic_ids=0,2 result=ok" in result.stdout and "memory=1024000 " in result.stdout


@pytest.mark.parametrize(("error", "who", "hint"), [
    (errno.ENOENT, {}, "load the msr driver: modprobe msr"),
    (errno.ENOENT, {"FAKE_NOT_ROOT": "1"}, "sudo modprobe msr; sudo rootmode-check"),
    (errno.EACCES, {"FAKE_NOT_ROOT": "1"}, "run as root: sudo rootmode-check"),
    (errno.EPERM, {}, "CAP_SYS_RAWIO is missing"),
    (errno.EIO, {}, "see dmesg"),
])
def test_what_is_not_seen_and_what_to_do(fake: Run, error: int, who: dict[str, str], hint: str) -> None:
    result = fake(TWO, files=INTEL_LINUX, FAKE_MSR_ERRNO=str(error), **who)
    assert result.returncode == 3
    assert "VMX is supported.\n" in result.stdout
    assert "cpus 0-1: not read: IA32_FEATURE_CONTROL, the VMX capability MSRs" in result.stdout
    assert f"(/dev/cpu/0/msr: {os.strerror(error)})" in result.stdout
    assert hint in result.stdout
    assert result.stdout.endswith("RESULT: OBSERVED ERROR not-seen\n")


@pytest.mark.parametrize(("flags", "answer"), [
    ("flags\t: fpu vmx smx\nvmx flags\t: ept\n", "it most likely would: Linux has checked the MSRs"),
    ("flags\t: fpu vmx\n", "does not check whether the firmware disabled it"),
    ("flags\t: fpu smx vmxx\n", "it most likely would not: Linux does not list vmx"),
])
def test_without_msrs_linux_is_asked(fake: Run, flags: str, answer: str) -> None:
    result = fake(TWO, files=INTEL_LINUX | {"/proc/cpuinfo": flags}, FAKE_MSR_ERRNO=str(errno.EACCES))
    assert answer in result.stdout


def test_without_vmx_nothing_hangs_on_the_msrs(fake: Run) -> None:
    amd = Cpu("AuthenticAMD", 0x800F11, vmx=False)
    result = fake(dump(amd, amd), files=INTEL_LINUX, FAKE_MSR_ERRNO=str(errno.ENOENT))
    assert result.returncode == 77 and "nothing else needs the MSRs here" in result.stdout
    assert "modprobe msr" not in result.stdout


def test_a_cpu_that_cannot_be_gone_to(fake: Run) -> None:
    result = fake(TWO, files=INTEL_LINUX, FAKE_AFFINITY_ERRNO=str(errno.EINVAL))
    assert result.returncode == 3
    assert "cpu 1: not examined: this process may not run on it" in result.stdout
    assert "cpus=1 apic_ids=1 result=not-seen\n" in result.stdout


def test_cpus_that_are_offline_leave_gaps(fake: Run) -> None:
    text = dump(intel(), intel(apic_id=6), numbers=(0, 3))
    result = fake(text, files=INTEL_LINUX | {"/sys/devices/system/cpu/online": "0,3\n"})
    assert result.returncode == 0 and "cpus 0-1: numbered 0,3 under Linux" in result.stdout


def test_an_msr_that_faults_is_a_fault_and_not_unseen(fake: Run) -> None:
    result = fake(dump(intel(None)), files=INTEL_LINUX | {"/sys/devices/system/cpu/online": "0\n"})
    assert result.returncode == 1 and "feature_control=fault" in result.stdout


@pytest.mark.parametrize(("files", "who", "sentence"), [
    ({}, {}, "/dev/kvm is not present"),
    ({"/dev/kvm": ""}, {}, "/dev/kvm is available to this user"),
    ({"/dev/kvm": ""}, {"FAKE_KVM_FORBIDDEN": "1"}, "/dev/kvm is present, but not accessible to this user"),
    ({"/sys/module/kvm_intel/parameters/nested": "Y\n"}, {}, "kvm_intel is loaded with nested virtualization on"),
    ({"/sys/module/kvm_intel/parameters/nested": "N\n"}, {}, "modprobe kvm_intel nested=1"),
    ({"/sys/module/kvm_amd/parameters/nested": "1\n"}, {}, "SVM, not VMX"),
    ({}, {}, "neither kvm_intel nor kvm_amd is loaded"),
])
def test_kvm(fake: Run, files: dict[str, str], who: dict[str, str], sentence: str) -> None:
    assert sentence in fake(TWO, files=INTEL_LINUX | files, **who).stdout


def test_a_record_holds_what_was_read(fake: Run) -> None:
    recorded = fake(TWO, "--record", files=INTEL_LINUX)
    assert recorded.returncode == 0
    assert fake(recorded.stdout, "--record", files=INTEL_LINUX).stdout == recorded.stdout


def test_a_record_without_msrs_says_so_beside_it(fake: Run) -> None:
    recorded = fake(TWO, "--record", files=INTEL_LINUX, FAKE_MSR_ERRNO=str(errno.EACCES))
    assert recorded.returncode == 3 and "not read" in recorded.stderr and "not read" not in recorded.stdout
