"""Judges logs by an expectation."""

from collections.abc import Iterator

from rootmode import ktap
from rootmode_log.entry import Entry
from rootmode_log.expectation import Expectation


def departures(entry: Entry, expected: Expectation, machine: str) -> Iterator[str]:
    """Yield a sentence for each departure. machine: what the `where` of a deviation is compared with."""
    if entry.error:
        yield entry.error
        return
    if entry.problems and entry.verdict == "NONE":
        yield f"no verdict: {', '.join(entry.problems)}"
    elif expected.verdict and entry.result not in expected.verdict:
        yield f"verdict: expected {' or '.join(expected.verdict)}, but it is {' '.join((entry.result, *entry.why))}"
    if expected.cpus is not None and entry.of_cpus != expected.cpus:
        yield f"cpus: expected {expected.cpus}, but there are {entry.of_cpus}"
    yield from _missing(entry, expected)
    yield from _old_microcode(entry, expected)
    if entry.selftest and entry.selftest[1] and not entry.subtests:
        yield f"self-test: {entry.selftest[1]} checks are not ok, but the log does not have their lines"
    for subtest in entry.subtests:
        yield from ktap.compare(subtest, expected.deviation, machine)


def _missing(entry: Entry, expected: Expectation) -> Iterator[str]:
    for name in expected.requires:
        lacking = [cpu.number for cpu in entry.cpus if name not in cpu.capabilities]
        if lacking:
            yield f"requires: {_cpus(lacking)} {'lacks' if len(lacking) == 1 else 'lack'} {name}"


def _old_microcode(entry: Entry, expected: Expectation) -> Iterator[str]:
    least = expected.minimum_microcode
    if least is None:
        return
    unknown = [cpu.number for cpu in entry.cpus if cpu.microcode is None]
    old = [cpu for cpu in entry.cpus if cpu.microcode is not None and cpu.microcode < least]
    if unknown:
        yield f"minimum_microcode: not known of {_cpus(unknown)}"
    for revision in sorted({cpu.microcode or 0 for cpu in old}):
        yield (f"minimum_microcode: expected {least:#x}, but {_cpus([cpu.number for cpu in old if cpu.microcode == revision])}"
               f" has {revision:#x}")


def _cpus(numbers: list[int]) -> str:
    """Return "cpu 0", or "cpus 0-3,8"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    text = ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)
    return f"cpu{'s' if len(numbers) > 1 else ''} {text}"


def expectation_of(entry: Entry, machine: str) -> Expectation:
    """Return the expectation that this log just meets."""
    revisions = [cpu.microcode for cpu in entry.cpus if cpu.microcode]
    return Expectation(
        verdict=(entry.result,), cpus=entry.of_cpus, requires=tuple(sorted(entry.capabilities)),
        minimum_microcode=min(revisions) if revisions else None,
        deviation=_deviations(entry, machine or "*"),
    )


def _deviations(entry: Entry, where: str) -> tuple[ktap.Deviation, ...]:
    """Return one for each check that failed: of all CPUs, or of each on which it failed if it passed on others."""
    passed = {check.name for subtest in entry.subtests for check in subtest.checks if check.ok and not check.skip}
    failed: dict[tuple[str, str], str] = {}
    for subtest in entry.subtests:
        for check in subtest.checks:
            if not check.ok:
                which = subtest.name if check.name in passed else "*"
                failed.setdefault((check.name, which), "; ".join(check.notes) or "no explanation")
    return tuple(ktap.Deviation(check, (where,), cause, which) for (check, which), cause in failed.items())
