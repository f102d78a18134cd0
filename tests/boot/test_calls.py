"""Tests that a call that fails or lies never ends in a wrong PASS, or without a verdict. `make test-calls` tries all."""

from pathlib import Path

import calls_matrix
import pytest
from boot_case import skip_unless_possible

from rootmode import image, vehicles


@pytest.mark.cost(40)
@pytest.mark.parametrize("vehicle", calls_matrix.FUNCTIONS)
def test_no_lie_makes_a_wrong_verdict(vehicle: str, iso: Path, workdir: Path) -> None:
    skip_unless_possible(calls_matrix.machine_of(vehicle))
    image_with_calls = iso.parent / "calls" / iso.name
    counts = calls_matrix.count_calls(vehicle, image_with_calls, workdir)
    chosen = calls_matrix.share(vehicle, counts)
    judged = []
    for lie in chosen:
        directory = workdir / lie.name
        directory.mkdir(exist_ok=True)
        machine = calls_matrix.machine_of(vehicle, lie.word)
        judged.append(calls_matrix.judge(lie, vehicles.run(machine, image_with_calls, directory, lambda line: None)))
        (directory / image.NAME).unlink(missing_ok=True)
    assert [f"{one.lie.name}: {one.wrong}" for one in judged if one.wrong] == []
    assert sum(one.reached for one in judged) > len(chosen) / 2
