"""labgrid: the environment and the test in examples/labgrid, with labgrid's QEMU driver."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from boot_case import skip_unless_possible

from rootmode import image, log
from rootmode.machine import Machine

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "labgrid"


@pytest.mark.cost(10)
@pytest.mark.parametrize("boot_args, ending, words", [
    pytest.param("prove", "1 skipped", "the machine has no VMX: no-vmx", id="labgrid-no-vmx"),
    pytest.param("observe", "1 failed", "OBSERVED UNSUPPORTED no-vmx: ", id="labgrid-no-pass"),
])
def test_labgrid_boots_the_kernel_and_judges_its_log(
    boot_args: str, ending: str, words: str, iso: Path, workdir: Path
) -> None:
    skip_unless_possible(Machine(vehicle="qemu"))
    if not importlib.util.find_spec("labgrid"):
        pytest.skip("labgrid is not installed: the package python3-labgrid is in Debian 12, not in 13")
    environment = (EXAMPLES / "qemu.yaml").read_text("utf-8")
    environment = environment.replace("../../build/rootmode.elf", str(image.kernel_beside(iso).resolve()))
    (workdir / "qemu.yaml").write_text(environment.replace("boot_args: prove", f"boot_args: {boot_args}"), "utf-8")
    (workdir / "lab.log").unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-c", os.devnull,
         "--lg-env", "qemu.yaml", EXAMPLES / "test_rootmode.py"],
        cwd=workdir, env={**os.environ, "LOG": str(workdir / "lab.log")}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=300, check=False,
    )
    assert re.search(rf"^{ending}", done.stdout, re.M) and words in done.stdout, done.stdout + done.stderr
    parsed = log.parse((workdir / "lab.log").read_text("ascii"))
    assert parsed.verdict and not parsed.problems
