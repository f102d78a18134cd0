"""Calls rootmode-check, which alone interprets logs and dumps."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve()
_NAME = "rootmode-check"
# In the source; installed as share/rootmode/rootmode/checker.py, beside bin/.
_PLACES = (_HERE.parents[2] / "build" / "check" / _NAME, _HERE.parents[3] / "bin" / _NAME)


class CheckerError(Exception):
    """rootmode-check is missing, or failed. The message says which."""


def program() -> str:
    """Return the path of rootmode-check. ROOTMODE_CHECK in the environment names another."""
    named = os.environ.get("ROOTMODE_CHECK")
    found = named or next((str(place) for place in _PLACES if os.access(place, os.X_OK)), None) or shutil.which(_NAME)
    if not found:
        raise CheckerError("rootmode-check is missing: make rootmode-check builds it")
    return found


def check(text: bytes, options: Sequence[str] = ()) -> dict[str, Any]:
    """Return what rootmode-check says about a log: docs/rootmode-check.schema.json; or only "error" and "exit_status"."""
    command = [program(), "--json", "--from", "-", *options]
    try:
        done = subprocess.run(command, input=text, capture_output=True, check=False)
    except OSError as error:
        raise CheckerError(f"{command[0]}: {error.strerror}") from None
    if done.stdout:
        said: dict[str, Any] = json.loads(done.stdout)
        return said
    return {"error": done.stderr.decode("utf-8", "replace").strip(), "exit_status": done.returncode}
