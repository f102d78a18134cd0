"""rootmode.ktap and tools/rootmode-ktap: the self-test's results, and the deviations that are known."""

import subprocess
from pathlib import Path

import pytest

from rootmode import ktap
from rootmode.project import TOP
from rootmode_log import expectation

TOOL = TOP / "tools" / "rootmode-ktap"
KNOWN = (ktap.Deviation("b", ("bochs-*",), "why"),)
GOOD = [
    "KTAP version 1", "1..1", "    KTAP version 1", "    # Subtest: cpu 0", "    1..3", "    ok 1 a",
    "    not ok 2 b", "    # expected: success", "    # seen: fault, vector 6, bit 3",
    "    ok 3 c # SKIP needs vmx-ept", "    # Totals: pass:1 fail:1 skip:1 error:0", "not ok 1 cpu 0",
]


def _replaced(old: str, new: str) -> list[str]:
    return [line.replace(old, new) for line in GOOD]


def test_results_are_read_with_what_explains_them() -> None:
    subtest = ktap.parse(GOOD)[0]
    assert (subtest.name, subtest.ok) == ("cpu 0", False)
    assert [(check.name, check.ok, check.skip) for check in subtest.checks] == [
        ("a", True, ""), ("b", False, ""), ("c", True, "needs vmx-ept"),
    ]
    assert subtest.checks[1].notes == ("expected: success", "seen: fault, vector 6, bit 3")


@pytest.mark.parametrize("lines", [
    [], GOOD[1:], GOOD[:-1], _replaced("1..3", "1..2"), _replaced("1..1", "1..2"), _replaced("ok 3 c", "ok 4 c"),
    _replaced("not ok 1 cpu 0", "not ok 2 cpu 0"), _replaced("Subtest: cpu 0", "Subtest: cpu 1"),
])
def test_what_breaks_the_form_is_refused(lines: list[str]) -> None:
    with pytest.raises(ktap.KtapError):
        ktap.parse(lines)


@pytest.mark.parametrize(("lines", "machine", "fault"), [
    (GOOD, "bochs-2.7/any", None),
    (GOOD, "kvm/host", "not ok b"),
    (_replaced("ok 1 a", "not ok 1 a"), "bochs-2.7/any", "not ok a: no explanation"),
    (_replaced("not ok 2 b", "ok 2 b"), "bochs-2.7/any", "b passed: it is no known deviation any more"),
    (_replaced("not ok 1 cpu", "ok 1 cpu"), "bochs-2.7/any", "its result is not that of its checks"),
])
def test_only_known_deviations_are_allowed(lines: list[str], machine: str, fault: str | None) -> None:
    faults = [one for subtest in ktap.parse(lines) for one in ktap.compare(subtest, KNOWN, machine)]
    assert (not faults) if fault is None else any(fault in one for one in faults)


def test_every_known_deviation_has_a_cause() -> None:
    for deviation in expectation.read(TOP / "tests" / "boot" / "deviations.toml").deviation:
        assert deviation.where != ("*",) and len(deviation.cause) > 20, deviation


def _run(log: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOL, log, *arguments], capture_output=True, text=True, check=False)


def test_the_tool_judges_a_log(tmp_path: Path) -> None:
    log, known = tmp_path / "log", tmp_path / "known"
    log.write_text("".join(f"[    0.001000] ktap: {line}\n" for line in GOOD), "ascii")
    known.write_text('[[deviation]]\nchecks = ["b"]\nwhere = ["a/*"]\ncause = "c"\n', "ascii")
    assert _run(log).stdout.splitlines() == GOOD
    assert _run(log, "--known", str(known), "--machine", "a/b").returncode == 0
    assert _run(log, "--known", str(known), "--machine", "b/b").returncode == 1
    assert _run(known).returncode == 3
    assert _run(log, "--known", str(tmp_path / "none")).returncode == 2
