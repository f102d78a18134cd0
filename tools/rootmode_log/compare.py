"""Compares machines: what differs between two, and what many have in common."""

from collections.abc import Callable, Iterator, Sequence

from rootmode_log.entry import Cpu, Entry

_FACTS: tuple[tuple[str, Callable[[Entry], str]], ...] = (
    ("verdict", lambda entry: " ".join((entry.result, *entry.why))),
    ("CPUs", lambda entry: f"{entry.in_vmx} of {entry.of_cpus}"),
    ("CPU model", lambda entry: entry.model),
    ("microcode", lambda entry: entry.microcode),
    ("hypervisor", lambda entry: entry.hypervisor),
    ("self-test", lambda entry: "/".join(map(str, entry.selftest or ()))),
)


def differences(first: Entry, second: Entry) -> Iterator[str]:
    """Yield a line for each fact and each capability that differs; capabilities have QEMU's names."""
    for name, fact in _FACTS:
        one, other = fact(first), fact(second)
        if one != other:
            yield f"{name}: {one or 'none'} -> {other or 'none'}"
    if _are_alike(first.cpus) and _are_alike(second.cpus):
        yield from _of_sets("", first.capabilities, second.capabilities)
        return
    for one_cpu, other_cpu in zip(first.cpus, second.cpus, strict=False):
        yield from _of_sets(f"cpu {one_cpu.number}: ", one_cpu.capabilities, other_cpu.capabilities)


def _are_alike(cpus: Sequence[Cpu]) -> bool:
    return len({cpu.capabilities for cpu in cpus}) <= 1


def _of_sets(scope: str, first: frozenset[str], second: frozenset[str]) -> Iterator[str]:
    for name in sorted(first ^ second):
        yield f"{scope}{name}: {'on -> off' if name in first else 'off -> on'}"


def common(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the capabilities that all CPUs of all machines have. There is at least one machine."""
    return frozenset.intersection(*(entry.capabilities for entry in entries))
