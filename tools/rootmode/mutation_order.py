"""A plugin of pytest for `make mutate-boot`: runs the quick boots first."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Reverse the order of conftest.py, which pytest calls earlier: in it, those that take longest are the first."""
    items.reverse()
