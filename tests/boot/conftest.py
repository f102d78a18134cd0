"""Defines the boot tests' options and order."""

import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools"))

import small_uefi  # noqa: E402  pylint: disable=wrong-import-position


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--iso", type=Path, default=TOP / "build" / "rootmode.iso", help="the image to boot")
    parser.addoption("--long", action="store_true", help="run the tests marked as long, too: make test leaves them out")
    parser.addoption("--all-states", action="store_true", help="boot every state of states_matrix.py, not just a share")


@pytest.fixture
def iso(request: pytest.FixtureRequest) -> Path:
    """Return the image to test: --iso, or the shipped one."""
    image: Path = request.config.getoption("--iso")
    return image


@pytest.fixture
def workdir(request: pytest.FixtureRequest) -> Path:
    """Return the directory for the run's files. A failed test leaves them there."""
    name: str = request.node.name.removeprefix("test_boot[").removesuffix("]")
    path = TOP / "build" / "boot-tests" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cost(seconds): about how many seconds of wall time a test without a case takes")
    config.addinivalue_line("markers", "long: make test leaves this test out; make test-long runs it")
    if not hasattr(config, "workerinput"):  # before the workers start, which only find what was made
        for why in small_uefi.make_all():
            print(f"tests/boot: {why}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests for which there is no time. Run those that take longest first, so that workers finish together."""
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="long: make test-long runs it"))
    items.sort(key=_cost, reverse=True)


def _cost(item: pytest.Item) -> float:
    marked = item.get_closest_marker("cost")
    if marked:
        return float(marked.args[0])
    callspec = getattr(item, "callspec", None)
    case = callspec.params.get("case") if callspec else None
    return getattr(case, "cost", 0.0)
