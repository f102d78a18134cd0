"""Judges the results of the self-test in a log."""

from collections.abc import Iterable
from pathlib import Path

from rootmode import ktap, log
from rootmode_log import expectation

_NOT_REACHED = "the check before it failed"
_DEVIATIONS = expectation.read(Path(__file__).with_name("deviations.toml")).deviation


def selftest_faults(parsed: log.Log, machine: str, cpus: Iterable[int], skips: tuple[str, ...] = ()) -> list[str]:
    """Return what is wrong with the self-test's KTAP, differs from the known deviations, or is counted wrongly.

    skips are reasons for skips that are right on this machine, beside what the CPU lacks.
    """
    try:
        subtests = ktap.parse(parsed.sentences("ktap"))
    except ktap.KtapError as error:
        return [f"KTAP: {error}"]
    faults = [fault for subtest in subtests for fault in ktap.compare(subtest, _DEVIATIONS, machine)]
    seen = [subtest.name for subtest in subtests]
    if seen != [f"cpu {cpu}" for cpu in cpus]:
        faults.append(f"self-test: ran on {seen}")
    faults += [fault for subtest in subtests for fault in _skip_faults(subtest, skips)]
    return faults + _count_faults(parsed, subtests)


def _skip_faults(subtest: ktap.Subtest, skips: tuple[str, ...]) -> Iterable[str]:
    """Check the reasons for skips. A guest goes on with its next check only if the one before it passed."""
    for before, check in zip((None, *subtest.checks), subtest.checks, strict=False):
        follows = before is not None and (not before.ok or before.skip == _NOT_REACHED) and check.skip == _NOT_REACHED
        if check.skip and not follows and not check.skip.startswith(("needs ", "no such bit or field", *skips)):
            yield f"self-test: {check.name} # SKIP {check.skip}"


def _count_faults(parsed: log.Log, subtests: Iterable[ktap.Subtest]) -> list[str]:
    """Check that the report counts the results, once for all CPUs that have the same."""
    expected = {tuple(map(str, subtest.counts())) for subtest in subtests}
    seen = list(zip(*(parsed.values(f"selftest_{name}") for name in ("ok", "not_ok", "skipped"))))
    return [] if sorted(seen) == sorted(expected) else [f"self-test: expected {expected}, saw {seen}"]
