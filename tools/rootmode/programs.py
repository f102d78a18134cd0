"""Runs programs that end by themselves, with a time limit, and checks their exit status."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from rootmode.machine import MachineError

QUICK_S = 60  # time limit of programs that only compute


def output(
    command: Sequence[str | Path], timeout_s: float = QUICK_S, cwd: Path | None = None
) -> bytes:
    """Run the command and return its output.

    Raises MachineError, with the command's error messages, if it is missing, times out or fails.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s, cwd=cwd,
            check=False,
        )
    except FileNotFoundError:
        raise MachineError(f"{words[0]} is missing: run tools/setup") from None
    except subprocess.TimeoutExpired:
        raise MachineError(f"{words[0]} did not end within {timeout_s:g} s") from None
    if done.returncode != 0:
        complaint = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise MachineError(f"{words[0]} failed ({done.returncode}): {complaint}")
    return done.stdout
