"""What the other modules know of a log: the part of rootmode-check's answer that they use."""

import sys
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from rootmode import ktap

_SUFFIXES = (".gz", ".xz", ".txt", ".log")
_NO_CAPABILITIES: frozenset[str] = frozenset()
_interned: dict[frozenset[str], frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class Cpu:
    """A CPU of a machine."""

    number: int
    result: str  # "ok" or a reason code
    model: str
    microcode: int | None
    hypervisor: str
    capabilities: frozenset[str]  # those that it has


@dataclass(frozen=True, slots=True)
class Entry:
    """A log. If it could not be read, error says why, and there is nothing else."""

    file: str
    error: str = ""
    verdict: str = "NONE"
    entered: bool = False
    reasons: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    cpus: tuple[Cpu, ...] = ()
    in_vmx: int | None = None
    of_cpus: int | None = None
    selftest: tuple[int, int, int] | None = None  # ok, not ok, skipped, of all CPUs
    subtests: tuple[ktap.Subtest, ...] = ()
    exit_status: int = 3
    requires: tuple[str, ...] = ()  # what --requires says
    requires_status: int = 0

    @property
    def machine(self) -> str:
        """The machine's name: that of the file."""
        name = PurePath(self.file).name
        while name.endswith(_SUFFIXES):
            name = name[:name.rindex(".")]
        return name if self.file != "-" else "stdin"

    @property
    def result(self) -> str:
        """The verdict as the table shows it."""
        if self.error:
            return "UNREADABLE"
        return self.verdict if self.entered or self.verdict in ("NONE", "ERROR") else f"OBSERVED {self.verdict}"

    @property
    def why(self) -> tuple[str, ...]:
        """Why it is no PASS."""
        return (self.error,) if self.error else (*self.reasons, *self.problems)

    @property
    def model(self) -> str:
        """The models of its CPUs."""
        return ", ".join(dict.fromkeys(cpu.model for cpu in self.cpus if cpu.model))

    @property
    def microcode(self) -> str:
        """The microcode revisions of its CPUs."""
        return ", ".join(dict.fromkeys(f"{cpu.microcode:#x}" for cpu in self.cpus if cpu.microcode))

    @property
    def hypervisor(self) -> str:
        """The host hypervisors that its CPUs name."""
        return ", ".join(dict.fromkeys(cpu.hypervisor for cpu in self.cpus if cpu.hypervisor))

    @property
    def capabilities(self) -> frozenset[str]:
        """The capabilities that all its CPUs have: a virtual machine may run on any of them."""
        sets = [cpu.capabilities for cpu in self.cpus]
        return frozenset.intersection(*sets) if sets else _NO_CAPABILITIES


def intern(names: frozenset[str]) -> frozenset[str]:
    """Return the one set with these names: thousands of machines have a few different ones."""
    return _interned.setdefault(names, names)


def from_json(said: dict[str, Any], with_subtests: bool) -> Entry:
    """Return the entry for an answer of rootmode-check --jsonl --caps."""
    if "error" in said:
        return Entry(said["file"], error=said["error"], exit_status=said["exit_status"])
    log = said.get("log", {})
    wanted = said.get("requires", {})
    problem, subtests = _subtests(said) if with_subtests else ("", ())
    return Entry(
        file=said["file"], verdict=said["verdict"], entered=said["entered"] or said["origin"] != "log",
        reasons=tuple(map(sys.intern, said["reasons"])), problems=(*log.get("problems", ()), *([problem] if problem else [])),
        cpus=tuple(map(_cpu, said["cpus"])), in_vmx=log.get("in_vmx"), of_cpus=log.get("of_cpus", len(said["cpus"])),
        selftest=_selftest(said["cpus"]), subtests=subtests, exit_status=said["exit_status"],
        requires=tuple(wanted.get("lines", ())), requires_status=wanted.get("exit_status", 0),
    )


def _cpu(said: dict[str, Any]) -> Cpu:
    microcode = str(said.get("microcode") or "fault")
    revision = int(microcode, 16) >> 32 if microcode != "fault" else None
    brand = str(said.get("brand") or said.get("vendor") or "")
    hypervisor = str(said.get("hypervisor_beneath") or said.get("hypervisor") or "")
    names = frozenset(name for name, state in said.get("caps", {}).items() if state["has"])
    return Cpu(
        said["cpu"], sys.intern(said["result"]), sys.intern(brand), revision, sys.intern(hypervisor), intern(names),
    )


def _selftest(cpus: list[dict[str, Any]]) -> tuple[int, int, int] | None:
    counts = [cpu["selftest"] for cpu in cpus if "selftest" in cpu]
    if not counts:
        return None
    return (sum(one["ok"] for one in counts), sum(one["not_ok"] for one in counts), sum(one["skipped"] for one in counts))


def _subtests(said: dict[str, Any]) -> tuple[str, tuple[ktap.Subtest, ...]]:
    lines = [line.removeprefix("ktap: ") for line in said["narrative"] if line.startswith("ktap: ")]
    try:
        return "", ktap.parse(lines) if lines else ()
    except ktap.KtapError:
        return "bad-ktap", ()
