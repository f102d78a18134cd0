"""Tests that the states of states_matrix.py end with the right verdict and count. `make test-states` boots all."""

from pathlib import Path

import pytest
import states_matrix
import unlocked
from boot_case import Case, judge, skip_unless_possible
from spoiled import spoiled, spoiled_qemu
from states_matrix import State

from rootmode import image, vehicles
from rootmode.machine import Machine


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    states = states_matrix.share()
    if metafunc.config.getoption("--all-states"):
        states = states_matrix.alone() + states_matrix.pairs()
    metafunc.parametrize("state", [pytest.param(state, id=state.name) for state in states])


def test_ends_with_the_right_verdict(state: State, iso: Path, workdir: Path) -> None:
    machine = _machine(state)
    skip_unless_possible(machine)
    result, count = state.expected()
    outcome = vehicles.run(machine, iso, workdir, lambda line: None)
    case = Case(state.name, machine, result, count)
    assert "spoil: done" in outcome.serial, f"{state}: not spoiled"
    faults = judge(case, outcome)
    assert not faults, "\n  ".join([f"{state}:", *faults, f"(the run's files: {outcome.workdir})"])
    (workdir / image.NAME).unlink(missing_ok=True)


def _machine(state: State) -> Machine:
    words = " ".join(state.words)
    cmdline = " " if states_matrix.HALTS.intersection(state.words) else state.cmdline
    if state.vehicle == "qemu":
        return spoiled_qemu(words, state.cpus, cmdline)
    return spoiled(words, state.cpus, cmdline, **(unlocked.firmware() if state.unlocked else {}))
