"""Logs of runs that did more than enter: the proof, the self-test and the bench in a REPORT block."""

import json
import re
import zlib
from pathlib import Path

import pytest
from computers import RUNS, block, log
from program import Run

PROVED = log("runs/prove")
every_run = pytest.mark.parametrize("path", RUNS, ids=[path.stem for path in RUNS])

CPU = "vendor=GenuineIntel signature=0x50654 vmx=1 smx=0 feature_control=0x5"
ENTERED = f"{CPU} vmxon=succeeded cr0=0x80010031 cr4=0x2020"
NEVER_SEEN = "did not start after"
STARTS, ENTERS = "hint: this CPU starts, but then hangs", "hint: this CPU can enter VMX operation"

# Of a CPU that did not come back: what the block says of it; what is told of it, and the hint.
TIMEOUTS = {
    "silent": ("", NEVER_SEEN, "hint: the firmware lists a CPU that does not start"),
    "seen-in-part": (CPU, "APIC ID 0 started, but hung before VMXON completed", STARTS),
    "seen": ("vendor=AuthenticAMD signature=0x800f11 vmx=0 smx=0",
             "APIC ID 0 started, but hung after reading CPUID and MSRs", STARTS),
    "entered": (ENTERED, "APIC ID 0 entered VMX operation, but hung later", ENTERS),
    "in-the-self-test": (f"{ENTERED} selftest_ok=0 selftest_not_ok=0 selftest_skipped=0",
                         "hung in the self-test", ENTERS),
    "after-the-self-test": (f"{ENTERED} selftest_ok=140 selftest_not_ok=2 selftest_skipped=3",
                            "but hung later", ENTERS),
    "before-all-was-proved": (f"{ENTERED} proved=0 ept=1 long_exits=3 real_exits=0",
                              "hung before its guests finished", ENTERS),
    "after-a-proof": (f"{ENTERED} proved=2 ept=1 long_exits=8 real_exits=5", "but hung later", ENTERS),
}


def report(line: str) -> str:
    """A REPORT block alone, of one CPU, as the kernel would write it."""
    entered = "vmxon=succeeded" in line
    lines = (f"machine cpus=1 entered={entered:d} left=0 memory=267972608 image=0x200000 apic=x2apic clock=pm-timer "
             f"tsc_khz=50000\ncpus=0 apic_ids=0 {line}\n")
    return f"REPORT 1 lines=2\n{lines}END crc32={zlib.crc32(lines.encode()):#010x}\n"


def _told(text: str) -> str:
    """The block that the program prints for a log: without the CRC of lines that it does not print."""
    return re.sub(" text_crc=.*", "", block(text), count=1)


@every_run
def test_a_run_is_told_again_without_loss(check: Run, path: Path) -> None:
    text = path.read_text()
    result = check("--from", path)
    assert block(result.stdout) == _told(text)
    assert result.returncode == 0 and "log: warning" not in result.stdout


@every_run
def test_so_is_its_block_alone(check: Run, path: Path) -> None:
    text = path.read_text()
    result = check("--from", "-", text=text[text.index("REPORT"):])
    assert block(result.stdout) == _told(text)
    assert result.returncode == 0 and "log: warning" not in result.stdout


def test_no_line_of_a_long_log_is_missing_from_its_json(check: Run) -> None:
    lines = "".join(f"[    0.020000] vmx: line {number} {'x' * 80}\n" for number in range(20000))
    first, rest = PROVED.split("\n", 1)
    result = check("--json", "--from", "-", text=f"{first}\n{lines}{rest}")
    told = json.loads(result.stdout)["narrative"]
    assert [line for line in told if "vmx: line " in line] == [line[15:] for line in lines.splitlines()]


def test_the_runs_hold_a_proof_a_selftest_and_a_bench() -> None:
    assert "proved=1 ept=1 long_exits=8 real_exits=5" in block(PROVED)
    everything = block(log("runs/prove_selftest_bench"))
    assert "selftest_ok=" in everything and everything.count("\nbench cpus=") == 8


def test_the_guests_are_told_of_by_the_block_as_by_the_log(check: Run) -> None:
    told = check("--from", "-", text=block(PROVED) + "\nRESULT: PASS\n").stdout
    guests = re.findall(r"cpu 0: (guest: .*\n)", PROVED)
    assert len(guests) == 2 and all(f"cpus 0-1: {guest}" in told for guest in guests)
    told = check("--verbose", "--from", "-", text=block(PROVED) + "\nRESULT: PASS\n").stdout
    guests = re.findall(r"cpu \d: guest: .*\n", PROVED)
    assert len(guests) == 4 and all(guest in told for guest in guests)


@pytest.mark.parametrize("code", ["vmcs", "vm-controls", "vm-entry", "vm-exit"])
@pytest.mark.parametrize("ept", [0, 1])
def test_of_a_proof_that_failed_no_more_is_told_than_the_block_holds(check: Run, code: str, ept: int) -> None:
    text = report(f"result={code} {ENTERED} proved=0 ept={ept} long_exits=3 real_exits=0")
    result = check("--from", "-", text=text)
    assert result.returncode == 1 and block(result.stdout) == text.strip()
    assert f"cpu 0: error: a guest failed: {code}\n" in result.stdout
    assert "as expected" not in result.stdout and "EPT" not in result.stdout and "guest: " not in result.stdout


@pytest.mark.parametrize("code", ["vmxoff-failed", "not-finished", "panic", "exception", "ap-timeout"])
def test_guests_are_not_told_of_where_their_end_is_not_known(check: Run, code: str) -> None:
    text = report(f"result={code} {ENTERED} proved=1 ept=1 long_exits=2 real_exits=5")
    result = check("--from", "-", text=text)
    assert block(result.stdout) == text.strip() and "guest: " not in result.stdout


@pytest.mark.parametrize("name", TIMEOUTS)
def test_a_cpu_that_did_not_come_back_has_come_as_far_as_the_block_says(check: Run, name: str) -> None:
    said, told, hint = TIMEOUTS[name]
    text = report(f"result=ap-timeout {said}".rstrip())
    result = check("--from", "-", text=text)
    assert result.returncode == 1 and block(result.stdout) == text.strip()
    assert told in result.stdout and hint in result.stdout
    assert (NEVER_SEEN in result.stdout) == (name == "silent")


@pytest.mark.parametrize(("old", "new"), [
    ("long_exits=8", "long_exits=264"), ("selftest_ok=140", "selftest_ok=many"), ("bench cpus=1", "bench cpus=2"),
    ("bench cpus=0", "bench cpus=x"), ("alone_min=", "alone_min=x"), ("together_p99=", "together_p99=4294967296"),
])
def test_a_damaged_value_is_warned_of(check: Run, old: str, new: str) -> None:
    text = log("runs/prove_selftest_bench")
    assert old in text
    assert "log: warning: malformed line: " in check("--from", "-", text=text.replace(old, new, 1)).stdout


def test_an_exit_that_only_a_newer_kernel_measures_is_passed_over(check: Run) -> None:
    text = log("runs/prove_selftest_bench").replace("exit=hlt", "exit=novel news_min=1")
    assert "malformed line" not in check("--from", "-", text=text).stdout
