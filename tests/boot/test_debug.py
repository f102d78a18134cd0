"""Tests the build with DEBUG=1: it behaves like the shipped one, and undefined behaviour traps."""

from pathlib import Path

import pytest
import unlocked
from injected import Injected, in_bochs, in_qemu, injected_cases


@pytest.fixture
def iso(request: pytest.FixtureRequest) -> Path:
    """Return the image with the test kernel of that build."""
    image: Path = request.config.getoption("--iso")
    return image.parent / "debug" / "inject" / "rootmode.iso"


test_boot = injected_cases([
    Injected("debug-bochs", in_bochs(3, cmdline="verbose exit=debug"), "PASS", (3, 3), absent=(".*error: .*",)),
    Injected("debug-bochs-unlocked", in_bochs(2, **unlocked.firmware()), "PASS", (2, 2), absent=(".*error: .*",)),
    Injected("debug-qemu", in_qemu(17), "PASS", (17, 17), absent=(".*error: .*",)),
    Injected(
        "debug-trap", in_qemu(2, "undefined@1/done"), "ERROR exception", (2, 2),
        facts=(
            r"cpu 1: error: exception 6 \(#UD invalid opcode\), .*",
            r"cpu 1: the instruction is a compiler trap: in a build with DEBUG=1, undefined behaviour",
        ),
        rip="undefined_behaviour",
    ),
])
