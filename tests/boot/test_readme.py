"""Tests that every line of the logs in README.md has the form that this kernel prints."""

import re
from pathlib import Path

import pytest
from boot_case import bochs, skip_unless_possible

from rootmode import vehicles
from rootmode.project import TOP

README = TOP / "README.md"
LOG_LINE = re.compile(r"    (\[ +\d+\.\d+\] .*|REPORT .*|machine .*|cpus=.*|msr=.*|END .*|RESULT: \w+)")

# What differs between machines: the loader, the command line, the hypervisor, timers and numbers.
VARIABLE = (
    (r"rootmode \S+ at", "rootmode at"),
    (r"loaded by (GRUB [^,]*|a PVH loader),", "loaded,"),
    (r'command line "[^"]*"', "command line"),
    (r", microcode 0x\w+, hypervisor \w+", ""),
    (r" hypervisor=\w+", ""),
    (r"clock_check=\w+", "clock_check"),
    (r"0x[0-9a-f]+", "N"),
    (r"\d+(-\d+)?", "N"),
)


def shape(line: str) -> str:
    """Return the line without what differs between machines."""
    for pattern, replacement in VARIABLE:
        line = re.sub(pattern, replacement, line)
    return line


def test_logs_are_of_this_kernel(iso: Path, workdir: Path) -> None:
    machine = bochs(2, cmdline="prove exit=debug")
    skip_unless_possible(machine)
    printed = {shape(line) for line in vehicles.run(machine, iso, workdir, lambda line: None).serial.splitlines()}
    quoted = [match[1] for match in map(LOG_LINE.fullmatch, README.read_text("utf-8").splitlines()) if match]
    assert len(quoted) == 2 * 20  # the log from Bochs, and that of the nested machine
    assert [line for line in quoted if shape(line) not in printed] == []


@pytest.mark.parametrize("line", [
    '[    0.000252] rootmode: rootmode 1.2.3-4-g0123abc at 0x200000, loaded by GRUB 2.06-13, command line "prove"',
    "[    0.002233] cpu 0: IA32_FEATURE_CONTROL = 0x5: locked",
])
def test_a_changed_word_changes_the_shape(line: str) -> None:
    assert shape(line) == shape(line.replace("0x", "0x7"))
    assert shape(line) != shape(line.replace("l", "r"))
