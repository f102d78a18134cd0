"""--json against docs/rootmode-check.schema.json, for every log and dump that there is."""

import json
from pathlib import Path

import jsonschema
import pytest
from computers import LOGS, RUNS, Cpu, dump, intel, sealed
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


def test_what_few_logs_have_is_told_of_these_alone(check: Run) -> None:
    """CPUs that may not exist, and an IA32_FEATURE_CONTROL that was written."""
    usual = next(text for path in LOGS if " vmxon=succeeded" in (text := path.read_text()))
    rare = sealed(usual.replace(" memory=", " phantoms=3 memory=").replace(" vmxon=", " feature_control_after=0x7 vmxon="))
    told = json.loads(check("--json", "--from", "-", text=rare).stdout)
    assert told["machine"]["phantoms"] == 3 and told["cpus"][0]["feature_control_after"] == "0x7"
    told = json.loads(check("--json", "--from", "-", text=usual).stdout)
    assert told["machine"]["phantoms"] == 0 and "feature_control_after" not in told["cpus"][0]


@pytest.mark.parametrize(("family", "model", "stepping", "signature"), [
    (6, 158, 9, 0x906E9), (6, 14, 8, 0x6E8), (15, 6, 4, 0xF64), (16, 10, 0, 0x100FA0), (25, 33, 2, 0xA20F12),
    (270, 255, 15, 0xFFF0FFF),
])
def test_a_signature_is_made_of_its_parts(check: Run, family: int, model: int, stepping: int, signature: int) -> None:
    """The extended family counts only from 15 on."""
    names = f"vendor_id : GenuineIntel\ncpu family : {family}\nmodel : {model}\nstepping : {stepping}\nflags : fpu lm vmx\n"
    told = json.loads(check("--json", "--from", "-", text="processor : 0\n" + names).stdout)
    assert told["cpus"][0]["signature"] == f"{signature:#x}"


@pytest.mark.parametrize("cpu", [
    intel(), intel(0), intel(1), intel(None), Cpu(), Cpu(vmx=False, hypervisor="KVMKVMKVM"),
    intel(5, {0x480: None}), intel(5, {0x480: 0}), intel(5, long_mode=False),
])
def test_dumps(check: Run, cpu: Cpu) -> None:
    VALIDATOR.validate(json.loads(check("--json", "--caps", "--from", "-", text=dump(cpu, intel())).stdout))


def test_this_computer(check: Run) -> None:
    VALIDATOR.validate(json.loads(check("--json", "--caps").stdout))
