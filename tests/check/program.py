"""rootmode-check as the tests run it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

STATUSES = {0, 1, 2, 3, 4, 77}

Result = subprocess.CompletedProcess[str]
Run = Callable[..., Result]


def run(
    program: Path, *arguments: object, text: str | bytes = b"", before: tuple[str, ...] = (),
    variables: dict[str, str] | None = None,
) -> Result:
    """Run a program; whatever it is given, it must end by itself, and no sanitizer may complain."""
    done = subprocess.run(
        [*before, str(program), *map(str, arguments)],
        input=text if isinstance(text, bytes) else text.encode(),
        capture_output=True, env={**os.environ, "LC_ALL": "C", **(variables or {})}, timeout=60, check=False,
    )
    result = Result(done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace"))
    assert result.returncode in STATUSES, result.stderr
    assert "Sanitizer" not in result.stderr and "runtime error" not in result.stderr, result.stderr
    return result
