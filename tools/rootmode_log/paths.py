"""Finds the files that the arguments name."""

import os
from collections.abc import Iterable, Iterator


def expand(arguments: Iterable[str]) -> list[str]:
    """Return the files: each argument, or, for a folder, all files in it, sorted, without hidden ones."""
    return [name for argument in arguments for name in (_inside(argument) if os.path.isdir(argument) else [argument])]


def _inside(folder: str) -> Iterator[str]:
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield os.path.join(path, name)
