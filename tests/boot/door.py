"""Boots of QEMU from something else than the image's CD: a disk, the network."""

from collections.abc import Sequence
from pathlib import Path

from boot_case import Case, judge, skip_unless_possible
from typist import Typist

from rootmode import console_line, process, qemu
from rootmode.machine import Machine, Outcome

DENIED = "Access Denied"


def boot(case: Case, media: Sequence[str], workdir: Path) -> Outcome:
    """Boot the case's machine from what QEMU's arguments `media` say; the log has to be as the case wants it."""
    skip_unless_possible(case.machine)
    outcome = run(case.machine, media, workdir)
    faults = judge(case, outcome)
    assert not faults, "\n  ".join([case.name, *faults, f"(the run's files: {workdir})"])
    return outcome


def run(machine: Machine, media: Sequence[str], workdir: Path, line: Typist | None = None) -> Outcome:
    """Boot the machine from what QEMU's arguments `media` say."""
    return process.run(
        qemu.command(machine, list(media), line), workdir, lambda line: None, machine.timeout_s, halts=machine.halts,
        line=line,
    )


def is_refused(machine: Machine, media: Sequence[str], workdir: Path) -> bool:
    """Whether the machine's UEFI denies access to what the media hold, and nothing of ours starts."""
    outcome = process.run(
        qemu.command(machine, list(media)), workdir, lambda line: None, machine.timeout_s, halts=True,
        is_last=lambda line: DENIED in line or console_line.is_narrative(line),
    )
    return outcome.ended == "verdict" and DENIED in outcome.serial
