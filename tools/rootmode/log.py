"""A serial log as Python data. rootmode-check interprets it; nothing here does.

Log.problems has the codes of everything that is missing or wrong: docs/tools.md lists them. It is empty for a
valid log, in which no other program has written.
"""

import re
from dataclasses import dataclass
from typing import Any

from rootmode import checker

EXIT_CODES = {"PASS": 0, "OBSERVED": 0, "FAIL": 1, "ERROR": 3, "BLOCKED": 4, "UNSUPPORTED": 77}
EXIT_USAGE = 2
EXIT_NO_VERDICT = 3
EXIT_TIMEOUT = 124

# The value that exit=debug writes to the emulator's port. QEMU's exit status is 2 * value + 1.
DEBUG_EXIT_VALUES = {
    "PASS": 0x10, "FAIL": 0x11, "UNSUPPORTED": 0x12, "BLOCKED": 0x13, "ERROR": 0x14, "OBSERVED": 0x15,
}


@dataclass(frozen=True)
class Line:
    """One narrative line."""

    time_s: float
    scope: str
    sentence: str


@dataclass(frozen=True)
class Log:
    """A serial log, as far as it could be parsed."""

    lines: tuple[Line, ...]
    report: tuple[dict[str, str], ...]  # the key "kind" is for a word before the pairs
    in_vmx: int | None  # N in "N of M CPUs in VMX root operation"; of_cpus is M
    of_cpus: int | None
    verdict: str  # the first word after RESULT; "" if there is none
    reasons: tuple[str, ...]  # the other words
    problems: tuple[str, ...]
    doubts: tuple[str, ...]  # the problems that leave a PASS in doubt
    exit_code: int  # as docs/serial-log.md defines it; EXIT_NO_VERDICT for a PASS that is in doubt

    def sentences(self, scope: str) -> list[str]:
        """Return the sentences with this scope, such as 'cpu 0' or 'vmx'."""
        return [line.sentence for line in self.lines if line.scope == scope]

    def values(self, key: str) -> list[str]:
        """Return all values of a key in the REPORT block, in order."""
        return [pairs[key] for pairs in self.report if key in pairs]


def members(scope: str) -> list[int]:
    """Return the CPUs that a scope names: 0, 1 and 4 for "cpus 0-1,4", none for "vmx"."""
    named = re.fullmatch(r"cpus? ([0-9,-]+)", scope)
    bounds = [part.split("-") for part in named[1].split(",")] if named else []
    return [cpu for bound in bounds for cpu in range(int(bound[0]), int(bound[-1]) + 1)]


def parse(text: str) -> Log:
    """Parse the last boot in a serial log."""
    said = checker.check(text.encode("utf-8", "replace"), ["--lines"])
    if "log" not in said:
        doubts = ("no-report", "no-verdict", "no-count")
        return Log((), (), None, None, "", (), doubts, doubts, EXIT_NO_VERDICT)
    return _from_json(said)


def _from_json(said: dict[str, Any]) -> Log:
    facts = said["log"]
    words = (said["log_result"] or "").split()
    return Log(
        lines=tuple(Line(float(line["time"]), line["scope"], line["sentence"]) for line in facts["lines"]),
        report=tuple(facts["report"]),
        in_vmx=facts.get("in_vmx"), of_cpus=facts.get("of_cpus"),
        verdict=words[0] if words[:1] and words[0] in EXIT_CODES else "", reasons=tuple(words[1:]),
        problems=(*facts["problems"], *facts["remarks"]), doubts=tuple(facts["problems"]),
        exit_code=_exit_code(words, said),
    )


def _exit_code(words: list[str], said: dict[str, Any]) -> int:
    """OBSERVED is a verdict of its own here; rootmode-check exits as the verdict after it says."""
    if words[:1] != ["OBSERVED"]:
        return int(said["exit_status"])
    return EXIT_NO_VERDICT if said["log"]["problems"] else EXIT_CODES["OBSERVED"]
