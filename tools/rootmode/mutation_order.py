"""A plugin of pytest for `make mutate-boot`: runs the quick boots first, and gives a boot less time."""

import importlib

import pytest

_TIMEOUT_S = 40.0  # ten times what the longest of the tests takes


def pytest_configure() -> None:
    """Change the limit before the tests' modules use it."""
    setattr(importlib.import_module("boot_case"), "TIMEOUT_S", _TIMEOUT_S)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Reverse the order of conftest.py, which pytest calls earlier: in it, those that take longest are the first."""
    items.reverse()
