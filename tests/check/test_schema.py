"""--json against docs/rootmode-check.schema.json, for every log and dump that there is."""

import json
from pathlib import Path

import jsonschema
import pytest
from computers import LOGS, RUNS, Cpu, dump, intel
from program import Run

from rootmode.project import TOP

SCHEMA = json.loads((TOP / "docs/rootmode-check.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", [*LOGS, *RUNS], ids=[path.stem for path in [*LOGS, *RUNS]])
def test_logs(check: Run, path: Path) -> None:
    told = json.loads(check("--json", "--caps", "--from", path).stdout)
    VALIDATOR.validate(told)
    report = dict(word.partition("=")[::2] for word in path.read_text().split("\nmachine ")[-1].split("\n")[0].split())
    machine = told["machine"]
    assert machine["memory_bytes"] == int(report["memory"]) and machine["tsc_khz"] == int(report["tsc_khz"])
    assert (machine["apic"], machine["clock"]) == (report["apic"], report["clock"])
    assert machine["apic_found"] == report.get("apic_found") and machine["clock_check"] == report.get("clock_check")


def test_what_a_run_did_is_told(check: Run) -> None:
    """Some log has each member that only some logs have."""
    seen = set[str]()
    for path in [*LOGS, *RUNS]:
        for cpu in json.loads(check("--json", "--from", path).stdout)["cpus"]:
            seen |= cpu.keys()
    assert seen >= {"vmxon", "cr0", "cr4", "left", "proved", "selftest", "bench", "hypervisor"}


@pytest.mark.parametrize("cpu", [
    intel(), intel(0), intel(1), intel(None), Cpu(), Cpu(vmx=False, hypervisor="KVMKVMKVM"),
    intel(5, {0x480: None}), intel(5, {0x480: 0}), intel(5, long_mode=False),
])
def test_dumps(check: Run, cpu: Cpu) -> None:
    VALIDATOR.validate(json.loads(check("--json", "--caps", "--from", "-", text=dump(cpu, intel())).stdout))


def test_this_computer(check: Run) -> None:
    VALIDATOR.validate(json.loads(check("--json", "--caps").stdout))
