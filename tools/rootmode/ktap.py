"""Reads the self-test's KTAP out of a log, and compares it with known deviations.

tests/boot/deviations.toml explains those; rootmode_log.expectation reads such files. A machine has a name of two
parts, such as "bochs-2.7/corei7_skylake_x" or "kvm/host".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

_CHECK = re.compile(r"    (ok|not ok) (\d+) ([^#]*?)(?: # SKIP (.*))?")
_SUBTEST = re.compile(r"    # Subtest: (.*)")
_PLAN = re.compile(r"    1\.\.(\d+)")
_RESULT = re.compile(r"(ok|not ok) (\d+) (.*)")


@dataclass(frozen=True)
class Check:
    """A check of the self-test on a CPU. skip says what is missing, "" if the check was tried."""

    name: str
    ok: bool
    skip: str
    notes: tuple[str, ...]  # expected: ..., seen: ...


@dataclass(frozen=True)
class Subtest:
    """The checks on a CPU, or on CPUs with the same results."""

    name: str
    ok: bool
    checks: tuple[Check, ...]

    def counts(self) -> tuple[int, int, int]:
        """Return how many checks passed, failed and were skipped."""
        skipped = sum(bool(check.skip) for check in self.checks)
        failed = sum(not check.ok for check in self.checks)
        return len(self.checks) - failed - skipped, failed, skipped


@dataclass(frozen=True)
class Deviation:
    """A check that a machine is known to fail, and why."""

    check: str
    where: tuple[str, ...]  # patterns of machines
    cause: str
    subtests: str = "*"  # a pattern of subtests
    sometimes: bool = False  # it may pass as well

    def applies(self, machine: str, subtest: str) -> bool:
        """Return True if the deviation is known of this machine and these CPUs."""
        return fnmatchcase(subtest, self.subtests) and any(fnmatchcase(machine, pattern) for pattern in self.where)


class KtapError(Exception):
    """The lines are not valid KTAP."""


def parse(lines: Iterable[str]) -> tuple[Subtest, ...]:
    """Return the subtests. The lines are those with the scope ktap, without time and scope."""
    rows = list(lines)
    if rows[:1] != ["KTAP version 1"] or not re.fullmatch(r"1\.\.\d+", rows[1] if len(rows) > 1 else ""):
        raise KtapError("no version and plan at the top")
    subtests: list[Subtest] = []
    inner: list[str] = []
    for row in rows[2:]:
        result = _RESULT.fullmatch(row)
        if not result:
            inner.append(row)
            continue
        if int(result[2]) != len(subtests) + 1:
            raise KtapError(f"the number of '{row}' is wrong")
        subtests.append(Subtest(result[3], result[1] == "ok", _checks(result[3], inner)))
        inner = []
    if inner or rows[1] != f"1..{len(subtests)}":
        raise KtapError(f"the plan {rows[1]} was not kept")
    return tuple(subtests)


def _checks(name: str, rows: list[str]) -> tuple[Check, ...]:
    plans = [int(match[1]) for row in rows if (match := _PLAN.fullmatch(row))]
    names = [match[1] for row in rows if (match := _SUBTEST.fullmatch(row))]
    checks: list[Check] = []
    for row in rows:
        match = _CHECK.fullmatch(row)
        if match:
            if int(match[2]) != len(checks) + 1:
                raise KtapError(f"{name}: the number of '{row.strip()}' is wrong")
            checks.append(Check(match[3], match[1] == "ok", match[4] or "", ()))
        elif checks and re.match(r"    # (expected|seen): \S", row):
            last = checks[-1]
            checks[-1] = Check(last.name, last.ok, last.skip, (*last.notes, row.strip(" #")))
    if plans != [len(checks)] or names != [name]:
        raise KtapError(f"{name}: plan {plans} and name {names} do not fit {len(checks)} checks")
    return tuple(checks)


def compare(subtest: Subtest, deviations: Iterable[Deviation], machine: str) -> list[str]:
    """Return a sentence for each check that failed and was not known to, or passed and was known to fail."""
    here = [deviation for deviation in deviations if deviation.applies(machine, subtest.name)]
    known = {deviation.check for deviation in here}
    always = {deviation.check for deviation in here if not deviation.sometimes}
    faults = [
        f"{subtest.name}: not ok {check.name}: {'; '.join(check.notes) or 'no explanation'}"
        for check in subtest.checks if not check.ok and (check.name not in known or len(check.notes) != 2)
    ]
    faults += [
        f"{subtest.name}: {check.name} passed: it is no known deviation any more"
        for check in subtest.checks if check.ok and not check.skip and check.name in always
    ]
    expected = all(check.ok for check in subtest.checks)
    return faults if subtest.ok == expected else [*faults, f"{subtest.name}: its result is not that of its checks"]
