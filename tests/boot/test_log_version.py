"""The first line of the log has the version that the build has, by each door."""

from pathlib import Path

import pytest
from boot_case import qemu, skip_unless_possible

from rootmode import vehicles


@pytest.mark.parametrize("door", ["iso", "kernel"])
def test_first_line_has_the_version(iso: Path, workdir: Path, door: str) -> None:
    machine = qemu(1, cmdline="exit=debug", door=door)
    skip_unless_possible(machine)
    version = (iso.parent / "version").read_text("utf-8").strip()
    log = vehicles.run(machine, iso, workdir, lambda line: None).serial.splitlines()
    (first,) = [line for line in log if "] " in line][:1]
    assert f"] rootmode: rootmode {version} at 0x200000, loaded by " in first
    assert ("PVH" if door == "kernel" else "GRUB") in first
