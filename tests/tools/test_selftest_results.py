"""tools/selftest-results: the tables of the self-test's results."""

import subprocess
from pathlib import Path

import pytest

from rootmode.project import TOP

TOOL = TOP / "tools" / "selftest-results"
CHECK = TOP / "build" / "check" / "rootmode-check"
KTAP = [
    "KTAP version 1", "1..1", "    KTAP version 1", "    # Subtest: cpu 0", "    1..3", "    ok 1 a",
    "    not ok 2 entry to SMM from outside it", "    # expected: success", "    # seen: VM exit 10 (CPUID)",
    "    ok 3 c # SKIP needs vmx-ept", "    # Totals: pass:1 fail:1 skip:1 error:0", "not ok 1 cpu 0",
]


def _table(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOL, "table", folder], capture_output=True, text=True, check=False)


def _keep(folder: Path, name: str, lines: list[str]) -> None:
    path = folder / f"{name}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"[    0.001000] {line}\n" for line in lines), "ascii")


@pytest.mark.skipif(not CHECK.is_file(), reason="make rootmode-check first")
def test_each_machine_is_counted_and_each_failure_has_a_cause(tmp_path: Path) -> None:
    ktap = [f"ktap: {line}" for line in KTAP]
    _keep(tmp_path, "bochs-2.7/tigerlake", ["cpus 0-1: caps: vmx-ept=on", *ktap])
    _keep(tmp_path, "bochs-2.7/corei3_cnl", ktap)
    said = _table(tmp_path)
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert lines[2:4] == [
        "| bochs-2.7/corei3_cnl | 0 | 0 | 1 | 1 | 1 | 1/1/1 |", "| bochs-2.7/tigerlake | 1 | 0 | 1 | 1 | 1 | 1/1/1 |",
    ]
    assert "| entry to SMM from outside it | bochs-2.7: all | VMenterLoadCheckVmControls" in said.stdout
    assert lines[-1] == "| vmx-ept | bochs-2.7: all |"


@pytest.mark.skipif(not CHECK.is_file(), reason="make rootmode-check first")
def test_a_failure_without_a_known_cause_is_shown(tmp_path: Path) -> None:
    _keep(tmp_path, "real/cpu", [f"ktap: {line}" for line in KTAP])
    said = _table(tmp_path)
    assert said.returncode == 1
    assert "| entry to SMM from outside it | real: cpu | **not known** |" in said.stdout


def test_wrong_usage() -> None:
    assert subprocess.run([TOOL, "table"], capture_output=True, check=False).returncode == 2
