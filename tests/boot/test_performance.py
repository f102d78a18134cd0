"""Compares the speed and sizes with docs/performance.md, and fails if they differ.

Ticks are emulated time, so a slow host does not make these tests fail. They fail after an improvement,
too: update the document with `make bench-update`.
"""

from pathlib import Path

import pytest

from rootmode import bench, bench_markers, bench_table, bochs
from rootmode.project import TOP

# One worker boots the machine once for all of these tests.
pytestmark = [pytest.mark.xdist_group("performance"), pytest.mark.cost(17)]

DOCUMENT = TOP / "docs" / "performance.md"
CPUS = 4
TOLERANCE = 0.05
TOLERANCE_ELSEWHERE = 0.10  # for another compiler than the recorded one
LAST_VMXON_MOST = 250_000  # 5 ms of machine time
LINE_MOST = 1.10  # of the time that the bytes take on the serial port


@pytest.fixture(scope="module")
def boot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bench.Boot:
    """Measure the machine with four CPUs once."""
    if bochs.why_not():
        pytest.skip(f"no bochs here: {bochs.why_not()}")
    iso = request.config.getoption("--iso")
    return bench.measure(CPUS, iso.with_name("rootmode.elf"), iso, tmp_path_factory.mktemp("performance"))


@pytest.mark.parametrize("row", [bench_table.BSP_VMXON, bench_table.LAST_VMXON, bench_table.RESULT, bench_table.BYTES])
def test_as_recorded(boot: bench.Boot, row: str, iso: Path) -> None:
    document = DOCUMENT.read_text("utf-8")
    expected, seen = bench_table.recorded(document, row, CPUS), bench_table.total(boot, row)
    usual, here = bench_table.recorded_compiler(document), bench_markers.compiler(iso.with_name("rootmode.elf"))
    tolerance = TOLERANCE if _major(here) == _major(usual) else TOLERANCE_ELSEWHERE
    print(f"{row}, {here}: {seen:,.0f} (recorded with {usual}: {expected:,})")
    assert abs(seen - expected) <= tolerance * expected, (
        f"{row}: {seen:,.0f} with {here}, but docs/performance.md says {expected:,} with {usual}, and {tolerance:.0%} "
        "is allowed; if your change is meant to move it, run 'make bench-update'"
    )


def _major(compiler: str) -> str:
    return compiler.split(".")[0]


def test_budget(boot: bench.Boot) -> None:
    assert bench_table.total(boot, bench_table.LAST_VMXON) <= LAST_VMXON_MOST


def test_line_is_never_waited_for_in_vain(boot: bench.Boot) -> None:
    assert bench_table.total(boot, bench_table.RESULT) <= LINE_MOST * boot.line_ticks
