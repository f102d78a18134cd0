"""Boots of the test kernel: the product, and in front of it what inject= on the command line asks for (inject/)."""

import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from boot_case import Case, bochs, judge, qemu, skip_unless_possible

from rootmode import image, log, vehicles
from rootmode.machine import Machine, Outcome

VMX = "vmx"  # under QEMU, a CPU that seems to have VMX


@pytest.fixture
def iso(request: pytest.FixtureRequest) -> Path:
    """The image with the test kernel; it lies beside the shipped one."""
    image: Path = request.config.getoption("--iso")
    return image.parent / "inject" / "rootmode.iso"


@dataclass(frozen=True)
class Injected(Case):
    """A boot with injections. rip: the function in which an exception's RIP lies, "" for any."""

    rip: str = ""
    faults: tuple[str, ...] = ()  # what the judge must find: the machine cannot do better


def in_qemu(cpus: int, *words: str, cmdline: str = "exit=debug", **more: Any) -> Machine:
    """Under QEMU, all CPUs seem to have VMX."""
    return qemu(cpus, cmdline=_cmdline(cmdline, VMX, *words), **more)


def in_bochs(cpus: int, *words: str, cmdline: str = "exit=debug", **more: Any) -> Machine:
    """Under Bochs, with real VMX, its registers locked with VMX on."""
    return bochs(cpus, cmdline=_cmdline(cmdline, *words), **more)


def _cmdline(cmdline: str, *words: str) -> str:
    return " ".join([cmdline, *(f"inject={word}" for word in words)])


def injected_cases(cases: Iterable[Injected]) -> Callable[[Injected, Path, Path], None]:
    """As boot_cases(), for a module that has imported iso from here."""

    @pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases])
    def test_boot(case: Injected, iso: Path, workdir: Path) -> None:
        skip_unless_possible(case.machine)
        outcome = vehicles.run(case.machine, iso, workdir, lambda line: None)
        faults = judge(case, outcome)
        unexpected = sorted(set(faults) ^ set(case.faults)) + _rip_faults(case, outcome, iso)
        assert not unexpected, f"{case.name}: {unexpected}; the run's files: {outcome.workdir}"
        (workdir / image.NAME).unlink()

    return test_boot


def _rip_faults(case: Injected, outcome: Outcome, iso: Path) -> list[str]:
    """Whether the log's RIP is an address of the function that the case names."""
    if not case.rip:
        return []
    said = [line.sentence for line in log.parse(outcome.serial).lines if ", at RIP 0x" in line.sentence]
    if not said:
        return ["no RIP"]
    function = _function_at(int(said[0].split(", at RIP ")[1].split()[0], 16), iso.with_suffix(".elf"))
    return [] if function == case.rip else [f"RIP in {function}, not in {case.rip}: {said[0]}"]


def _function_at(address: int, elf: Path) -> str:
    """The symbol at or before the address, but for the compiler's pieces of functions."""
    listing = subprocess.run(["nm", "--numeric-sort", elf], check=True, capture_output=True, text=True)
    found = ""
    for line in listing.stdout.splitlines():
        value, _, name = line.split()
        if int(value, 16) > address:
            break
        found = name
    return found.split(".")[0]
