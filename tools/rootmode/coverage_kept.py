"""A plugin of pytest for `make coverage`: leaves out the tests that have run, so that a run goes on where it was cut off.

It gives the boots more time, because these kernels are slower.

COVERAGE_DONE names a file with a line for each test that has run and not failed, COVERAGE_FAILED one for those that failed.
"""

import importlib
import os
from pathlib import Path

import pytest

_DONE, _FAILED = "COVERAGE_DONE", "COVERAGE_FAILED"
_TIMEOUT_S = 900.0

_failed: set[str] = set()


def pytest_configure() -> None:
    """Change the limit before the tests' modules use it."""
    setattr(importlib.import_module("boot_case"), "TIMEOUT_S", _TIMEOUT_S)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that have run."""
    file = Path(os.environ[_DONE])
    done = set(file.read_text("utf-8").splitlines()) if file.exists() else set()
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in done])
    items[:] = [item for item in items if item.nodeid not in done]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a test that has run, in the process that starts pytest's workers."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    if report.failed:
        _append(_FAILED, report.nodeid)
        _failed.add(report.nodeid)
    if report.when == "teardown" and report.nodeid not in _failed:
        _append(_DONE, report.nodeid)


def _append(variable: str, line: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
