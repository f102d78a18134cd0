"""Lists and reads the project's files, for the tools that check them."""

import functools
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


@functools.cache
def files() -> tuple[str, ...]:
    """Return the paths of all files that git tracks or does not ignore, relative to the top, sorted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout
    return tuple(name for name in sorted(set(output.split("\0"))) if name and (TOP / name).is_file())


@functools.cache
def text_of(name: str) -> str:
    """Return a file's text."""
    return (TOP / name).read_text("utf-8", "replace")


def lines_of(name: str) -> list[str]:
    """Return a file's lines. The text after the last line end is a line, too, and usually empty."""
    return text_of(name).split("\n")


def is_script(name: str) -> bool:
    """Return True if the file begins with a line that names its interpreter."""
    return text_of(name).startswith("#!")


def report(tool: str, checked: str, problems: Sequence[str]) -> int:
    """Print the problems, and on stderr their number. Return the exit status."""
    print("\n".join(problems), end="\n" if problems else "")
    print(f"{tool}: {checked}, {len(problems)} problems", file=sys.stderr)
    return 1 if problems else 0


def outside_make() -> dict[str, str]:
    """Return the environment without what make passes on to a make that it runs, such as its options."""
    return {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
