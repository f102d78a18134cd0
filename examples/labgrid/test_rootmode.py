"""A test for labgrid: boots rootmode on the target, stores its log, and demands that every CPU enters VMX operation.

    pytest --lg-env qemu.yaml test_rootmode.py

The log is stored as rootmode.log, or in the file that the environment variable LOG names.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest

_LIMIT_S = 300


def test_every_cpu_enters_vmx_operation(target: Any) -> None:
    """PASS is a pass, a machine without VMX a skip, all else a failure with the reasons of the verdict."""
    console = target.get_driver("ConsoleProtocol")
    target.get_driver("PowerProtocol").cycle()
    _, before, match, _ = console.expect(r"RESULT: [^\r\n]*\r?\n", timeout=_LIMIT_S)
    log = before + match.group(0)
    Path(os.environ.get("LOG", "rootmode.log")).write_bytes(log)
    verdict, *reasons = match.group(0).decode("ascii").removeprefix("RESULT: ").split()
    if verdict == "UNSUPPORTED":
        pytest.skip(f"the machine has no VMX: {' '.join(reasons)}")
    said = re.findall(rb"(?:error|hint): [^\r\n]*", log)
    assert verdict == "PASS", f"{verdict} {' '.join(reasons)}: {b'; '.join(said).decode('ascii', 'replace')}"
