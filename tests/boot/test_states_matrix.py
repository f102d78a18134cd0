"""Tests that the states of states_matrix.py end with the right verdict and count. `make test-states` boots all."""

from pathlib import Path

import pytest
import states_matrix
from spoiled import spoiled
from states_matrix import State

from rootmode import image, log, vehicles

CMDLINE = "exit=debug prove"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    states = states_matrix.share()
    if metafunc.config.getoption("--all-states"):
        states = states_matrix.alone() + states_matrix.pairs()
    metafunc.parametrize("state", [pytest.param(state, id=state.name) for state in states])


def test_ends_with_the_right_verdict(state: State, iso: Path, workdir: Path) -> None:
    reason = vehicles.why_not("bochs")
    if reason:
        pytest.skip(f"no bochs here: {reason}")
    outcome = vehicles.run(spoiled(state.words, state.cpus, CMDLINE), iso, workdir, lambda line: None)
    parsed = log.parse(outcome.serial)
    assert "spoil: done" in outcome.serial, f"{state}: not spoiled"
    assert parsed.problems == (), f"{state}: {parsed.problems} (the run's files: {outcome.workdir})"
    assert set(parsed.reasons) <= state.reasons, f"{state}: {parsed.verdict} {parsed.reasons}"
    assert (parsed.in_vmx, parsed.of_cpus) == _count(state, parsed), f"{state}: {parsed.in_vmx} of {parsed.of_cpus}"
    (workdir / image.NAME).unlink()


def _count(state: State, parsed: log.Log) -> tuple[int, int]:
    """Return the number of CPUs that must enter: only the BSP, if there are no APs or no way to start them."""
    listed = 1 if "no-cpu-list" in parsed.reasons else state.cpus
    return (1 if parsed.reasons else listed), listed
