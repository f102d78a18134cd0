"""The columns of the table, for each format that has some."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from rootmode_log.entry import Entry

COLUMNS = ("machine", "CPU model", "microcode", "hypervisor", "verdict", "reasons", "CPUs in", "self-test", "file")


def row(entry: Entry) -> tuple[str, ...]:
    """Return the cells of a log."""
    counts = "" if entry.of_cpus is None else f"{entry.in_vmx if entry.in_vmx is not None else '?'}/{entry.of_cpus}"
    tests = "/".join(map(str, entry.selftest)) if entry.selftest else ""
    return (entry.machine, entry.model, entry.microcode, entry.hypervisor, entry.result, " ".join(entry.why),
            "" if entry.error else counts, tests, entry.file)


def to_csv(entries: Iterable[Entry]) -> str:
    """Return the table as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(map(row, entries))
    return text.getvalue()


def to_markdown(entries: Iterable[Entry]) -> str:
    """Return the table as GitHub and GitLab render it."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *map(row, entries)]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in one)} |\n" for one in rows)


def record(entry: Entry) -> dict[str, Any]:
    """Return a log for JSON."""
    ok, not_ok, skipped = entry.selftest or (0, 0, 0)
    return {
        "file": entry.file, "machine": entry.machine, "error": entry.error or None, "verdict": entry.verdict,
        "entered": entry.entered, "reasons": list(entry.reasons), "problems": list(entry.problems),
        "exit_status": entry.exit_status, "model": entry.model, "microcode": entry.microcode,
        "hypervisor": entry.hypervisor, "in_vmx": entry.in_vmx, "of_cpus": entry.of_cpus,
        "selftest": {"ok": ok, "not_ok": not_ok, "skipped": skipped} if entry.selftest else None,
        "cpus": [{"cpu": cpu.number, "result": cpu.result} for cpu in entry.cpus],
        "capabilities": sorted(entry.capabilities),
    }


def to_jsonl(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a line for each log."""
    return (json.dumps(record(entry)) + "\n" for entry in entries)


def to_json(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the parts of one document: {"schema": 1, "logs": [...]}."""
    yield '{"schema": 1, "logs": ['
    for number, entry in enumerate(entries):
        yield (",\n" if number else "\n") + json.dumps(record(entry))
    yield "\n]}\n"
