"""Logs of our own kernel on every CPU model that the emulator has."""

import json
from pathlib import Path

import pytest
from computers import LOGS, Cpu, block, cpu_of, dump, msrs_of
from program import Run

RESULTS = {"ok": 0, "no-vmx": 77}
every_log = pytest.mark.parametrize("path", LOGS, ids=[path.stem for path in LOGS])


def test_every_model_is_there() -> None:
    with_vmx = {path.stem for path in LOGS if cpu_of(path.read_text())["vmx"] == "1"}
    assert len(with_vmx) >= 11 and len(LOGS) - len(with_vmx) >= 2


@every_log
def test_a_log_is_told_again_without_loss(check: Run, path: Path) -> None:
    """The block that comes out is the one that went in, checksum and all; nothing is odd about it."""
    text = path.read_text()
    result = check("--from", path)
    assert block(result.stdout) == block(text)
    assert result.returncode == RESULTS[cpu_of(text)["result"]]
    assert result.stdout.splitlines()[-1] == text.splitlines()[-1]
    assert result.stderr == "" and "log: warning" not in result.stdout


@every_log
def test_the_first_lines_say_who_and_whether(check: Run, path: Path) -> None:
    cpu = cpu_of(path.read_text())
    lines = check("--from", path).stdout.splitlines()
    assert lines[0] == f"The CPU's vendor string is {cpu['vendor']}."
    assert lines[1] == ("VMX is supported." if cpu["vmx"] == "1" else "VMX is not supported.")


@every_log
def test_its_lines_for_people_are_shown_without_times(check: Run, path: Path) -> None:
    shown = check("--from", path).stdout.splitlines()
    for line in path.read_text().splitlines():
        if line.startswith("["):
            assert line.split("] ", 1)[1] in shown


@every_log
def test_without_its_lines_for_people_they_are_made_from_the_block(check: Run, path: Path) -> None:
    text = path.read_text()
    bare = "".join(line + "\n" for line in text.splitlines() if not line.startswith("["))
    result = check("--from", "-", text=bare)
    assert block(result.stdout) == block(text)
    assert f"cpu 0: CPUID.1:ECX.VMX[5] = {cpu_of(text)['vmx']}\n" in result.stdout


@every_log
def test_a_dump_of_the_same_cpu_leads_to_the_registers_that_the_kernel_had(check: Run, path: Path) -> None:
    """What would be loaded into CR0 and CR4, by the dump, is what was loaded, by the log."""
    cpu, msrs = cpu_of(path.read_text()), msrs_of(path.read_text())
    if cpu["vmx"] == "0":
        pytest.skip("no VMX, no plan")
    raw = Cpu(cpu["vendor"], int(cpu["signature"], 16), msrs={0x3A: int(cpu["feature_control"], 16), **msrs})
    result = check("--from", "-", text=dump(raw))
    assert result.returncode == 0
    assert f"load CR0 = {cpu['cr0']} and CR4 = {cpu['cr4']}\n" in result.stdout
    assert "cpu 0: VMXON would succeed: all its conditions hold\n" in result.stdout
    assert result.stdout.endswith("RESULT: OBSERVED PASS\n")
    assert msrs_of(result.stdout) == msrs


@every_log
def test_json_says_the_same(check: Run, path: Path) -> None:
    text = path.read_text()
    result = check("--json", "--caps", "--from", path)
    told = json.loads(result.stdout)
    cpu, seen = cpu_of(text), told["cpus"][0]
    assert told["origin"] == "log" and told["exit_status"] == result.returncode
    assert (seen["vendor"], seen["signature"], seen["result"]) == (cpu["vendor"], cpu["signature"], cpu["result"])
    assert sorted(int(value, 16) for value in seen["msrs"].values()) == sorted(msrs_of(text).values())
    assert seen["brand"] in text
    assert bool(seen["caps"]) == seen["vmx"]


def test_caps_of_a_cpu_with_and_without_ept(check: Run) -> None:
    logs = {path.stem: path for path in LOGS}
    new = check("--caps", "--from", logs["tigerlake"]).stdout
    old = check("--caps", "--from", logs["core2_penryn_t9600"]).stdout
    assert "vmx-ept=on" in new and "vmx-ept=off" in old
    assert check("--caps", "--from", logs["ryzen"]).returncode == 77


def test_a_bit_that_has_no_name_is_printed_by_its_number(check: Run) -> None:
    recorded = msrs_of({path.stem: path for path in LOGS}["tigerlake"].read_text())
    text = dump(Cpu(msrs={0x3A: 5, **recorded, 0x48B: recorded[0x48B] | 1 << (32 + 29)}))
    assert "caps: unknown-IA32_VMX_PROCBASED_CTLS2[29]=on\n" in check("--caps", "--from", "-", text=text).stdout
    told = json.loads(check("--json", "--caps", "--from", "-", text=text).stdout)
    assert told["cpus"][0]["unknown_caps"] == ["IA32_VMX_PROCBASED_CTLS2[29]"]
