"""Boots the test kernel: the product, with the faults that inject= on the command line names (inject/)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from boot_case import Case, bochs, judge, qemu, skip_unless_possible

from rootmode import image, log, vehicles
from rootmode.machine import Machine, Outcome
from rootmode.symbols import Symbols

OUTSIDE = "no function"  # the name of an address outside the code
VMX = "vmx"  # makes CPUs in QEMU appear to have VMX


@pytest.fixture
def iso(request: pytest.FixtureRequest) -> Path:
    """Return the image with the test kernel, beside the shipped one."""
    image: Path = request.config.getoption("--iso")
    return image.parent / "inject" / "rootmode.iso"


@dataclass(frozen=True)
class Injected(Case):
    """A boot with injected faults. rip: the function that contains an exception's RIP; "": any."""

    rip: str = ""
    rip_returns: bool = False  # it is behind a call
    faults: tuple[str, ...] = ()  # what the judge must find, where the machine cannot do better


def in_qemu(cpus: int, *words: str, cmdline: str = "exit=debug", **more: Any) -> Machine:
    """Return a machine for QEMU, in which all CPUs appear to have VMX."""
    return qemu(cpus, cmdline=_cmdline(cmdline, VMX, *words), **more)


def in_bochs(cpus: int, *words: str, cmdline: str = "exit=debug", **more: Any) -> Machine:
    """Return a machine for Bochs, with real VMX and IA32_FEATURE_CONTROL locked with VMX enabled."""
    return bochs(cpus, cmdline=_cmdline(cmdline, *words), **more)


def _cmdline(cmdline: str, *words: str) -> str:
    return " ".join([cmdline, *(f"inject={word}" for word in words)])


def injected_cases(cases: Iterable[Injected]) -> Callable[[Injected, Path, Path], None]:
    """Like boot_cases(), for a module that imports iso from this module."""

    @pytest.mark.parametrize("case", [pytest.param(case, id=case.name, marks=case.marks) for case in cases])
    def test_boot(case: Injected, iso: Path, workdir: Path) -> None:
        skip_unless_possible(case.machine)
        outcome = vehicles.run(case.machine, iso, workdir, lambda line: None)
        faults = judge(case, outcome)
        unexpected = sorted(set(faults) ^ set(case.faults)) + _rip_faults(case, outcome, iso)
        assert not unexpected, f"{case.name}: {unexpected}; the run's files: {outcome.workdir}"
        (workdir / image.NAME).unlink(missing_ok=True)

    return test_boot


def _rip_faults(case: Injected, outcome: Outcome, iso: Path) -> list[str]:
    """Check that the RIP in the log is in the function that the case names."""
    if not case.rip:
        return []
    said = [line.sentence for line in log.parse(outcome.serial).lines if ", at RIP 0x" in line.sentence]
    if not said:
        return ["no RIP"]
    address = int(said[0].split(", at RIP ")[1].split()[0], 16)
    function = Symbols(iso.with_suffix(".elf")).name(address, returns=case.rip_returns).split("+")[0] or OUTSIDE
    return [] if function == case.rip else [f"RIP in {function}, not in {case.rip}: {said[0]}"]
