"""The project's own files, for the tools that check, build or measure them."""

import functools
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


@functools.cache
def files() -> tuple[str, ...]:
    """Every file that git tracks, or would if it were added: paths from the top, sorted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout
    return tuple(name for name in sorted(set(output.split("\0"))) if name and (TOP / name).is_file())


@functools.cache
def text_of(name: str) -> str:
    """A file's text."""
    return (TOP / name).read_text("utf-8", "replace")


def lines_of(name: str) -> list[str]:
    """A file's lines. What follows the last line's end counts as one, usually empty."""
    return text_of(name).split("\n")


def is_script(name: str) -> bool:
    """Whether the file's first line names its interpreter."""
    return text_of(name).startswith("#!")


def report(tool: str, checked: str, problems: Sequence[str]) -> int:
    """Print the problems, and on stderr how many there are in what was checked; the exit status."""
    print("\n".join(problems), end="\n" if problems else "")
    print(f"{tool}: {checked}, {len(problems)} problems", file=sys.stderr)
    return 1 if problems else 0
