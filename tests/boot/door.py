"""Boots of QEMU from something else than the image's CD: a disk, the network."""

from collections.abc import Sequence
from pathlib import Path

from boot_case import Case, judge, skip_unless_possible

from rootmode import process, qemu
from rootmode.machine import Outcome


def boot(case: Case, media: Sequence[str], workdir: Path) -> Outcome:
    """Boot the case's machine from what QEMU's arguments `media` say; the log has to be as the case wants it."""
    skip_unless_possible(case.machine)
    outcome = run(case, media, workdir)
    faults = judge(case, outcome)
    assert not faults, "\n  ".join([case.name, *faults, f"(the run's files: {workdir})"])
    return outcome


def run(case: Case, media: Sequence[str], workdir: Path) -> Outcome:
    """Boot the case's machine from what QEMU's arguments `media` say."""
    machine = case.machine
    return process.run(
        qemu.command(machine, list(media)), workdir, lambda line: None, machine.timeout_s, halts=machine.halts
    )
