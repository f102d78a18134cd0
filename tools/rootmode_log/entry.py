"""What the other modules know of a log: the part of rootmode-check's answer that they use."""

import json
import sys
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from rootmode import ktap

_SUFFIXES = (".gz", ".xz", ".txt", ".log")
_CAPS, _AFTER_CAPS = '"caps": ', ',"unknown_caps"'
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


def from_line(line: str, with_subtests: bool) -> Entry:
    """Return the entry for a line of rootmode-check --jsonl --caps: an answer about one file.

    Nine tenths of it are capabilities, and most CPUs of a machine have the same: equal ones are parsed once. No string can
    contain the marks, because JSON escapes quotes.
    """
    head, *parts = line.split(_CAPS)
    known: dict[str, str] = {}
    sets: list[frozenset[str]] = []
    for number, part in enumerate(parts):
        text, mark, rest = part.partition(_AFTER_CAPS)
        if text not in known:
            known[text] = f'"set": {len(sets)}'
            sets.append(_capabilities(json.loads(text)))
        parts[number] = known[text] + mark + rest
    return _from_json(json.loads("".join((head, *parts))), sets, with_subtests)


def _capabilities(said: dict[str, Any]) -> frozenset[str]:
    """Return those that the CPU has."""
    return intern(frozenset(name for name, state in said.items() if state["has"]))


def _from_json(said: dict[str, Any], sets: list[frozenset[str]], with_subtests: bool) -> Entry:
    if "error" in said:
        return Entry(said["file"], error=said["error"], exit_status=said["exit_status"])
    log = said.get("log", {})
    wanted = said.get("requires", {})
    problem, subtests = _subtests(said) if with_subtests else ("", ())
    return Entry(
        file=said["file"], verdict=said["verdict"], entered=said["entered"] or said["origin"] != "log",
        reasons=tuple(map(sys.intern, said["reasons"])), problems=(*log.get("problems", ()), *([problem] if problem else [])),
        cpus=tuple(_cpu(cpu, sets[cpu["set"]]) for cpu in said["cpus"]),
        in_vmx=log.get("in_vmx"), of_cpus=log.get("of_cpus", len(said["cpus"])),
        selftest=_selftest(said["cpus"]), subtests=subtests, exit_status=said["exit_status"],
        requires=tuple(wanted.get("lines", ())), requires_status=wanted.get("exit_status", 0),
    )


def _cpu(said: dict[str, Any], capabilities: frozenset[str]) -> Cpu:
    microcode = str(said.get("microcode") or "fault")
    revision = int(microcode, 16) >> 32 if microcode != "fault" else None
    brand = str(said.get("brand") or said.get("vendor") or "")
    hypervisor = str(said.get("hypervisor_beneath") or said.get("hypervisor") or "")
    return Cpu(said["cpu"], sys.intern(said["result"]), sys.intern(brand), revision, sys.intern(hypervisor), capabilities)


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
