"""The results of a log as test cases with stable names: those that the kernel's option `results` uses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rootmode_log.entry import Entry

_PASS = ("PASS", "OBSERVED PASS")


@dataclass(frozen=True)
class Case:
    """A result. outcome is pass, fail, skip or error; why is "" for a pass."""

    name: str
    outcome: str
    why: str = ""


def name_of_check(check: str) -> str:
    """Return the name of a self-test check."""
    return "selftest-" + re.sub("[^a-z0-9]+", "-", check.lower()).strip("-")


def cases(entry: Entry) -> Iterator[Case]:
    """Yield the result of each CPU and of each check, over all CPUs that ran it, and the verdict."""
    if entry.error:
        yield Case("verdict", "error", entry.error)
        return
    for cpu in entry.cpus:
        yield Case(f"cpu-{cpu.number}", _outcome_of(cpu.result), "" if cpu.result == "ok" else cpu.result)
    yield from _checks(entry)
    why = " ".join((entry.result, *entry.why))
    outcome = {"UNSUPPORTED": "skip", "NONE": "error", "ERROR": "error"}.get(entry.verdict, "fail")
    yield Case("verdict", "pass") if entry.result in _PASS else Case("verdict", outcome, why)


def _outcome_of(reason: str) -> str:
    return {"ok": "pass", "no-vmx": "skip", "no-long-mode": "skip"}.get(reason, "fail")


def _checks(entry: Entry) -> Iterator[Case]:
    found: dict[str, list[Case]] = {}
    for subtest in entry.subtests:
        for check in subtest.checks:
            why = check.skip or "; ".join((subtest.name, *check.notes))
            outcome = "skip" if check.skip else "pass" if check.ok else "fail"
            name = name_of_check(check.name)
            found.setdefault(name, []).append(Case(name, outcome, "" if outcome == "pass" else why))
    for name, several in found.items():
        failed = [case for case in several if case.outcome == "fail"]
        if failed:
            yield Case(name, "fail", " | ".join(case.why for case in failed))
        else:
            yield next((case for case in several if case.outcome == "pass"), several[0])


def to_tap(entries: list[Entry]) -> Iterator[str]:
    """Yield TAP version 13."""
    all_cases = [(entry.machine, case) for entry in entries for case in cases(entry)]
    yield f"TAP version 13\n1..{len(all_cases)}\n"
    for number, (machine, case) in enumerate(all_cases, 1):
        word = "ok" if case.outcome in ("pass", "skip") else "not ok"
        note = f" # SKIP {case.why}" if case.outcome == "skip" else ""
        yield f"{word} {number} - {machine.replace('#', '_')} {case.name}{note}\n"
        if word == "not ok":
            yield f"# {case.why}\n"
