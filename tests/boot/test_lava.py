"""LAVA: lava-run, from Debian's lava-dispatcher, runs the job in examples/lava with the image as it is."""

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from boot_case import qemu, skip_unless_possible

from rootmode import log, vehicles
from rootmode.machine import Machine
from rootmode.project import TOP

EXAMPLES = TOP / "examples" / "lava"
_TIMEOUT_S = 300


def _skip_unless_lava(vehicle: str) -> None:
    skip_unless_possible(Machine(vehicle=vehicle))
    if not shutil.which("lava-run"):
        pytest.skip("lava-run is not installed: the package lava-dispatcher is in Debian 12, not in 13")
    if not os.access("/var/lib/lava/dispatcher", os.W_OK):
        pytest.skip("lava-run works in /var/lib/lava/dispatcher, where this user must not write")


def _filled_in(name: str, workdir: Path, iso: Path) -> Path:
    """Write the example with the paths of this tree."""
    text = (EXAMPLES / name).read_text("utf-8")
    text = text.replace("/srv/rootmode.iso", str(iso.resolve())).replace("/srv/rootmode/", f"{TOP}/")
    (workdir / name).write_text(text, "utf-8")
    return workdir / name


def _results(device: str, iso: Path, workdir: Path) -> dict[str, str]:
    """Run the job; return the results of the image's tests by name. The job itself must end well."""
    job, device_file = _filled_in("job.yaml", workdir, iso), _filled_in(device, workdir, iso)
    done = subprocess.run(
        ["lava-run", "--job-id", f"rootmode-{os.getpid()}", "--output-dir", str(workdir / "out"),
         "--device", str(device_file), str(job)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=_TIMEOUT_S,
        check=False,
    )
    (workdir / "lava.txt").write_text(done.stdout, "utf-8")
    assert done.returncode == 0, f"lava-run exits with {done.returncode}: see {workdir}/lava.txt"
    yaml = pytest.importorskip("yaml")  # which LAVA needs, too
    said: list[Any] = [yaml.safe_load(line)["msg"] for line in done.stdout.splitlines() if '"lvl": "results"' in line]
    assert {"definition": "lava", "case": "job", "result": "pass"} in said
    ours = [message for message in said if message["definition"] == "rootmode"]
    return {message["extra"]["test_case_id"]: message["result"] for message in ours}


@pytest.mark.cost(12)
def test_lava_skips_a_machine_without_vmx(iso: Path, workdir: Path) -> None:
    _skip_unless_lava("qemu")
    assert _results("qemu.yaml", iso, workdir) == {"cpu-0": "skip", "cpu-1": "skip", "verdict": "skip"}


@pytest.mark.cost(27)
def test_lava_has_a_result_for_each_check_of_the_self_test(iso: Path, workdir: Path) -> None:
    _skip_unless_lava("bochs")
    results = _results("bochs.yaml", iso, workdir)
    assert [results[name] for name in ("cpu-0", "cpu-1", "verdict")] == ["pass"] * 3
    checks = {name: result for name, result in results.items() if name.startswith("selftest-")}
    seen: dict[str, set[str]] = {}
    target = (workdir / "lava.txt").read_text("utf-8")
    for failed, number, skipped in re.findall(r"ktap: {4,}(not )?ok (\d+) .*?(# SKIP|$)", target, re.M):
        seen.setdefault(number, set()).add("fail" if failed else "skip" if skipped else "pass")
    told = Counter(checks.values())
    assert told == Counter(map(_of_all_cpus, seen.values())), "failed if it did on a CPU, else passed if it did on one"
    assert told["fail"] > 0 and told["skip"] > 0


def _of_all_cpus(results: set[str]) -> str:
    return next(word for word in ("fail", "pass", "skip") if word in results)


def test_results_are_ktap_and_match_the_pattern_in_lavas_documents(iso: Path, workdir: Path) -> None:
    machine = qemu(2, cmdline="results exit=debug")
    skip_unless_possible(machine)
    parsed = log.parse(vehicles.run(machine, iso, workdir, lambda line: None).serial)
    assert not parsed.problems
    version, plan, *results = parsed.sentences("result")
    assert version == "KTAP version 1" and plan == f"1..{len(results)}"
    ktap = [re.fullmatch(r"(not )?ok (\d+) ([\w-]+) : \w+(?: # (SKIP )?(.*))?", line) for line in results]
    assert [match and match[2] for match in ktap] == [str(number + 1) for number in range(len(results))]
    pattern = re.compile(r"(?P<test_case_id>.*-*)\s+:\s+(?P<result>(PASS|pass|FAIL|fail|SKIP|skip|UNKNOWN|unknown))")
    assert [match and match["result"] for match in map(pattern.match, results)] == ["skip"] * 3
